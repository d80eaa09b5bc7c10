"""The function that makes the salts of a receipt."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql" / "receipts.sql"


class Migration(migrations.Migration):
    dependencies = [("statements", "0001_everyone"), ("ledger", "0001_initial"), ("access", "0003_row_security")]

    operations = [migrations.RunSQL(_SQL.read_text(encoding="utf-8"))]
