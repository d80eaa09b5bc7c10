"""Accounts, roles, grants, looks and the functions that decide."""

from pathlib import Path

import provident.access.models
from django.db import migrations, models
from django.db.models import Q

_SQL = Path(__file__).parent / "sql"
_FILES = (
    "catalogue",
    "grants",
    "cases",
    "giving",
    "enrolment",
    "linking",
    "mandates",
    "tokens",
    "counting",
    "second_factors",
    "looks",
    "look_log",
    "forgetting",
    "opening",
    "reading",
    "permissions",
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sign_in", models.CharField(max_length=150, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("label_en", models.CharField(max_length=150)),
                ("label_zh", models.CharField(max_length=150)),
                ("office_en", models.CharField(max_length=150)),
                ("office_zh", models.CharField(max_length=150)),
                ("person_key", models.BigIntegerField(null=True)),
                ("employer_key", models.BigIntegerField(null=True)),
                ("sample", models.BooleanField(db_default=False)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.BigIntegerField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "access_account"},
            managers=[("objects", provident.access.models.AccountManager())],
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                name="access_account_kind",
                condition=(
                    Q(kind="person", person_key__isnull=False, employer_key__isnull=True)
                    | Q(kind="staff", employer_key__isnull=True)
                    | Q(kind="employer", person_key__isnull=True, employer_key__isnull=False)
                    | Q(kind__in=["system", "operator"], person_key__isnull=True, employer_key__isnull=True)
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                name="access_account_unnamed",
                condition=~Q(kind="person") | Q(sample=True) | Q(label_en="", label_zh=""),
            ),
        ),
        *(migrations.RunSQL((_SQL / f"{name}.sql").read_text(encoding="utf-8")) for name in _FILES),
    ]
