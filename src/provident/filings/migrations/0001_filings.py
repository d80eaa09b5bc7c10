"""Filings, what they add up to, enrolments, payments, and the functions that read and change them."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"
_FILES = ("tables", "taking_in", "enrolment", "claims", "security")


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0001_initial"), ("access", "0001_access")]

    operations = [migrations.RunSQL((_SQL / f"{name}.sql").read_text(encoding="utf-8")) for name in _FILES]
