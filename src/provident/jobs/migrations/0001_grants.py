"""Let the application use the queue's tables; they hold job names and numbers, nothing personal."""

from django.db import migrations

_GRANT = """
DO $$
DECLARE item record;
BEGIN
  FOR item IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = 'public' AND c.relname LIKE 'procrastinate\\_%' AND c.relkind IN ('r', 'S')
  LOOP
    IF item.relkind = 'r' THEN
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO provident_app', item.name);
    ELSE
      EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %s TO provident_app', item.name);
    END IF;
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    """Grants on the queue."""

    dependencies = [("procrastinate", "__latest__")]
    operations = [migrations.RunSQL(_GRANT, migrations.RunSQL.noop)]
