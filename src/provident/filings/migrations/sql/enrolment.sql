-- Reading and changing enrolments in bulk, inside a filing only.
--
-- Several functions run their query through EXECUTE .. USING: only then does the planner see how long
-- the arrays are, and reads a big file's people by one hash join instead of a million index look-ups.

CREATE FUNCTION filings_insist() RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF access_run_purpose() IS DISTINCT FROM 'filing' THEN
        RAISE EXCEPTION 'only a filing reads many people at once' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- The other keys of merged persons among these, with the place of the person asked about.
CREATE FUNCTION filings_kin(persons bigint[]) RETURNS TABLE (place bigint, kin bigint)
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_person p WHERE p.into_key IS NOT NULL) THEN
        RETURN; -- nobody was ever merged: planning the question below would cost more than most answers
    END IF;
    RETURN QUERY EXECUTE $sql$
        SELECT w.place, a.same_person FROM unnest($1) WITH ORDINALITY w (person, place)
        JOIN ledger_alias a ON a.person_key = w.person AND a.same_person <> a.person_key $sql$
    USING persons;
END $$;

-- The enrolments in force of these persons and of the keys merged with theirs, four i64 each, big-endian:
-- id; employer; place of the person asked about << 20 | region; since << 40 | until (999912: open) << 20
-- | branches << 8 | scheme. Packed tightly because each number sent is a function called for every row.
CREATE FUNCTION filings_spells(persons bigint[]) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found bytea;
BEGIN
    PERFORM filings_insist();
    EXECUTE $sql$
        SELECT string_agg(int8send(e.enrolment_id) || int8send(e.employer_key)
            || int8send(((w.place - 1) << 20) | e.region)
            || int8send((e.since_month::bigint << 40) | (coalesce(e.until_month, 999912)::bigint << 20)
                        | (e.branches << 8) | e.scheme), '')
        FROM (SELECT person, place FROM unnest($1) WITH ORDINALITY u (person, place)
              UNION ALL SELECT k.kin, k.place FROM filings_kin($1) k) w
        JOIN filings_enrolment e ON e.person_key = w.person AND e.superseded_at IS NULL $sql$
    INTO found USING persons;
    RETURN coalesce(found, '');
END $$;

-- Ends spells (for some of their branches) and starts new ones. A spell that ends is superseded by what
-- it becomes: a closed one for the branches that end, an open one for those that go on.
CREATE FUNCTION filings_enrol(filing bigint, moment timestamptz,
    ended bigint[], ended_branches smallint[], ended_until integer[],
    persons bigint[], employers bigint[], branches smallint[], schemes smallint[], regions integer[],
    since integer[], until integer[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    superseded bigint;
BEGIN
    PERFORM filings_insist();
    UPDATE filings_enrolment e SET superseded_by = filing, superseded_at = moment
    WHERE e.enrolment_id = ANY (ended) AND e.superseded_at IS NULL AND e.until_month IS NULL;
    GET DIAGNOSTICS superseded = ROW_COUNT;
    IF superseded <> (SELECT count(DISTINCT u) FROM unnest(ended) u) THEN
        RAISE EXCEPTION 'an enrolment to end is not open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO filings_enrolment (person_key, employer_key, branches, scheme, region, since_month, until_month,
                                   recorded_by, recorded_at)
    SELECT e.person_key, e.employer_key, p.branches, e.scheme, e.region, e.since_month, p.until, filing, moment
    FROM (SELECT u.id, u.branches, u.until FROM unnest(ended, ended_branches, ended_until) u (id, branches, until)
          UNION ALL
          SELECT e.enrolment_id, (e.branches & ~bit_or(u.branches))::smallint, NULL
          FROM unnest(ended, ended_branches) u (id, branches) JOIN filings_enrolment e ON e.enrolment_id = u.id
          GROUP BY e.enrolment_id) p
    JOIN filings_enrolment e ON e.enrolment_id = p.id
    WHERE p.branches <> 0;
    INSERT INTO filings_enrolment (person_key, employer_key, branches, scheme, region, since_month, until_month,
                                   recorded_by, recorded_at)
    SELECT u.a, u.b, u.c, u.d, u.e, u.f, nullif(u.g, 999912), filing, moment
    FROM unnest(persons, employers, branches, schemes, regions, since, until) u (a, b, c, d, e, f, g);
END $$;

-- Takes back what a filing changed: what it recorded is superseded, what it superseded is there again.
-- Returns what was taken back.
CREATE FUNCTION filings_undo_enrolments(filing bigint, moment timestamptz)
RETURNS TABLE (person bigint, employer bigint, branches smallint, since integer, until integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM filings_insist();
    RETURN QUERY
        UPDATE filings_enrolment e SET superseded_by = filing, superseded_at = moment
        WHERE e.recorded_by = filing AND e.superseded_at IS NULL
        RETURNING e.person_key, e.employer_key, e.branches, e.since_month, e.until_month;
    INSERT INTO filings_enrolment (person_key, employer_key, branches, scheme, region, since_month, until_month,
                                   recorded_by, recorded_at)
    SELECT e.person_key, e.employer_key, e.branches, e.scheme, e.region, e.since_month, e.until_month,
           e.recorded_by, moment
    FROM filings_enrolment e WHERE e.superseded_by = filing AND e.recorded_by <> filing;
END $$;

-- A posted filing that rests on the enrolments this one recorded, and in what way; no row if none does.
CREATE FUNCTION filings_rests_on(filing bigint) RETURNS TABLE (later bigint, declares boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM filings_insist();
    RETURN QUERY
        SELECT f.filing_id, false FROM filings_enrolment e
        JOIN filings_filing f ON f.filing_id = e.superseded_by AND f.state = 'posted'
        WHERE e.recorded_by = filing AND e.superseded_by <> filing
        LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT t.filing_id, true
        FROM filings_enrolment e
        JOIN filings_total t ON t.employer_key = e.employer_key AND t.kind = 1 AND NOT t.withdrawn
            AND t.filing_id <> filing AND t.month BETWEEN e.since_month AND coalesce(e.until_month, 999912)
            AND (e.branches >> t.branch) & 1 = 1
        JOIN filings_filing f ON f.filing_id = t.filing_id AND f.kind = 'payroll'
        JOIN ledger_batch b ON b.batch_id = t.batch_id
        JOIN ledger_entry x ON x.person_key = e.person_key AND x.posted_month = b.posted_month AND x.leaf = b.leaf
            AND x.batch_id = b.batch_id AND x.employer_key = e.employer_key AND x.month = t.month
            AND x.branch = t.branch
        WHERE e.recorded_by = filing AND e.superseded_at IS NULL
        LIMIT 1;
END $$;
