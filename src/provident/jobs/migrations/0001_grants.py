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
  FOR item IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
              WHERE n.nspname = 'public' AND p.proname LIKE 'procrastinate\\_%' AND p.prokind = 'f'
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO provident_app', item.name);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    """Grants on the queue."""

    dependencies = [("procrastinate", "__latest__")]
    operations = [migrations.RunSQL(_GRANT, migrations.RunSQL.noop)]
