"""Forgetting a person: ordered by a decision, seen by four eyes, and nothing else is touched."""

import datetime as dt
import threading
from contextlib import closing

import pytest
from django.db import connection, connections, transaction
from psycopg import errors
from tests.identity.register import NOON, number_of
from tests.identity.town import NOW, ORDER
from tests.ledger import people

from provident import access
from provident.access import actions as accounts
from provident.access.look_log import LOOKS, LookSource
from provident.access.records import OPERATOR, GrantKind, NewGrant
from provident.access.refusals import LookRefused, RoleMissing
from provident.identity import actions, forgetting, queries, refusals
from provident.ledger import actions as ledger
from provident.ledger import queries as ledger_queries
from provident.ledger.refusals import PersonForgotten
from provident.ledger.seal.sealing import seal
from provident.ledger.seal.tree import Tree, root_from_inclusion


def totals():
    return ledger_queries.totals(), ledger_queries.employer_totals(people.EMPLOYER)


def test_names_numbers_and_secret_go_and_sums_stay(town, lapsed):
    """After it nothing says who it was; sums, the other's record and every proof are as before."""
    account = town.register.resident_account(town.an)
    accounts.grant(
        NewGrant(
            kind=GrantKind.CASE,
            account=town.register.clerk,
            person=town.an,
            purpose="counter_service",
            fields=("name",),
            basis="case of Wang",
            since=NOW - dt.timedelta(days=1),
            until=town.register.now() + dt.timedelta(days=3),
        ),
        by=OPERATOR,
    )
    town.register.owner.execute("UPDATE access_grant SET giver_name = 'Wang', holder_name = 'Li'")
    before = totals()
    bo = town.register.read(town.bo)
    done = town.forget()
    assert (done.entries, done.events, done.looks) == (3, 4, 3)
    assert totals() == before
    assert town.register.read(town.bo) == bo
    owner = town.register.owner
    for table in ("identity_number", "identity_name", "identity_value"):
        assert owner.execute(
            f"SELECT count(*) FROM {table} WHERE person_key IN (%s, %s)", [town.an, town.twin]
        ).fetchone() == (0,)
    secrets = "SELECT secret IS NULL FROM ledger_person WHERE person_key = ANY (%s) ORDER BY 1"
    assert owner.execute(secrets, [[town.an, town.twin, town.bo]]).fetchall() == [(False,), (True,), (True,)]
    assert owner.execute(
        "SELECT sign_in, label_en, label_zh, closed_at IS NOT NULL FROM access_account WHERE id = %s",
        [account],
    ).fetchone() == (f"forgotten-{account}", "", "", True)
    assert owner.execute("SELECT basis, giver_name, holder_name, until FROM access_grant").fetchall() == [
        ("-", "", "", NOW)
    ]
    assert owner.execute("SELECT reason FROM identity_join").fetchall() == [("-",)]


def test_the_event_names_what_was_unlinked(town, lapsed):
    """The sealed event says keys, counts, positions, decision and article, and the positions are right."""
    done = town.forget()
    sealed, _ = town.seal()
    payload, position = town.register.owner.execute(
        "SELECT e.payload::json, g.position FROM ledger_event e"
        " JOIN ledger_event_batch g ON g.source_hash = e.source_hash WHERE e.type = 'ledger.secret_erased'"
    ).fetchone()
    assert payload == {
        "persons": [f"{town.an:016x}", f"{town.twin:016x}"],
        "entries": 3,
        "events": 4,
        "looks": done.looks,
        "positions": {"ledger": done.positions, "looks": done.look_positions},
        "decision": ORDER["decision"],
        "article": ORDER["article"],
    }
    assert position < sealed.checkpoint.size
    about = "person_key = ANY (%s)"
    stored = town.register.owner.execute(
        f"SELECT leaf_hash FROM ledger_entry WHERE {about} UNION ALL SELECT leaf_hash FROM ledger_event"
        " WHERE subject_kind = 1 AND subject_key = ANY (%s)",
        [[town.an, town.twin]] * 2,
    ).fetchall()
    leaves = town.leaves("ledger", sealed.checkpoint.size)
    assert {leaves[at] for at in unfolded(done.positions)} == {leaf for (leaf,) in stored}
    assert len(unfolded(done.positions)) == done.entries + done.events


def unfolded(ranges):
    """Return the positions that ranges name."""
    ends = [part.partition("-") for part in ranges.split(",") if part]
    return {at for low, _, high in ends for at in range(int(low), int(high or low) + 1)}


def test_unlinked_is_counted_apart_from_damage(town, lapsed):
    """A batch with a forgotten person shows no damage and says how many entries are unlinked."""
    assert ledger_queries.unlinked(town.batch) == 0
    town.forget()
    assert ledger_queries.damaged(town.batch) == ()
    assert ledger_queries.unlinked(town.batch) == 3


