-- What the sealer asks for and says. It runs as the application; these functions keep it honest: places
-- follow one another, a size is said once, a note grows by signatures only.

-- One sealer of a log at a time.
CREATE FUNCTION ledger_take_sealing_lock(log_name text) RETURNS void
LANGUAGE sql AS $$ SELECT pg_advisory_xact_lock(5418772, hashtext(log_name)) $$;

-- How many pages a batch's leaf has; a bulk load is read by its pages.
CREATE FUNCTION ledger_leaf_pages(batch bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_relation_size(to_regclass(ledger_leaf_table(b)))
        / current_setting('block_size')::bigint FROM ledger_batch b WHERE b.batch_id = batch
$$;

-- The leaves of a bulk load that lie in some pages, by source_row. COPY has put rows in as they came, so
-- these follow those of the pages before; the caller sees by the rows whether they do.
CREATE FUNCTION ledger_leaves_of_pages(batch bigint, first_page bigint, end_page bigint,
    OUT hashes bytea, OUT rows bigint, OUT first_row integer, OUT last_row integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    b ledger_batch;
BEGIN
    SELECT * INTO STRICT b FROM ledger_batch WHERE batch_id = batch;
    EXECUTE format('SELECT string_agg(leaf_hash, NULL ORDER BY source_row), count(*), min(source_row), max(source_row) '
                   'FROM %I WHERE ctid >= %L AND ctid < %L', ledger_leaf_table(b),
                   format('(%s,0)', first_page), format('(%s,0)', end_page))
    INTO hashes, rows, first_row, last_row;
END $$;

-- The same by source_row, for a load whose rows lie in another order.
CREATE FUNCTION ledger_leaves_of_rows(batch bigint, low integer, high integer,
    OUT hashes bytea, OUT rows bigint, OUT first_row integer, OUT last_row integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    b ledger_batch;
BEGIN
    SELECT * INTO STRICT b FROM ledger_batch WHERE batch_id = batch;
    EXECUTE format('SELECT string_agg(leaf_hash, NULL ORDER BY source_row), count(*), min(source_row), max(source_row) '
                   'FROM %I WHERE batch_id = $1 AND source_row BETWEEN $2 AND $3', ledger_leaf_table(b))
    INTO hashes, rows, first_row, last_row USING batch, low, high;
END $$;

-- The leaves of small batches, which share a month's open leaf.
CREATE FUNCTION ledger_leaves_of_batches(month date, low bigint, high bigint)
RETURNS TABLE (batch bigint, hashes bytea, rows bigint, first_row integer, last_row integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT batch_id, string_agg(leaf_hash, NULL ORDER BY source_row), count(*), min(source_row), max(source_row) '
        'FROM %I WHERE batch_id BETWEEN $1 AND $2 GROUP BY batch_id ORDER BY batch_id',
        'ledger_entry_' || to_char(month, 'YYYYMM') || '_0')
    USING low, high;
END $$;

-- The leaves of events appended together: neighbours in the index, because an id ends in the row.
CREATE FUNCTION ledger_leaves_of_events(groups bigint[]) RETURNS TABLE (id bigint, hashes bytea, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.id, l.hashes, l.rows
    FROM ledger_event_batch g CROSS JOIN LATERAL (
        SELECT string_agg(e.leaf_hash, NULL ORDER BY e.source_row) AS hashes, count(*) AS rows
        FROM ledger_event e
        WHERE e.event_id BETWEEN ledger_entry_id(sha256('\x02'::bytea || g.source_hash), g.first_row)
                             AND ledger_entry_id(sha256('\x02'::bytea || g.source_hash), g.first_row + g.rows - 1)) l
    WHERE g.id = ANY (groups) ORDER BY g.id
$$;

-- How many leaves of the log `ledger` have a place.
CREATE FUNCTION ledger_placed() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT greatest(
        coalesce((SELECT b.position + b.rows FROM ledger_batch b WHERE b.position IS NOT NULL
                  ORDER BY b.position DESC, b.rows DESC LIMIT 1), 0),
        coalesce((SELECT e.position + e.rows FROM ledger_event_batch e WHERE e.position IS NOT NULL
                  ORDER BY e.position DESC LIMIT 1), 0))
$$;

-- Gives batches, then events, their places from `start` on, in the order named. Returns where they end.
CREATE FUNCTION ledger_place(start bigint, batches bigint[], first_rows integer[], last_rows integer[], groups bigint[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    reached bigint;
    n bigint;
BEGIN
    IF start <> ledger_placed() THEN
        RAISE EXCEPTION 'the next place is %, not %', ledger_placed(), start USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE ledger_batch t SET position = start + w.before, first_row = w.first_row, last_row = w.last_row
    FROM (SELECT b.batch_id, u.first_row, u.last_row, sum(b.rows) OVER (ORDER BY u.at) - b.rows AS before
          FROM unnest(batches, first_rows, last_rows) WITH ORDINALITY u (id, first_row, last_row, at)
              JOIN ledger_batch b ON b.batch_id = u.id) w
    WHERE t.batch_id = w.batch_id AND t.position IS NULL AND t.closed;
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n <> cardinality(batches) THEN
        RAISE EXCEPTION 'a batch has its place already' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT start + coalesce(sum(b.rows), 0) INTO reached FROM ledger_batch b WHERE b.batch_id = ANY (batches);
    UPDATE ledger_event_batch t SET position = reached + w.before
    FROM (SELECT g.id, sum(g.rows) OVER (ORDER BY u.at) - g.rows AS before
          FROM unnest(groups) WITH ORDINALITY u (id, at) JOIN ledger_event_batch g ON g.id = u.id) w
    WHERE t.id = w.id AND t.position IS NULL;
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n <> cardinality(groups) THEN
        RAISE EXCEPTION 'an event batch has its place already' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT reached + coalesce(sum(g.rows), 0) INTO reached FROM ledger_event_batch g WHERE g.id = ANY (groups);
    RETURN reached;
END $$;

-- Says how long a log is now. A new epoch begins where the last one ended, with the same root.
CREATE FUNCTION ledger_add_checkpoint(log_name text, new_epoch integer, new_size bigint, new_root bytea,
    new_frontier bytea, at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head ledger_checkpoint;
BEGIN
    PERFORM ledger_take_sealing_lock(log_name);
    SELECT * INTO head FROM ledger_checkpoint c WHERE c.log = log_name ORDER BY c.epoch DESC, c.size DESC LIMIT 1;
    IF NOT (CASE
        WHEN head.log IS NULL THEN new_epoch = 1 OR new_size = 0 -- everything was lost
        WHEN new_epoch = head.epoch THEN new_size > head.size AND at >= head.sealed_at
        ELSE new_epoch > head.epoch AND new_size = head.size AND new_root = head.root AND at >= head.sealed_at
    END) OR (log_name = 'ledger' AND new_size <> ledger_placed()) THEN
        RAISE EXCEPTION 'a checkpoint of % cannot follow the last one', log_name
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO ledger_checkpoint (log, epoch, size, root, frontier, sealed_at)
    VALUES (log_name, new_epoch, new_size, new_root, new_frontier, at);
END $$;

-- Keeps the signed note of a checkpoint, or the same note with more signatures.
CREATE FUNCTION ledger_keep_note(log_name text, of_epoch integer, of_size bigint, signed text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE ledger_checkpoint c SET note = signed WHERE (c.log, c.epoch, c.size) = (log_name, of_epoch, of_size)
$$;
