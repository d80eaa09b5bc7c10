"""The ledger's tables, the functions that append, and the reading copy."""

from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"
_FILES = (
    "tables",
    "guards",
    "form",
    "posting",
    "reversal",
    "forgetting",
    "sealing",
    "record_year",
    "totals",
    "permissions",
)

# Django only has to know that these exist; their columns are made in sql/.
_UNMANAGED = {
    "Installation": "ledger_installation",
    "Person": "ledger_person",
    "Batch": "ledger_batch",
    "Entry": "ledger_entry",
    "Event": "ledger_event",
    "EventBatch": "ledger_event_batch",
    "Checkpoint": "ledger_checkpoint",
    "RecordYear": "ledger_record_year",
}


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        *(
            migrations.CreateModel(
                name=name,
                fields=[("id", models.BigAutoField(primary_key=True))],
                options={"db_table": table, "managed": False},
            )
            for name, table in _UNMANAGED.items()
        ),
        *(migrations.RunSQL((_SQL / f"{name}.sql").read_text(encoding="utf-8")) for name in _FILES),
    ]
