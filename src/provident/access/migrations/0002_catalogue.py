"""The catalogue as it ships, and the operator at the console as account 1."""

from provident.access import catalogue
from django.db import migrations


def write(_apps, schema_editor):
    """Write roles, purposes and ceilings as the catalogue has them."""
    with schema_editor.connection.cursor() as cursor:
        catalogue.write(cursor)


OPERATOR = """
    INSERT INTO access_account (password, sign_in, kind, label_en, label_zh, office_en, office_zh,
                                created_at, created_by)
    VALUES ('!', 'operator', 'operator', 'Operator at the console', '控制台运维人员',
            'Operator''s console', '运维控制台', transaction_timestamp(), 1);
    INSERT INTO access_role_grant (account, role, since, given_by)
    VALUES (1, 'operator', transaction_timestamp(), 1);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_access")]

    operations = [migrations.RunPython(write), migrations.RunSQL(OPERATOR)]
