"""What a person reads about who looked at them."""

import psycopg
import pytest
from tests.access.office import AN, BO, COUNTER, CUI, TOMORROW, YESTERDAY, Connect, Office

from provident import access
from provident.access import queries
from provident.access.actions import add_run_members, name_run_batch
from provident.access.linking import mandates
from provident.access.linking.records import NewOffer
from provident.access.records import OPERATOR, AccountKind, Look, Role
from provident.access.refusals import LogNotOpened, LookRefused, RoleMissing
from provident.kernel.keys import AccountId, PersonKey

ALL = ("name", "contributions", "looks")
SOME = ("name", "contributions")


def log(person: PersonKey, by: AccountId) -> tuple[Look, ...]:
    """Return the person's log as they read it."""
    with access.open_record(person, by=by, purpose="own_record", fields=ALL) as opened:
        return queries.looks(opened)


def test_the_person_reads_each_look_with_office_purpose_article_and_fields(office: Office) -> None:
    """An answered look names the office, the system, the purpose, its article and the fields, in both languages."""
    with access.open_record(
        AN, by=office.clerk, purpose="counter_service", fields=SOME, reason="asked about March"
    ):
        pass
    own, look = log(AN, office.an)
    assert own.own
    assert own.in_words("en").who == "You"
    assert own.in_words("zh-hans").who == "您本人"
    assert look.office == COUNTER
    assert look.answered
    assert look.override
    assert look.reason == "asked about March"
    english, chinese = look.in_words("en"), look.in_words("zh-hans")
    assert english.who == "Counter Hall, Room 2"
    assert english.purpose == "Service at the counter"
    assert english.article == "Social Insurance Law (2018), art. 74"
    assert english.fields == ("name", "contributions")
    assert english.system == "the portal"
    assert english.refusal == ""
    assert chinese.article == "《中华人民共和国社会保险法（2018年修正）》第74条"
    assert chinese.fields == ("姓名", "缴费记录")


def test_the_person_reads_refused_looks_too(office: Office) -> None:
    """A refused look is in the log with why it was refused, and nobody else's look is."""
    for purpose in ("counter_service", "no such purpose"):
        with (
            pytest.raises(LookRefused),
            access.open_record(AN, by=office.clerk, purpose=purpose, fields=SOME),
        ):
            pass
    with pytest.raises(LookRefused), access.open_record(BO, by=office.clerk, purpose="console", fields=SOME):
        pass
    _, unknown, counter = log(AN, office.an)
    assert not counter.answered
    assert counter.refusal == "access.no_grant"
    assert counter.in_words("en").refusal.startswith("there was no open case")
    assert counter.in_words("zh-hans").refusal.startswith("没有在办事项")
    assert unknown.purpose_title.en == "no such purpose"
    assert unknown.article.en == ""


def test_the_label_in_the_log_is_the_offices_at_the_time(office: Office) -> None:
    """An office renamed later does not change what the log says."""
    with access.open_record(AN, by=office.clerk, purpose="counter_service", fields=SOME, reason="letter"):
        pass
    office.owner.execute("UPDATE access_account SET office_en = 'Elsewhere' WHERE id = %s", [office.clerk])
    assert log(AN, office.an)[1].office == COUNTER


def test_a_representative_is_named_to_the_person_alone(office: Office) -> None:
    """The person reads who acted by the name they were told; whoever checks the log reads no name."""
    offered = NewOffer(fields=(*SOME, "looks"), since=YESTERDAY, until=TOMORROW)
    code = mandates.offer_mandate(offered, by=office.an, name="An Yi").code
    mandates.take_mandate(by=office.bo, name="Bo Er", code=code)
    with access.open_record(AN, by=office.bo, purpose="representation", fields=SOME):
        pass
    own, look = log(AN, office.an)
    assert (own.name, look.name) == ("", "Bo Er")
    assert look.in_words("en").who == "Representative Bo Er"
    assert look.in_words("zh-hans").who == "代理人Bo Er"
    for by, purpose in ((office.supervisor, "supervision"), (office.bo, "representation")):
        with access.open_record(AN, by=by, purpose=purpose, fields=("looks",)) as opened:
            assert {one.name for one in queries.looks(opened)} == {""}


