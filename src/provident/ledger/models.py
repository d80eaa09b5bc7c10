"""The ledger's tables as Django sees them; private to this room.

The tables themselves, their partitions and guards are made in migrations/sql and are the truth; a
test compares the two. Rows are written by functions there and read in queries.py.
"""

from django.db import models


class Installation(models.Model):
    """The one agency this database serves."""

    installation_id = models.UUIDField(primary_key=True)
    agency_en = models.TextField()
    agency_zh = models.TextField()
    currency = models.TextField()
    zone = models.TextField()
    home_region = models.IntegerField()
    only_one = models.BooleanField()

    class Meta:
        managed = False
        db_table = "ledger_installation"


class Person(models.Model):
    """A person as a bare key, with the secret that salts the hashed forms, until it is erased."""

    person_key = models.BigIntegerField(primary_key=True)
    secret = models.BinaryField(null=True)
    into_key = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "ledger_person"


class Batch(models.Model):
    """One posting: what all its entries share."""

    batch_id = models.BigIntegerField(primary_key=True)
    source_hash = models.BinaryField()
    source_kind = models.TextField()
    pack_version = models.TextField()
    posted_at = models.DateTimeField()
    posted_month = models.DateField()
    leaf = models.IntegerField()
    closed = models.BooleanField()
    rows = models.IntegerField()
    reversing = models.IntegerField()
    min_month = models.IntegerField(null=True)
    max_month = models.IntegerField(null=True)
    employer_key = models.BigIntegerField(null=True)
    reverses_batch = models.BigIntegerField(null=True)
    projected = models.BooleanField()
    position = models.BigIntegerField(null=True)
    first_row = models.IntegerField(null=True)
    last_row = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "ledger_batch"


class Entry(models.Model):
    """One money entry: person, branch, month and fact."""

    pk = models.CompositePrimaryKey("person_key", "entry_id", "posted_month", "leaf")
    person_key = models.BigIntegerField()
    employer_key = models.BigIntegerField()
    base = models.BigIntegerField()
    employee = models.BigIntegerField()
    employer_share = models.BigIntegerField()
    account = models.BigIntegerField()
    fund = models.BigIntegerField()
    batch_id = models.BigIntegerField()
    posted_month = models.DateField()
    leaf = models.IntegerField()
    region = models.IntegerField()
    month = models.IntegerField()
    source_row = models.IntegerField()
    kind = models.SmallIntegerField()
    branch = models.SmallIntegerField()
    scheme = models.SmallIntegerField()
    evidence = models.SmallIntegerField()
    checked = models.SmallIntegerField()
    entry_id = models.UUIDField()
    leaf_hash = models.BinaryField()
    reverses = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "ledger_entry"


class Event(models.Model):
    """One thing that happened and is no money."""

    pk = models.CompositePrimaryKey("subject_kind", "subject_key", "event_id")
    subject_kind = models.SmallIntegerField()
    subject_key = models.BigIntegerField()
    event_id = models.UUIDField()
    type = models.TextField()
    posted_at = models.DateTimeField()
    source_hash = models.BinaryField()
    source_row = models.IntegerField()
    payload = models.TextField()
    payload_hash = models.BinaryField()
    leaf_hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "ledger_event"


class RecordYear(models.Model):
    """The reading copy: a person's facts of one year and employer."""

    pk = models.CompositePrimaryKey("person_key", "year", "employer_key")
    person_key = models.BigIntegerField()
    employer_key = models.BigIntegerField()
    year = models.SmallIntegerField()
    facts = models.BinaryField()

    class Meta:
        managed = False
        db_table = "ledger_record_year"


class EventBatch(models.Model):
    """Events appended together, which are sealed together."""

    id = models.BigIntegerField(primary_key=True)
    source_hash = models.BinaryField()
    first_row = models.IntegerField()
    rows = models.IntegerField()
    posted_at = models.DateTimeField()
    position = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "ledger_event_batch"


class Checkpoint(models.Model):
    """How long a log was said to be, and the root of its tree."""

    pk = models.CompositePrimaryKey("log", "epoch", "size")
    log = models.TextField()
    epoch = models.IntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    frontier = models.BinaryField()
    sealed_at = models.DateTimeField()
    note = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "ledger_checkpoint"
