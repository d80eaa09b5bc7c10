"""The room's tables as Django sees them; private to this room.

The tables are made in migrations/sql, with their row security and the functions that write them.
These models change nothing: they show every stored field to whoever walks the registry, and a test
compares them with the database.
"""

from django.db import models


class Filing(models.Model):
    """A file that came in."""

    filing_id = models.BigAutoField(primary_key=True)
    kind = models.TextField(null=True)
    state = models.TextField()
    file_name = models.TextField()
    format = models.TextField(null=True)
    size = models.BigIntegerField()
    sha256 = models.BinaryField()
    content = models.BinaryField(null=True)
    source_hash = models.BinaryField(null=True)
    rows = models.IntegerField()
    totals = models.JSONField()
    warnings = models.JSONField()
    pack_version = models.TextField()
    filed_by = models.BigIntegerField()
    system = models.TextField()
    look = models.BigIntegerField()
    received_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)
    batch_id = models.BigIntegerField(null=True)
    entries = models.IntegerField()
    events = models.IntegerField()
    registered = models.IntegerField()
    faults = models.IntegerField()
    report_sha256 = models.BinaryField(null=True)
    shown_sha256 = models.BinaryField(null=True)
    keep_until = models.DateField(null=True)
    keep_basis = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
    withdrawn_reason = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "filings_filing"


class NamedEmployer(models.Model):
    """An employer a file names."""

    pk = models.CompositePrimaryKey("employer_key", "filing_id")
    employer_key = models.BigIntegerField()
    filing = models.ForeignKey(Filing, models.PROTECT)

    class Meta:
        managed = False
        db_table = "filings_named_employer"


class Total(models.Model):
    """What one batch holds of one employer, month, branch and kind of entry."""

    pk = models.CompositePrimaryKey("employer_key", "month", "branch", "kind", "batch_id")
    employer_key = models.BigIntegerField()
    month = models.IntegerField()
    branch = models.SmallIntegerField()
    kind = models.SmallIntegerField()
    batch_id = models.BigIntegerField()
    filing = models.ForeignKey(Filing, models.PROTECT)
    allocated = models.BooleanField()
    rows = models.IntegerField()
    owed = models.BigIntegerField()
    withdrawn = models.BooleanField()

    class Meta:
        managed = False
        db_table = "filings_total"


class Payment(models.Model):
    """Money an employer paid in."""

    payment_id = models.BigAutoField(primary_key=True)
    filing = models.ForeignKey(Filing, models.PROTECT)
    source_row = models.IntegerField()
    employer_key = models.BigIntegerField()
    month = models.IntegerField(null=True)
    branch = models.SmallIntegerField(null=True)
    amount = models.BigIntegerField()
    paid_on = models.DateField()
    reference = models.TextField()
    allocated = models.BigIntegerField()
    withdrawn = models.BooleanField()

    class Meta:
        managed = False
        db_table = "filings_payment"


class Allocation(models.Model):
    """A part of a payment that went to a month and branch."""

    allocation_id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, models.PROTECT)
    filing = models.ForeignKey(Filing, models.PROTECT)
    batch_id = models.BigIntegerField()
    month = models.IntegerField()
    branch = models.SmallIntegerField()
    amount = models.BigIntegerField()
    withdrawn = models.BooleanField()

    class Meta:
        managed = False
        db_table = "filings_allocation"


class Enrolment(models.Model):
    """Who is enrolled with whom."""

    enrolment_id = models.BigAutoField(primary_key=True)
    person_key = models.BigIntegerField()
    employer_key = models.BigIntegerField()
    branches = models.SmallIntegerField()
    scheme = models.SmallIntegerField()
    region = models.IntegerField()
    since_month = models.IntegerField()
    until_month = models.IntegerField(null=True)
    recorded_by = models.ForeignKey(Filing, models.PROTECT, db_column="recorded_by", related_name="+")
    recorded_at = models.DateTimeField()
    superseded_by = models.ForeignKey(
        Filing, models.PROTECT, db_column="superseded_by", related_name="+", null=True
    )
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "filings_enrolment"


class Upload(models.Model):
    """A file that came in through a door and waits to be checked, or what became of it."""

    upload_id = models.BigAutoField(primary_key=True)
    account = models.BigIntegerField()
    file_name = models.TextField()
    language = models.TextField()
    system = models.TextField()
    waits_in = models.TextField()
    received_at = models.DateTimeField()
    state = models.TextField()
    filing = models.ForeignKey(Filing, models.PROTECT, null=True)
    outcome = models.JSONField()

    class Meta:
        managed = False
        db_table = "filings_upload"
