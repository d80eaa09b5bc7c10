"""Requests and their steps, under row security, and the functions that move them."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"
_FILES = ("tables", "judging", "moving", "reading")


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0003_row_security"), ("identity", "0001_initial"), ("ledger", "0001_initial")]

    operations = [migrations.RunSQL((_SQL / f"{name}.sql").read_text(encoding="utf-8")) for name in _FILES]
