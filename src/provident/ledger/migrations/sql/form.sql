-- The hashed form, version 1, once more in SQL: for reversals made inside the database and for
-- checking what is stored. docs/spec/hashed-form.md is the text; tests hold every writer to it.

-- Declared so that the planner writes them into the query: called as functions they take ten times as long.
CREATE FUNCTION ledger_text(word text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT int2send(octet_length(convert_to(word, 'UTF8'))::smallint) || convert_to(word, 'UTF8')
$$;

CREATE FUNCTION ledger_byte(number smallint) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT substring(int2send(number) FROM 2) $$;

-- Microseconds since 1970-01-01 UTC.
CREATE FUNCTION ledger_moment(moment timestamptz) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT int8send((extract(epoch FROM moment) * 1000000)::bigint)
$$;

-- The id of row `source_row` of the source with this hash: a UUIDv8 (RFC 9562) of the first 12 bytes
-- of the hash and the row.
CREATE FUNCTION ledger_entry_id(source_hash bytea, source_row integer) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT encode(set_byte(set_byte(substring(source_hash FROM 1 FOR 12) || int4send(source_row),
                                    6, get_byte(source_hash, 6) & 15 | 128),
                           8, get_byte(source_hash, 8) & 63 | 128), 'hex')::uuid
$$;

-- A 32-byte secret under one of HMAC's two paddings (eight bytes of it), as the 64 bytes hashed first. As bits,
-- because bytes cannot be combined: the bits' binary form is their number in four bytes, then they themselves.
CREATE FUNCTION ledger_padded(secret bytea, padding bigint) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT substring(varbit_send(('x' || encode(secret, 'hex'))::bit(256)::bit(512)
                                 # ('x' || repeat(encode(int8send(padding), 'hex'), 8))::bit(512)) FROM 5)
$$;

-- HMAC-SHA-256 of an id under a person's secret.
CREATE FUNCTION ledger_salt(secret bytea, entry_id uuid) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(ledger_padded(secret, x'5c5c5c5c5c5c5c5c'::bigint)
                  || sha256(ledger_padded(secret, x'3636363636363636'::bigint) || uuid_send(entry_id)))
$$;

CREATE FUNCTION ledger_money_form(i ledger_installation, b ledger_batch, e ledger_entry, salt bytea) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT '\x01'::bytea || uuid_send(i.installation_id) || uuid_send(e.entry_id)
        || '\x01'::bytea || ledger_byte(e.kind) || int8send(e.person_key) || int8send(e.employer_key)
        || ledger_byte(e.branch) || int2send(e.scheme) || int4send(e.region) || int4send(e.month)
        || ledger_moment(b.posted_at) || ledger_text(i.currency)
        || int8send(e.base) || int8send(e.employee) || int8send(e.employer_share) || int8send(e.account)
        || int8send(e.fund) || ledger_byte(e.evidence) || ledger_byte(e.checked)
        || coalesce(uuid_send(e.reverses), decode(repeat('00', 16), 'hex'))
        || b.source_hash || int4send(e.source_row) || ledger_text(b.pack_version) || salt
$$;

-- The entries of a batch whose stored leaf is not the one their row gives. Those of persons forgotten by
-- decision cannot be told any more: ledger_unlinked counts them.
CREATE FUNCTION ledger_damaged(checked_batch bigint) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    b ledger_batch;
BEGIN
    SELECT * INTO STRICT b FROM ledger_batch WHERE batch_id = checked_batch;
    RETURN QUERY EXECUTE format($sql$
        SELECT e.entry_id
        FROM ledger_entry e CROSS JOIN ledger_installation i JOIN ledger_batch b ON b.batch_id = e.batch_id
            LEFT JOIN ledger_person p ON p.person_key = e.person_key
        WHERE e.posted_month = %L AND e.leaf = %L AND e.batch_id = %L AND e.leaf_hash IS DISTINCT FROM
            sha256('\x00'::bytea || ledger_money_form(i, b, e, ledger_salt(p.secret, e.entry_id)))
          AND NOT (p.person_key IS NOT NULL AND p.secret IS NULL AND e.person_key = ANY (%L::bigint[]))
        $sql$, b.posted_month, b.leaf, b.batch_id, ledger_forgotten());
END $$;
