-- How entries come in. The application may not insert into the ledger's tables: it opens a batch,
-- hands over rows (small batches as arrays, bulk loads by COPY into a bare table made for them),
-- and closes the batch. All in the caller's transaction: all of it happens or none.
--
-- Refusals carry these SQLSTATEs, which ledger/refusals.py knows:
--   PVL01 already posted · PVL02 no installation · PVL03 not reversible · PVL04 alias refused
--   PVL05 unknown person · PVL06 not sealed for too long · PVL07 person forgotten

-- One posting at a time, so that posted_at follows the order of commits.
CREATE FUNCTION ledger_take_posting_lock() RETURNS void
LANGUAGE sql AS $$ SELECT pg_advisory_xact_lock(5418772601) $$;

-- Makes the partition of a posted month with its open leaf, unless they are there.
CREATE FUNCTION ledger_ensure_month(wanted date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whole text := 'ledger_entry_' || to_char(wanted, 'YYYYMM');
    small text := whole || '_0';
BEGIN
    IF to_regclass(whole) IS NOT NULL THEN
        RETURN;
    END IF;
    -- Made apart and attached: CREATE TABLE .. PARTITION OF would lock readers out.
    EXECUTE format('CREATE TABLE public.%I (LIKE ledger_entry INCLUDING ALL) PARTITION BY LIST (leaf)', whole);
    EXECUTE format('CREATE TABLE public.%I (LIKE ledger_entry INCLUDING ALL)', small);
    EXECUTE format('CREATE INDEX ON %I USING brin (batch_id) WITH (pages_per_range = 16)', small);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (0)', whole, small);
    EXECUTE format('ALTER TABLE ledger_entry ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   whole, wanted, (wanted + interval '1 month')::date);
    PERFORM ledger_guard_leaf(whole), ledger_guard_leaf(small);
END $$;

CREATE FUNCTION ledger_guard_leaf(leaf_table text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', leaf_table);
END $$;

CREATE FUNCTION ledger_leaf_table(b ledger_batch) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT 'ledger_entry_' || to_char(b.posted_month, 'YYYYMM') || '_' || b.leaf $$;

-- An open batch; only the transaction that opened it can see one.
CREATE FUNCTION ledger_the_open_batch(wanted bigint) RETURNS ledger_batch
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    b ledger_batch;
BEGIN
    SELECT * INTO b FROM ledger_batch WHERE batch_id = wanted AND NOT closed;
    IF b.batch_id IS NULL THEN
        RAISE EXCEPTION 'batch % is not open', wanted USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN b;
END $$;

-- Makes the bare table of a bulk load: no index, no partition yet, INSERT for the application only,
-- and what the load may not choose is filled in by defaults.
CREATE FUNCTION ledger_make_load_table(b ledger_batch) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text := ledger_leaf_table(b);
BEGIN
    EXECUTE format('CREATE TABLE public.%I (LIKE ledger_entry INCLUDING CONSTRAINTS, '
                   'CONSTRAINT of_this_leaf CHECK (posted_month = %L AND leaf = %s))',
                   name, b.posted_month, b.leaf);
    EXECUTE format('ALTER TABLE %I ALTER batch_id SET DEFAULT %s, ALTER posted_month SET DEFAULT %L, '
                   'ALTER leaf SET DEFAULT %s', name, b.batch_id, b.posted_month, b.leaf);
    EXECUTE format('GRANT INSERT (person_key, employer_key, base, employee, employer_share, account, fund, region, '
                   'month, source_row, kind, branch, scheme, evidence, checked, entry_id, leaf_hash) '
                   'ON %I TO provident_app', name);
END $$;

-- `patience` is how long what was posted may wait for its seal before nothing more is posted.
CREATE FUNCTION ledger_open_batch(source bytea, source_kind text, pack text, bulk boolean, patience interval,
    OUT batch bigint, OUT posted_at timestamptz, OUT load_table text, OUT installation uuid, OUT currency text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made ledger_batch;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'posting needs read committed' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM ledger_take_posting_lock();
    SELECT i.installation_id, i.currency INTO installation, currency FROM ledger_installation i;
    IF installation IS NULL THEN
        RAISE EXCEPTION 'no installation is registered' USING ERRCODE = 'PVL02';
    END IF;
    IF EXISTS (SELECT FROM ledger_batch b WHERE b.source_hash = source) THEN
        RAISE EXCEPTION 'this source was posted before' USING ERRCODE = 'PVL01';
    END IF;
    IF ledger_unsealed_since() < clock_timestamp() - patience THEN
        RAISE EXCEPTION 'what was posted has not been sealed for %', patience USING ERRCODE = 'PVL06';
    END IF;
    made.batch_id := nextval('ledger_batch_number');
    made.posted_at := greatest(clock_timestamp(),
                               (SELECT max(b.posted_at) + interval '1 microsecond' FROM ledger_batch b));
    made.posted_month := date_trunc('month', made.posted_at AT TIME ZONE 'UTC')::date;
    made.leaf := CASE WHEN bulk THEN made.batch_id ELSE 0 END;
    INSERT INTO ledger_batch (batch_id, source_hash, source_kind, pack_version, posted_at, posted_month, leaf)
    VALUES (made.batch_id, source, source_kind, pack, made.posted_at, made.posted_month, made.leaf);
    PERFORM ledger_ensure_month(made.posted_month);
    IF bulk THEN
        PERFORM ledger_make_load_table(made);
        load_table := ledger_leaf_table(made);
    END IF;
    batch := made.batch_id;
    posted_at := made.posted_at;
END $$;

-- Puts rows of a small batch into the month's open leaf. `hashes` is 32 bytes for each row; `reversed`
-- holds zeros where nothing is reversed. The leaf is named directly and the arrays are read by their
-- index: routing through the parent and unnesting eighteen arrays would take three times as long.
CREATE FUNCTION ledger_insert(batch bigint, persons bigint[], employers bigint[], bases bigint[], employees bigint[],
    employer_shares bigint[], accounts bigint[], funds bigint[], regions integer[], months integer[],
    source_rows integer[], kinds smallint[], branches smallint[], schemes smallint[], evidences smallint[],
    checkeds smallint[], entry_ids uuid[], hashes bytea, reversed uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    b ledger_batch := ledger_the_open_batch(batch);
    nothing uuid := '00000000-0000-0000-0000-000000000000';
    f record;
BEGIN
    IF b.leaf <> 0 THEN
        RAISE EXCEPTION 'batch % is a bulk load', batch USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    EXECUTE format($sql$
        INSERT INTO %I (batch_id, posted_month, leaf, person_key, employer_key, base, employee, employer_share,
            account, fund, region, month, source_row, kind, branch, scheme, evidence, checked, entry_id, leaf_hash,
            reverses)
        SELECT %s, %L, 0, $1[i], $2[i], $3[i], $4[i], $5[i], $6[i], $7[i], $8[i], $9[i], $10[i], $11[i], $12[i],
            $13[i], $14[i], $15[i], $16[i], substring($17 FROM i * 32 - 31 FOR 32), nullif($18[i], $19)
        FROM generate_series(1, cardinality($1)) i $sql$, ledger_leaf_table(b), b.batch_id, b.posted_month)
    USING persons, employers, bases, employees, employer_shares, accounts, funds, regions, months, source_rows,
        kinds, branches, schemes, evidences, checkeds, entry_ids, hashes, reversed, nothing;
    SELECT count(*) FILTER (WHERE u.r <> nothing) AS r, min(nullif(u.m, 0)) AS low, max(nullif(u.m, 0)) AS high,
        min(u.e) AS first_employer, max(u.e) AS last_employer
    INTO f FROM unnest(months, employers, reversed) u (m, e, r);
    PERFORM ledger_count(b, cardinality(persons), f.r, f.low, f.high, f.first_employer, f.last_employer);
END $$;

-- Adds rows just put in to the batch's figures.
CREATE FUNCTION ledger_count(b ledger_batch, n bigint, r bigint, low integer, high integer, first_employer bigint,
    last_employer bigint)
RETURNS void
LANGUAGE sql AS $$
    UPDATE ledger_batch t SET
        rows = t.rows + n, reversing = t.reversing + r,
        min_month = least(t.min_month, low), max_month = greatest(t.max_month, high),
        employer_key = CASE WHEN first_employer = last_employer AND (t.rows = 0 OR t.employer_key = first_employer)
                            THEN first_employer END
    WHERE t.batch_id = b.batch_id AND n > 0
$$;

-- Closes a batch. A bulk load's table is keyed, counted and attached; a small batch's reversals are
-- held against what they reverse.
CREATE FUNCTION ledger_close_batch(batch bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET maintenance_work_mem = '128MB' AS $$
DECLARE
    b ledger_batch := ledger_the_open_batch(batch);
    posted integer;
BEGIN
    IF b.leaf <> 0 THEN
        PERFORM ledger_attach(b);
    ELSIF b.reversing > 0 THEN
        PERFORM ledger_check_reversals(b);
    END IF;
    UPDATE ledger_batch t SET closed = true, projected = (t.rows = 0) WHERE t.batch_id = b.batch_id
    RETURNING t.rows INTO posted;
    RETURN posted;
END $$;

CREATE FUNCTION ledger_attach(b ledger_batch) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text := ledger_leaf_table(b);
    whole text := 'ledger_entry_' || to_char(b.posted_month, 'YYYYMM');
    n bigint; r bigint; low integer; high integer; first_employer bigint; last_employer bigint;
BEGIN
    EXECUTE format('REVOKE ALL ON %I FROM provident_app', name);
    EXECUTE format('SELECT count(*), count(reverses), min(nullif(month, 0)), max(nullif(month, 0)), '
                   'min(employer_key), max(employer_key) FROM %I', name)
        INTO n, r, low, high, first_employer, last_employer;
    PERFORM ledger_count(b, n, r, low, high, first_employer, last_employer);
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (person_key, entry_id, posted_month, leaf)', name);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', whole, name, b.leaf);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT of_this_leaf, ALTER batch_id DROP DEFAULT, '
                   'ALTER posted_month DROP DEFAULT, ALTER leaf DROP DEFAULT', name);
    PERFORM ledger_guard_leaf(name);
END $$;

-- Secrets of persons: 40 bytes for each there is, the key (i64, big-endian) and the secret. Held first, then
-- read: what was erased meanwhile is not handed out. To whom, ledger_secrets decides, which the door puts
-- before this (access, row_security.sql).
CREATE FUNCTION ledger_hand_out_secrets(persons bigint[]) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found bytea;
    erased boolean;
BEGIN
    PERFORM ledger_hold_secrets();
    SELECT coalesce(string_agg(int8send(p.person_key) || p.secret, ''), ''), bool_or(p.secret IS NULL)
    INTO found, erased FROM ledger_person p WHERE p.person_key = ANY (persons);
    IF erased THEN
        RAISE EXCEPTION 'one of these persons was forgotten' USING ERRCODE = 'PVL07';
    END IF;
    RETURN found;
END $$;

-- The salts of events about persons that are about to be appended, 32 bytes each: a secret does not come out,
-- nor the salt of anything there is, so nothing stored can be guessed with them.
CREATE FUNCTION ledger_event_salts(source bytea, persons bigint[], source_rows integer[]) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    named bytea := sha256('\x02'::bytea || source);
    salts bytea;
    n bigint;
    erased boolean;
BEGIN
    PERFORM ledger_hold_secrets();
    IF EXISTS (SELECT FROM unnest(source_rows) r JOIN ledger_event e ON e.event_id = ledger_entry_id(named, r)) THEN
        RAISE EXCEPTION 'an event of this source and row was appended before' USING ERRCODE = 'PVL01';
    END IF;
    SELECT coalesce(string_agg(ledger_salt(p.secret, ledger_entry_id(named, u.r)), '' ORDER BY u.at), ''), count(*),
        bool_or(p.secret IS NULL)
    INTO salts, n, erased
    FROM unnest(persons, source_rows) WITH ORDINALITY u (person, r, at) JOIN ledger_person p ON p.person_key = u.person;
    IF n <> cardinality(persons) THEN
        RAISE EXCEPTION 'no such person' USING ERRCODE = 'PVL05';
    ELSIF erased THEN
        RAISE EXCEPTION 'one of these persons was forgotten' USING ERRCODE = 'PVL07';
    END IF;
    RETURN salts;
END $$;

CREATE FUNCTION ledger_register_installation(new_id uuid, en text, zh text, money text, legal_zone text, region integer)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO ledger_installation (installation_id, agency_en, agency_zh, currency, zone, home_region)
    VALUES (new_id, en, zh, money, legal_zone, region)
$$;

CREATE FUNCTION ledger_register_persons(persons bigint[], secrets bytea[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO ledger_person (person_key, secret) SELECT * FROM unnest(persons, secrets)
$$;

-- Makes `alias` another key of the person `into_person`; NULL takes the alias back. The entries of
-- both stay where they are, so taking it back leaves everything exactly as it was.
CREATE FUNCTION ledger_set_alias(alias bigint, into_person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    old ledger_person;
    target ledger_person;
BEGIN
    PERFORM FROM ledger_person WHERE person_key IN (alias, into_person) ORDER BY person_key FOR UPDATE;
    SELECT * INTO old FROM ledger_person WHERE person_key = alias;
    SELECT * INTO target FROM ledger_person WHERE person_key = into_person;
    IF old.person_key IS NULL OR (into_person IS NOT NULL AND target.person_key IS NULL) THEN
        RAISE EXCEPTION 'no such person' USING ERRCODE = 'PVL05';
    ELSIF (old.into_key IS NULL) = (into_person IS NULL) OR target.into_key IS NOT NULL OR alias = into_person THEN
        RAISE EXCEPTION 'the keys cannot be joined or parted like this' USING ERRCODE = 'PVL04';
    END IF;
    UPDATE ledger_person SET into_key = into_person WHERE person_key = alias;
END $$;

-- When the oldest thing without a place in the log was posted; NULL if everything has one.
CREATE FUNCTION ledger_unsealed_since() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT least(
        (SELECT b.posted_at FROM ledger_batch b WHERE b.position IS NULL ORDER BY b.batch_id LIMIT 1),
        (SELECT e.posted_at FROM ledger_event_batch e WHERE e.position IS NULL ORDER BY e.id LIMIT 1))
$$;

-- Puts events in. They wait for nobody: only a sealed checkpoint gives them an order.
CREATE FUNCTION ledger_insert_events(subject_kinds smallint[], subject_keys bigint[], event_ids uuid[], types text[],
    moment timestamptz, source bytea, source_rows integer[], payloads text[], payload_hashes bytea[],
    leaf_hashes bytea[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF moment NOT BETWEEN transaction_timestamp() AND clock_timestamp() THEN
        RAISE EXCEPTION 'an event is posted when it is appended' USING ERRCODE = 'invalid_datetime_format';
    END IF;
    INSERT INTO ledger_event (subject_kind, subject_key, event_id, type, posted_at, source_hash, source_row, payload,
        payload_hash, leaf_hash)
    SELECT u.a, u.b, u.c, u.d, moment, source, u.e, u.f, u.g, u.h
    FROM unnest(subject_kinds, subject_keys, event_ids, types, source_rows, payloads, payload_hashes, leaf_hashes)
        AS u (a, b, c, d, e, f, g, h);
    IF source_rows[cardinality(source_rows)] - source_rows[1] <> cardinality(source_rows) - 1 THEN
        RAISE EXCEPTION 'events appended together are rows in a row' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO ledger_event_batch (source_hash, first_row, rows, posted_at)
    VALUES (source, source_rows[1], cardinality(source_rows), moment);
END $$;
