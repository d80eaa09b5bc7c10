"""Two functions that serve the yearly run: whom it concerns, and which keys are the same person."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql" / "everyone.sql"


class Migration(migrations.Migration):
    dependencies = [("access", "0003_row_security"), ("ledger", "0001_initial")]

    operations = [migrations.RunSQL(_SQL.read_text(encoding="utf-8"))]
