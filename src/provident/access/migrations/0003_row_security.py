"""The ledger's person tables under forced row security, which reads the look of the transaction."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql" / "row_security.sql"


class Migration(migrations.Migration):
    dependencies = [("access", "0002_catalogue"), ("ledger", "0001_initial")]

    operations = [migrations.RunSQL(_SQL.read_text(encoding="utf-8"))]