def test_a_representative_s_name_stays_with_whoever_gave_the_authority(
    office: Office, connect: Connect
) -> None:
    """Not with somebody whose record was one with theirs for a while, nor beside a look at one's own log."""
    cui = office.account(AccountKind.PERSON, Role.RESIDENT, person=CUI)
    wide = NewOffer(fields=(*SOME, "looks"), since=YESTERDAY, until=TOMORROW)
    for taker, name in ((office.bo, "Bo Er"), (cui, "Cui San")):
        code = mandates.offer_mandate(wide, by=office.an, name="An Yi").code
        mandates.take_mandate(by=taker, name=name, code=code)
    office.owner.execute("UPDATE ledger_person SET into_key = %s WHERE person_key = %s", [CUI, AN])
    with access.open_record(AN, by=office.bo, purpose="representation", fields=SOME):
        pass
    office.owner.execute("UPDATE ledger_person SET into_key = NULL WHERE person_key = %s", [AN])
    assert [(one.role.en, one.name) for one in log(CUI, cui)] == [("Resident", ""), ("Representative", "")]
    assert [one.name for one in log(AN, office.an)] == ["", "Bo Er"]
    session = connect()
    look = "SELECT answered FROM access_open(%s, %s, %s, '{looks}', 'portal', '')"
    with session.transaction():
        assert session.execute(look, [office.bo, BO, "own_record"]).fetchone() == (True,)
        assert session.execute(look, [office.bo, AN, "representation"]).fetchone() == (True,)
        read = session.execute("SELECT holder FROM access_log(%s, 1000, 10)", [[AN, BO]]).fetchall()
    assert len(read) == 4
    assert set(read) == {("",)}


def test_the_log_reads_page_by_page(office: Office) -> None:
    """Pages of the log go backwards without gap or overlap."""
    for _ in range(5):
        log(AN, office.an)
    with access.open_record(AN, by=office.an, purpose="own_record", fields=ALL) as opened:
        whole = queries.looks(opened)
        first = queries.looks(opened, at_most=4)
        second = queries.looks(opened, before=first[-1].id, at_most=4)
    assert len(whole) == 6
    assert first + second == whole


def test_the_log_is_a_field_like_others(office: Office, connect: Connect) -> None:
    """Without the field `looks` the log stays shut, and it opens for the opened person only."""
    with (
        pytest.raises(LogNotOpened),
        access.open_record(AN, by=office.an, purpose="own_record", fields=SOME) as opened,
    ):
        queries.looks(opened)
    log(BO, office.bo)
    session = connect()
    look = "SELECT answered FROM access_open(%s, %s, 'own_record', %s, 'portal', '')"
    for fields, asked in ((["name"], AN), (["looks"], BO)):
        with session.transaction():
            assert session.execute(look, [office.an, AN, fields]).fetchone() == (True,)
            assert session.execute("SELECT * FROM access_log(%s, 1000, 10)", [[asked]]).fetchall() == []
    assert session.execute("SELECT * FROM access_log(%s, 1000, 10)", [[AN]]).fetchall() == []


def test_a_held_cursor_shuts_the_log(office: Office, connect: Connect) -> None:
    """The log does not travel into the next transaction in a cursor."""
    session = connect()
    with session.transaction():
        session.execute("SELECT access_open(%s, %s, 'own_record', '{looks}', 'portal', '')", [office.an, AN])
        session.execute(f"DECLARE held CURSOR WITH HOLD FOR SELECT * FROM access_log('{{{AN}}}', 1000, 10)")
    assert session.execute("FETCH ALL FROM held").fetchall() == []


def test_the_members_of_a_run_are_told_and_readable(office: Office, connect: Connect) -> None:
    """A statement run opens its members' rows and appears once in the log of each, and of nobody else."""
    with access.open_run(by=OPERATOR, purpose="statement_run", fields=SOME, members=[AN, BO]):
        assert office.readable() == {AN, BO}
    assert office.readable() == set()
    assert [look.purpose for look in log(AN, office.an)] == ["own_record", "statement_run"]
    look = log(BO, office.bo)[1]
    assert look.run
    assert look.answered
    assert look.in_words("en").who == "Operator's console"
    cui = office.account(AccountKind.PERSON, Role.RESIDENT, person=CUI)
    assert [look.purpose for look in log(CUI, cui)] == ["own_record"]


