-- The reading copy, and the same facts straight from the entries where it does not reach.

-- Do amounts fit into 4 bytes each?
CREATE FUNCTION ledger_narrow(base bigint, employee bigint, employer_share bigint, account bigint, fund bigint)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT greatest(base, employee, employer_share, account, fund) <= 2147483647
       AND least(base, employee, employer_share, account, fund) >= -2147483648
$$;

-- One fact as stored: see ledger_record_year. The legs come packed, all of 4 or all of 8 bytes.
CREATE FUNCTION ledger_fact(kind smallint, branch smallint, standing bigint, legs bytea, month integer)
RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT int2send((kind * 256 + branch)::smallint) || int2send(standing::smallint) || legs
        || set_byte('\x00', 0, month % 100)
$$;

-- The same facts with legs of 8 bytes: each leg gets four more in front, of its own sign.
CREATE FUNCTION ledger_wide_facts(facts bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN get_byte(facts, 0) = 8 THEN facts ELSE '\x08'::bytea || coalesce((
        SELECT string_agg(substring(facts FROM at FOR 4) || legs.wide || substring(facts FROM at + 24 FOR 1),
                          ''::bytea ORDER BY at)
        FROM generate_series(2, length(facts), 25) at, LATERAL (
            SELECT string_agg(CASE WHEN get_byte(facts, leg - 1) < 128 THEN '\x00000000'::bytea
                                   ELSE '\xffffffff'::bytea END || substring(facts FROM leg FOR 4),
                              ''::bytea ORDER BY leg) AS wide
            FROM generate_series(at + 4, at + 20, 4) leg) legs), '') END
$$;

-- Facts of both widths as one year's: all narrow, or all wide.
CREATE FUNCTION ledger_facts(narrow bytea, wide bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN wide IS NULL THEN '\x04'::bytea || narrow
                ELSE ledger_wide_facts('\x04'::bytea || coalesce(narrow, '')) || wide END
$$;

-- Adds facts to others (NULL: to none). A fact that goes on where one of the same kind, branch, count and
-- legs ends only makes that one longer, so a year in which nothing changes stays as short as its first month.
CREATE FUNCTION ledger_join_facts(facts bytea, more bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    at integer := 2;
    size integer; same bytea; span integer; was integer; seen integer; hit integer;
BEGIN
    facts := coalesce(facts, substring(more FROM 1 FOR 1));
    IF get_byte(facts, 0) <> get_byte(more, 0) THEN
        facts := ledger_wide_facts(facts);
        more := ledger_wide_facts(more);
    END IF;
    size := 5 + 5 * get_byte(facts, 0);
    WHILE at < length(more) LOOP
        same := substring(more FROM at FOR size - 1); -- all but the span, which comes last
        span := get_byte(more, at + size - 2);
        seen := 1;
        LOOP
            hit := position(same IN substring(facts FROM seen + 1));
            IF hit = 0 THEN
                facts := facts || substring(more FROM at FOR size);
                EXIT;
            END IF;
            seen := seen + hit;
            IF (seen - 2) % size = 0 THEN -- else it only looks the same across the border of two facts
                was := get_byte(facts, seen + size - 2);
                IF was & 15 > 0 AND (was & 15) + (was >> 4) + 1 = span & 15 THEN
                    facts := set_byte(facts, seen + size - 2, was + 16 * (span >> 4) + 16);
                    EXIT;
                END IF;
            END IF;
        END LOOP;
        at := at + size;
    END LOOP;
    RETURN facts;
END $$;

-- The query that turns entries `e`, chosen by the two arguments, into rows of the reading copy.
CREATE FUNCTION ledger_facts_query(source text, condition text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT format($sql$
        SELECT f.person_key, f.employer_key, (f.month / 100)::smallint AS year,
            ledger_facts(
                string_agg(ledger_fact(f.kind, f.branch, f.standing,
                                       int4send(f.base::integer) || int4send(f.employee::integer)
                                       || int4send(f.employer_share::integer) || int4send(f.account::integer)
                                       || int4send(f.fund::integer), f.month),
                           ''::bytea ORDER BY f.kind, f.branch, f.month)
                    FILTER (WHERE ledger_narrow(f.base, f.employee, f.employer_share, f.account, f.fund)),
                string_agg(ledger_fact(f.kind, f.branch, f.standing,
                                       int8send(f.base) || int8send(f.employee) || int8send(f.employer_share)
                                       || int8send(f.account) || int8send(f.fund), f.month),
                           ''::bytea ORDER BY f.kind, f.branch, f.month)
                    FILTER (WHERE NOT ledger_narrow(f.base, f.employee, f.employer_share, f.account, f.fund))
            ) AS facts
        FROM (
            SELECT e.person_key, e.employer_key, e.branch, e.kind, e.month,
                sum(CASE WHEN e.reverses IS NULL THEN 1 ELSE -1 END) AS standing, sum(e.base)::bigint AS base,
                sum(e.employee)::bigint AS employee, sum(e.employer_share)::bigint AS employer_share,
                sum(e.account)::bigint AS account, sum(e.fund)::bigint AS fund
            FROM %s WHERE %s
            GROUP BY e.person_key, e.employer_key, e.branch, e.kind, e.month) f
        GROUP BY f.person_key, f.employer_key, f.month / 100 $sql$, source, condition)
$$;

-- Brings the oldest batches that the reading copy does not hold into it; returns how many.
CREATE FUNCTION ledger_project(at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET work_mem = '64MB' AS $$
DECLARE
    part record;
    done integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(5418772602);
    FOR part IN
        SELECT min(ledger_leaf_table(b)) AS leaf_table, array_agg(b.batch_id) AS batches
        FROM (SELECT * FROM ledger_batch WHERE NOT projected AND closed ORDER BY batch_id LIMIT at_most) b
        GROUP BY b.posted_month, b.leaf
    LOOP
        EXECUTE format($sql$
            INSERT INTO ledger_record_year AS t (person_key, employer_key, year, facts)
            SELECT f.person_key, f.employer_key, f.year, ledger_join_facts(NULL, f.facts) FROM (%s) f
            ON CONFLICT (person_key, year, employer_key)
            DO UPDATE SET facts = ledger_join_facts(t.facts, excluded.facts) $sql$,
            ledger_facts_query(format('%I e', part.leaf_table), format('e.batch_id = ANY (%L)', part.batches)));
        UPDATE ledger_batch SET projected = true WHERE batch_id = ANY (part.batches);
        done := done + cardinality(part.batches);
    END LOOP;
    RETURN done;
END $$;

-- Empties the reading copy, to be rebuilt by ledger_project.
CREATE FUNCTION ledger_forget_projection() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(5418772602);
    DELETE FROM ledger_record_year;
    UPDATE ledger_batch SET projected = false WHERE projected AND rows > 0;
END $$;

-- What batches outside the reading copy say of the persons. Runs as the caller: row security decides.
-- Months and leaves are written into the query, so that other partitions are not even planned.
CREATE FUNCTION ledger_late_facts(persons bigint[])
RETURNS TABLE (person_key bigint, employer_key bigint, year smallint, facts bytea)
LANGUAGE plpgsql STABLE ROWS 1 AS $$
DECLARE
    late record;
BEGIN
    SELECT array_agg(DISTINCT b.posted_month) AS posted, array_agg(DISTINCT b.leaf) AS leaves,
        array_agg(b.batch_id) AS batches
    INTO late FROM public.ledger_batch b WHERE NOT b.projected;
    IF late.batches IS NOT NULL THEN
        RETURN QUERY EXECUTE public.ledger_facts_query('public.ledger_entry e', format(
            'e.person_key = ANY ($1) AND e.posted_month = ANY (%L::date[]) AND e.leaf = ANY (%L::integer[]) '
            'AND e.batch_id = ANY (%L::bigint[])', late.posted, late.leaves, late.batches)) USING persons;
    END IF;
END $$;

-- The persons' entries that name no month. Most people have none, which the reading copy knows without a
-- look at every partition. Runs as the caller too.
CREATE FUNCTION ledger_unmonthed(persons bigint[]) RETURNS SETOF ledger_entry
LANGUAGE plpgsql STABLE ROWS 1 AS $$
BEGIN
    IF EXISTS (SELECT FROM public.ledger_record_year y WHERE y.person_key = ANY (persons) AND y.year = 0)
       OR EXISTS (SELECT FROM public.ledger_batch b WHERE NOT b.projected) THEN
        RETURN QUERY SELECT * FROM public.ledger_entry e WHERE e.person_key = ANY (persons) AND e.month = 0;
    END IF;
END $$;

-- What was known of the persons at a moment.
CREATE FUNCTION ledger_facts_known_on(persons bigint[], moment timestamptz)
RETURNS TABLE (person_key bigint, employer_key bigint, year smallint, facts bytea)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY EXECUTE public.ledger_facts_query(
        'public.ledger_entry e JOIN public.ledger_batch b ON b.batch_id = e.batch_id AND b.posted_at <= $2',
        format('e.person_key = ANY ($1) AND e.posted_month <= %L',
               date_trunc('month', moment AT TIME ZONE 'UTC')::date)) USING persons, moment;
END $$;
