"""The room's tables as Django sees them; private to this room.

The tables are made in migrations/sql, with their row security and the functions that write them.
These models change nothing: they show every stored field to whoever walks the registry, and a test
compares them with the database. They have no text form, so that no log shows a person by accident.
"""

from django.db import models


class Fact(models.Model):
    """A dated fact about a resident: recorded once, withdrawn at most."""

    id = models.BigAutoField(primary_key=True)
    person_key = models.BigIntegerField()
    since = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Resident(models.Model):
    """A registered person: a key and nothing else."""

    person_key = models.BigIntegerField(primary_key=True)
    registered_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "identity_resident"


class Number(Fact):
    """An official number."""

    kind = models.SmallIntegerField()
    normal = models.TextField()
    until = models.DateField(null=True)
    name_check = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "identity_number"


class Name(Fact):
    """A name."""

    name = models.TextField()
    original = models.TextField(null=True)
    skeleton = models.TextField()
    name_check = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "identity_name"


class Field(models.Model):
    """A field of the archive's catalogue."""

    field = models.TextField(primary_key=True)
    kind = models.TextField()
    retention = models.TextField()

    class Meta:
        managed = False
        db_table = "identity_field"


class Value(Fact):
    """A value of an archive field."""

    field = models.ForeignKey(Field, models.PROTECT, db_column="field")
    value = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "identity_value"


class Join(models.Model):
    """A merge or a split."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    person_key = models.BigIntegerField()
    into_key = models.BigIntegerField()
    reason = models.TextField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    undone_reason = models.TextField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "identity_join"


class Employer(models.Model):
    """A registered employer."""

    employer_key = models.BigIntegerField(primary_key=True)
    uscc = models.TextField(unique=True)
    registered_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "identity_employer"


class EmployerDetail(models.Model):
    """An employer's name and region from a day on."""

    id = models.BigAutoField(primary_key=True)
    employer_key = models.BigIntegerField()
    name = models.TextField()
    original = models.TextField(null=True)
    region = models.IntegerField()
    since = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "identity_employer_detail"