def test_a_run_over_a_merged_person_covers_all_their_keys(office: Office) -> None:
    """A member merged with another record is a member under both keys."""
    office.owner.execute("UPDATE ledger_person SET into_key = %s WHERE person_key = %s", [AN, CUI])
    with access.open_run(by=OPERATOR, purpose="statement_run", fields=SOME, members=[CUI]):
        assert office.readable() == {AN, CUI}
    assert log(AN, office.an)[1].run
    office.owner.execute("UPDATE ledger_person SET into_key = NULL WHERE person_key = %s", [CUI])
    cui = office.account(AccountKind.PERSON, Role.RESIDENT, person=CUI)
    assert [look.purpose for look in log(CUI, cui)] == ["own_record", "own_record", "statement_run"]


def test_a_filing_run_opens_no_row_and_is_told_by_batch_and_by_member(office: Office) -> None:
    """Whoever has an entry in the batch a run posted sees the run; so does whoever was named a member."""
    clerk = office.account(AccountKind.EMPLOYER, Role.EMPLOYER_CLERK)
    with access.open_run(by=clerk, purpose="filing", fields=SOME, members=[CUI]) as run:
        assert office.readable() == set()
        name_run_batch(run, batch=2)
        name_run_batch(run, batch=2)
        add_run_members(run, [CUI])
    assert [look.purpose for look in log(AN, office.an)] == ["own_record"]
    assert [look.purpose for look in log(BO, office.bo)] == ["own_record", "filing"]
    cui = office.account(AccountKind.PERSON, Role.RESIDENT, person=CUI)
    assert [look.purpose for look in log(CUI, cui)] == ["own_record", "filing"]


def test_a_run_is_refused_and_told_to_its_members(office: Office) -> None:
    """A run nobody may make opens nothing, and its members read that it was tried."""
    with (
        pytest.raises(RoleMissing),
        access.open_run(by=office.clerk, purpose="statement_run", fields=SOME, members=[AN]),
    ):
        pytest.fail("the run opened")
    refused = log(AN, office.an)[1]
    assert (refused.answered, refused.refusal) == (False, "access.role_missing")


def test_a_backup_is_told_to_everybody(office: Office) -> None:
    """A run that takes in every record appears in every person's log."""
    with access.open_run(by=OPERATOR, purpose="backup", fields=ALL):
        assert office.readable() == set()
    for person, account in ((AN, office.an), (BO, office.bo)):
        assert [look.purpose for look in log(person, account)] == ["own_record", "backup"]


def test_only_the_run_of_this_transaction_takes_members_and_batches(office: Office, connect: Connect) -> None:
    """A run that is over, refused or somebody else's cannot be added to."""
    with access.open_run(by=OPERATOR, purpose="filing", fields=SOME) as run:
        pass
    for act in (lambda: add_run_members(run, [AN]), lambda: name_run_batch(run, batch=1)):
        with pytest.raises(Exception, match="no run of this transaction"):
            act()
    with (
        access.open_run(by=OPERATOR, purpose="filing", fields=SOME) as run,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="no run of this transaction"),
    ):
        connect().execute("SELECT access_run_batch(%s, 1)", [run.look])


def test_the_purpose_of_a_run_is_known_inside_it_only(office: Office, connect: Connect) -> None:
    """Functions that serve one run can insist on it; a look at one person is no run."""
    session = connect()
    ask = "SELECT access_run_purpose()"
    with session.transaction():
        session.execute("SELECT access_open(1, %s, 'console', '{name}', 'cli', '')", [AN])
        assert session.execute(ask).fetchone() == (None,)
    with session.transaction():
        session.execute("SELECT access_open_run(1, 'backup', '{name}', 'cli', '{}', NULL)")
        assert session.execute(ask).fetchone() == ("backup",)
        session.execute("SELECT access_open_run(1, 'no such', '{name}', 'cli', '{}', NULL)")
        assert session.execute(ask).fetchone() == ("backup",)
    assert session.execute(ask).fetchone() == (None,)
