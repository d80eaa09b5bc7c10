-- The log of every look, answered or refused. Nobody changes it; the application cannot even read it
-- but through access_log, and writes it only by asking access_open and access_open_run.

CREATE TABLE access_look (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    xid xid8 NOT NULL, -- with `at`: the one transaction in which the look opens anything
    actor bigint NOT NULL,
    office_en text NOT NULL,
    office_zh text NOT NULL,
    role text NOT NULL,
    system text NOT NULL,
    purpose text NOT NULL,
    article_en text NOT NULL,
    article_zh text NOT NULL,
    fields text[] NOT NULL,
    person_key bigint, -- none for a run, or when a number was not found
    keys bigint[] NOT NULL, -- what the look opens: the person's keys, or a run's members
    answered boolean NOT NULL,
    refusal text NOT NULL CHECK ((refusal = '') = answered),
    reason text NOT NULL,
    override boolean NOT NULL,
    grant_id bigint,
    counted boolean NOT NULL, -- towards the actor's hourly ceiling
    run boolean NOT NULL,
    CHECK (answered OR keys = '{}')
);
CREATE INDEX access_look_transaction ON access_look (xid);
CREATE INDEX access_look_person ON access_look (person_key, at);
CREATE INDEX access_look_counted ON access_look (actor, at) WHERE counted;

-- Whom a look concerned besides its person: the members of a run, keys merged with the person's; key 0
-- stands for everybody.
CREATE TABLE access_look_member (
    person_key bigint NOT NULL,
    look bigint NOT NULL REFERENCES access_look,
    PRIMARY KEY (person_key, look)
);

-- The batch a run posted: who has an entry in it was concerned by the run.
CREATE TABLE access_look_batch (
    batch bigint NOT NULL,
    look bigint NOT NULL REFERENCES access_look,
    PRIMARY KEY (batch, look)
);

CREATE FUNCTION access_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the log of looks is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    log_table text;
BEGIN
    FOREACH log_table IN ARRAY ARRAY['access_look', 'access_look_member', 'access_look_batch'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_change()', log_table);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', log_table);
        EXECUTE format('CREATE POLICY owner_reads ON %I FOR SELECT TO provident_owner USING (true)', log_table);
        EXECUTE format('CREATE POLICY owner_appends ON %I FOR INSERT TO provident_owner WITH CHECK (true)', log_table);
    END LOOP;
END $$;