def test_a_secret_missing_without_a_decision_is_damage(town, lapsed, superuser_connection):
    """A secret somebody erased past the guards makes its person's entries damaged, not unlinked."""
    town.forget()
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("UPDATE ledger_person SET secret = NULL WHERE person_key = %s", [town.bo])
    assert len(ledger_queries.damaged(town.batch)) == 1
    assert ledger_queries.unlinked(town.batch) == 3


def test_proofs_and_trees_stay_valid(town, lapsed):
    """Earlier checkpoints are consistent with later ones, and every leaf in both logs is proven as before."""
    first = town.seal()
    kept = [town.leaves(one.log, one.checkpoint.size) for one in first]
    town.forget()
    second = town.seal()
    for old, new, leaves in zip(first, second, kept, strict=True):
        tree = Tree(town.places.tiles(new.log), new.checkpoint.size)
        assert tree.root() == new.checkpoint.root
        assert tree.root(old.checkpoint.size) == old.checkpoint.root
        for at, leaf in enumerate(leaves):
            assert (
                root_from_inclusion(leaf, at, new.checkpoint.size, tree.inclusion(at)) == new.checkpoint.root
            )


def test_looks_are_unlinked_and_keep_their_leaves(town, lapsed):
    """Looks at the person keep their leaf and are told apart; later looks are linked; no look is damaged."""
    done = town.forget()
    with town.register.open(town.an, ("account",)):
        pass
    _, sealed = town.seal()
    leaves = town.leaves("looks", sealed.checkpoint.size)
    found = list(LookSource().looks(0, sealed.checkpoint.size))
    assert {one.position for one in found if one.unlinked} == unfolded(done.look_positions)
    assert [one.unlinked or one.leaf for one in found] == leaves
    assert all((one.leaf is None) == (one.unlinked is not None) for one in found)
    for tile in (town.places.log("looks") / "tile").rglob("*"):
        if tile.is_file():
            tile.unlink()
    assert seal(LOOKS).checkpoint.root == sealed.checkpoint.root


def test_a_forgotten_person_has_a_record_without_a_name(town, lapsed):
    """By number nobody is found; by key the record opens, without name, number or archive."""
    number = number_of(777)
    with town.register.open(town.an) as opened:
        actions.add_number(opened, number=number, at=NOON)
    town.forget()
    with pytest.raises(LookRefused):
        queries.find_resident(number, by=OPERATOR, purpose="console")
    resident = town.register.read(town.an)
    assert (resident.name, resident.number, resident.archive) == (None, None, ())
    with people.record_of(town.an) as opened:
        assert len(ledger_queries.entries(opened)) == 3


def test_nothing_more_is_recorded_about_a_forgotten_person(town, lapsed):
    """Posting, events and the withdrawal of a batch with the person in it are refused plainly."""
    town.forget()
    for act in (
        lambda: people.post(people.entry(town.an)),
        lambda: people.post(people.entry(town.bo), people.entry(town.twin)),
        lambda: ledger.reverse_batch(batch=town.batch, source=people.new_source("withdrawal")),
    ):
        with pytest.raises(PersonForgotten):
            act()
    assert people.post(people.entry(town.bo)).rows == 1


def test_the_law_keeps_a_record_for_its_time(town):
    """As long as a period of the law's catalogue runs, forgetting is refused with its end and its source."""
    with pytest.raises(refusals.StillToBeKept) as refused:
        town.propose()
    document = refused.value.as_document()
    assert "until 2127-01-01" in document["message"]["en"]
    assert "2127-01-01" in document["message"]["zh"]
    assert "Social Insurance Business Archives" in document["article"]
    moments = [dt.datetime(2126, 12, 31, 15, 59, tzinfo=dt.UTC), dt.datetime(2126, 12, 31, 16, tzinfo=dt.UTC)]
    for moment, good in zip(moments, (False, True), strict=True):
        with access.open_record(
            town.an, by=OPERATOR, purpose="forgetting", fields=forgetting.FIELDS
        ) as opened:
            if good:
                assert forgetting.propose(opened, **{**ORDER, "at": moment}) > 0
            else:
                with pytest.raises(refusals.StillToBeKept):
                    forgetting.propose(opened, **{**ORDER, "at": moment})
    proposal = town.register.owner.execute("SELECT id FROM identity_forgetting").fetchone()[0]
    town.seal()
    with pytest.raises(refusals.StillToBeKept):
        town.confirm(proposal)


