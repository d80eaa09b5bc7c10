"""Files that came in through a door and wait to be checked."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("filings", "0001_filings")]

    operations = [migrations.RunSQL((_SQL / "uploads.sql").read_text(encoding="utf-8"))]
