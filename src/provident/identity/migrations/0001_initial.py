"""The registers' tables, their row security, and the functions that find, write, join and part."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"
_FILES = ("tables", "registering", "finding", "joining", "forgetting", "telling", "security", "permissions")


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0001_initial"), ("access", "0001_access")]

    operations = [
        *(migrations.RunSQL((_SQL / f"{name}.sql").read_text(encoding="utf-8")) for name in _FILES),
    ]