def test_four_eyes(town, lapsed):
    """Neither the account that proposed nor another one of the same person confirms; a clerk does neither."""
    one = town.staff("one", person=town.bo)
    other = town.staff("other", person=town.bo)
    proposal = town.propose(by=one)
    town.seal()
    for account in (one, other):
        with pytest.raises(refusals.SameEyes):
            town.confirm(proposal, by=account)
    with pytest.raises(RoleMissing):
        town.confirm(proposal, by=town.register.clerk)
    with pytest.raises(RoleMissing):
        town.propose(town.bo, by=town.register.clerk)
    assert town.register.read(town.an).name == "王小明"
    town.seal()
    assert town.confirm(proposal, by=OPERATOR).entries == 3


def test_a_proposal_is_made_and_confirmed_once(town, lapsed):
    """A second proposal is refused, before and after; so is confirming what is not there."""
    proposal = town.propose()
    with pytest.raises(refusals.AlreadyProposed):
        town.propose(by=town.supervisor)
    with pytest.raises(refusals.NothingProposed):
        town.confirm(proposal + 1)
    town.seal()
    town.confirm(proposal)
    with pytest.raises(refusals.NothingProposed):
        town.confirm(proposal)
    with pytest.raises(refusals.AlreadyForgotten):
        town.propose()


def test_a_decision_has_a_reference_and_an_article(town, lapsed):
    """Without either, or with too long ones, nothing is proposed."""
    with access.open_record(town.an, by=OPERATOR, purpose="forgetting", fields=forgetting.FIELDS) as opened:
        for wrong in ({"decision": " "}, {"article": ""}, {"decision": "x" * 201}):
            with pytest.raises(refusals.DecisionMissing):
                forgetting.propose(opened, **{**ORDER, **wrong})


def test_what_is_not_sealed_is_sealed_first(town, lapsed):
    """An entry or event without a position cannot be named, so confirming waits for the seal."""
    proposal = town.propose()
    town.seal()
    people.post(people.entry(town.twin))
    with pytest.raises(refusals.NotYetSealed):
        town.confirm(proposal)
    assert town.register.read(town.an).name == "王小明"
    town.seal()
    assert town.confirm(proposal).entries == 4


def test_a_posting_under_way_is_waited_for(town, lapsed):
    """Whoever holds the person's secret finishes first; what it posted is not missed."""
    proposal = town.propose()
    town.seal()
    outcome = []

    def work():
        with closing(connections["default"]):
            try:
                town.confirm(proposal)
            except refusals.NotYetSealed as refusal:
                outcome.append(refusal)

    with transaction.atomic():
        people.post(people.entry(town.an))
        other = threading.Thread(target=work)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join()
    assert len(outcome) == 1


def test_the_database_erases_no_secret_without_the_event(town, lapsed):
    """Neither the owner nor the application gets round the event, the look and the second account."""
    with pytest.raises(errors.InsufficientPrivilege, match="recorded decision"):
        town.register.owner.execute("SELECT ledger_erase_secrets(ARRAY[%s]::bigint[])", [town.bo])
    with pytest.raises(errors.InsufficientPrivilege):
        town.register.owner.execute("UPDATE ledger_person SET secret = sha256('x')")
    proposal = town.propose()
    town.seal()
    for attempt in (
        f"SELECT ledger_erase_secrets('{{{town.bo}}}')",
        f"SELECT access_keep_leaves('{{{1}}}')",
        f"SELECT identity_weigh_forgetting({OPERATOR}, {proposal})",
        f"SELECT identity_forget({town.supervisor}, {proposal}, gen_random_uuid(), '{{}}', now())",
        f"SELECT identity_remove_facts('{{{town.bo}}}')",
    ):
        with (
            pytest.raises(Exception, match=r"permission denied|no look"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(attempt)
    with (
        access.open_record(
            town.an, by=town.supervisor, purpose="forgetting", fields=forgetting.FIELDS
        ) as opened,
        pytest.raises(Exception, match="this is not what was weighed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT identity_forget(%s, %s, gen_random_uuid(), '{}', now())", [opened.actor, proposal]
        )
    assert town.register.read(town.an).name == "王小明"


def test_the_result_says_when_the_last_backup_lapses_if_anybody_said_so(town, lapsed, monkeypatch):
    """Without a backup or a period nothing is claimed; with both, the day is named."""
    with access.open_run(by=OPERATOR, purpose="backup", fields=("name",)):
        pass
    monkeypatch.setenv(forgetting.BACKUPS, "90")
    done = town.forget()
    assert done.last_backup is not None
    assert done.backups_lapse == done.last_backup.date() + dt.timedelta(days=90)
    monkeypatch.setenv(forgetting.BACKUPS, "")
    other = town.forget(town.bo)
    assert other.backups_lapse is None


@pytest.mark.parametrize(("positions", "told"), [([], ""), ([3], "3"), ([1, 2, 3, 5, 7, 8], "1-3,5,7-8")])
def test_positions_are_told_as_ranges(positions, told):
    """Neighbours are told as one range."""
    assert forgetting.ranges(positions) == told
