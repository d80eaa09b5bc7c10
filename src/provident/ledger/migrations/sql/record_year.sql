-- The reading copy, and the same facts straight from the entries where it does not reach.

-- One fact as stored: see ledger_record_year.
CREATE FUNCTION ledger_fact(kind smallint, month integer, standing bigint, base bigint, employee bigint,
    employer_share bigint, account bigint, fund bigint)
RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN greatest(base, employee, employer_share, account, fund) <= 2147483647
                 AND least(base, employee, employer_share, account, fund) >= -2147483648
        THEN int2send((kind * 256 + month % 100)::smallint) || int2send(standing::smallint)
            || int4send(base::integer) || int4send(employee::integer) || int4send(employer_share::integer)
            || int4send(account::integer) || int4send(fund::integer)
        ELSE int2send((kind * 256 + month % 100 - 32768)::smallint) || int2send(standing::smallint)
            || int8send(base) || int8send(employee) || int8send(employer_share) || int8send(account)
            || int8send(fund)
    END
$$;

-- Adds facts to others. A fact that goes on where one of the same kind, count and legs ends only makes that
-- one longer, so a year in which nothing changes stays as short as its first month.
CREATE FUNCTION ledger_join_facts(facts bytea, more bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    had integer := length(facts);
    put integer := 0; -- where the latest fact was put: among sorted new facts only that one can go on
    at integer := 0;
    seen integer; size integer; span integer; was integer;
BEGIN
    WHILE at < length(more) LOOP
        size := CASE WHEN get_byte(more, at) < 128 THEN 24 ELSE 44 END;
        span := get_byte(more, at + 1);
        seen := CASE WHEN had = 0 THEN put ELSE 0 END;
        WHILE seen < length(facts) LOOP
            was := get_byte(facts, seen + 1);
            EXIT WHEN was & 15 > 0 AND (was & 15) + (was >> 4) + 1 = span & 15
                AND get_byte(facts, seen) = get_byte(more, at)
                AND substring(facts FROM seen + 3 FOR size - 2) = substring(more FROM at + 3 FOR size - 2);
            seen := seen + CASE WHEN get_byte(facts, seen) < 128 THEN 24 ELSE 44 END;
        END LOOP;
        IF seen < length(facts) THEN
            facts := set_byte(facts, seen + 1, was + 16 * (span >> 4) + 16);
        ELSE
            put := length(facts);
            facts := facts || substring(more FROM at + 1 FOR size);
        END IF;
        at := at + size;
    END LOOP;
    RETURN facts;
END $$;

-- The query that turns entries `e`, chosen by the two arguments, into rows of the reading copy.
CREATE FUNCTION ledger_facts_query(source text, condition text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT format($sql$
        SELECT f.person_key, f.employer_key, (f.month / 100)::smallint AS year, f.branch,
            string_agg(ledger_fact(f.kind, f.month, f.standing, f.base, f.employee, f.employer_share, f.account, f.fund),
                       ''::bytea ORDER BY f.kind, f.month) AS facts
        FROM (
            SELECT e.person_key, e.employer_key, e.branch, e.kind, e.month,
                sum(CASE WHEN e.reverses IS NULL THEN 1 ELSE -1 END) AS standing, sum(e.base)::bigint AS base,
                sum(e.employee)::bigint AS employee, sum(e.employer_share)::bigint AS employer_share,
                sum(e.account)::bigint AS account, sum(e.fund)::bigint AS fund
            FROM %s WHERE %s
            GROUP BY e.person_key, e.employer_key, e.branch, e.kind, e.month) f
        GROUP BY f.person_key, f.employer_key, f.month / 100, f.branch $sql$, source, condition)
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
            INSERT INTO ledger_record_year AS t (person_key, employer_key, year, branch, facts)
            SELECT f.person_key, f.employer_key, f.year, f.branch, ledger_join_facts('', f.facts) FROM (%s) f
            ON CONFLICT (person_key, branch, year, employer_key)
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
RETURNS TABLE (person_key bigint, employer_key bigint, year smallint, branch smallint, facts bytea)
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

-- What was known of the persons at a moment.
CREATE FUNCTION ledger_facts_known_on(persons bigint[], moment timestamptz)
RETURNS TABLE (person_key bigint, employer_key bigint, year smallint, branch smallint, facts bytea)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY EXECUTE public.ledger_facts_query(
        'public.ledger_entry e JOIN public.ledger_batch b ON b.batch_id = e.batch_id AND b.posted_at <= $2',
        format('e.person_key = ANY ($1) AND e.posted_month <= %L',
               date_trunc('month', moment AT TIME ZONE 'UTC')::date)) USING persons, moment;
END $$;
