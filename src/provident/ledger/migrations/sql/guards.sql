-- The second line: even the owner of the tables may not change what was posted.

CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Row triggers of a partitioned table are handed down to its partitions; statement triggers are not.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_installation
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON ledger_batch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON ledger_person
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON ledger_event_batch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON ledger_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- A closed batch may change in two ways: whether the reading copy holds it, and once, where it is in the log.
CREATE FUNCTION ledger_guard_batch() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    OLD.projected := NEW.projected;
    IF OLD.position IS NULL THEN
        OLD.position := NEW.position;
        OLD.first_row := NEW.first_row;
        OLD.last_row := NEW.last_row;
    END IF;
    IF OLD.closed AND OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'batch % is closed', OLD.batch_id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closed_stays_closed BEFORE UPDATE ON ledger_batch
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_batch();

CREATE FUNCTION ledger_guard_event_batch() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.position IS NULL THEN
        OLD.position := NEW.position;
    END IF;
    IF OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'event batch % has its place', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER placed_once BEFORE UPDATE ON ledger_event_batch
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_event_batch();

-- A checkpoint's note is added, and grows by further signatures only.
CREATE FUNCTION ledger_guard_checkpoint() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF starts_with(NEW.note, coalesce(OLD.note, '')) THEN
        OLD.note := NEW.note;
    END IF;
    IF OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'a checkpoint of % stands', OLD.log USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE UPDATE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_checkpoint();

-- A person's key and secret stay; only the alias may be set and taken back, and the secret erased.
CREATE FUNCTION ledger_guard_person() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    OLD.into_key := NEW.into_key;
    IF NEW.secret IS NULL THEN
        OLD.secret := NULL;
    END IF;
    IF OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'a person key and its secret never change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_the_alias BEFORE UPDATE ON ledger_person
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_person();

CREATE FUNCTION ledger_refuse_open_batch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT (SELECT b.closed FROM ledger_batch b WHERE b.batch_id = NEW.batch_id) THEN
        RAISE EXCEPTION 'batch % was never closed', NEW.batch_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER committed_means_closed AFTER INSERT ON ledger_batch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_refuse_open_batch();
