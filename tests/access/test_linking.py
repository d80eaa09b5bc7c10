"""One-time codes, accounts taken with them, e-IDs, and authorities given with a code."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.db import connections
from psycopg.errors import CheckViolation, InsufficientPrivilege
from tests.access.office import AN, BO, CUI, TOMORROW, YESTERDAY, Office

from provident import access
from provident.access import actions, queries
from provident.access.linking import actions as linking
from provident.access.linking import mandates
from provident.access.linking import queries as links
from provident.access.linking.codes import code_hash, new_code
from provident.access.linking.records import Code, EId, NewOffer
from provident.access.records import NO_LABEL, OPERATOR, AccountKind, Label, NewAccount, Role
from provident.access.refusals import (
    CodeNotValid,
    GrantDoesNotFit,
    GuardedRecord,
    MayNotGive,
    NoGrant,
    NothingToEnd,
    OwnRecord,
    PasswordTooShort,
    RoleMissing,
    SignInTaken,
    SignInUnfit,
    TooManyOffers,
)
from provident.access.tokens import actions as tokens
from provident.access.tokens.queries import tokens_of
from provident.kernel.keys import AccountId

PASSWORD = "four plain words do"
EID = EId("https://eid.example", "0123-abc")
MONTHS = ("name", "numbers", "enrolments", "contributions")


def letter(
    office: Office, person=AN, *, by: AccountId | None = None, reason: str = "asked at the counter"
) -> Code:
    with access.open_record(
        person, by=by or office.clerk, purpose="sign_in_letter", fields=("name",), reason=reason
    ) as opened:
        made = linking.give_letter_code(opened)
    assert made is not None
    return made


def asked(office: Office, *, by: AccountId) -> Code | None:
    """Ask for a letter for An, who may have a way to sign in already."""
    with access.open_record(AN, by=by, purpose="sign_in_letter", fields=("name",), reason="asked") as opened:
        return linking.give_letter_code(opened)


def own_looks(account: AccountId, person) -> list[tuple[str, bool]]:
    with access.open_record(person, by=account, purpose="own_record", fields=("looks",)) as opened:
        return [(one.purpose, one.answered) for one in queries.looks(opened) if one.purpose != "own_record"]


def test_a_code_is_typed_as_one_likes() -> None:
    """Sixteen signs in four groups; case, dashes, spaces and look-alike letters do not matter."""
    code = new_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert code_hash(code) == code_hash(f"  {code.lower().replace('-', ' ')}\n")
    assert code_hash("O0I1-LLLL") == code_hash("0o1l 1111") != code_hash("00111110")
    assert len({new_code() for _ in range(1000)}) == 1000


def test_a_letter_makes_an_account_that_its_person_takes(office: Office) -> None:
    """The code sets name and password once; the person then holds their record, and reads who opened it to them."""
    made = letter(office, CUI)
    assert made.expires_at - dt.datetime.now(dt.UTC) > dt.timedelta(days=13)
    account = linking.activate(code=made.code, sign_in=" Cui.Yan ", password=PASSWORD)
    signed_in = authenticate(sign_in="cui.yan", password=PASSWORD)
    assert signed_in is not None
    assert signed_in.pk == account
    assert queries.account(account).person == CUI
    assert queries.roles_of(account) == {Role.RESIDENT}
    assert own_looks(account, CUI) == [("linking", True), ("sign_in_letter", True)]
    with pytest.raises(CodeNotValid):
        linking.activate(code=made.code, sign_in="other", password=PASSWORD)


def test_a_letter_is_for_the_account_there_is(office: Office) -> None:
    """A person who has an account gets no second one; the letter gives a new name and password, the next voids it."""
    lost, kept = letter(office), letter(office)
    with pytest.raises(CodeNotValid):
        linking.activate(code=lost.code, sign_in="an", password=PASSWORD)
    assert linking.activate(code=kept.code, sign_in="an.yi", password=PASSWORD) == office.an


def test_a_letter_for_somebody_who_can_sign_in_takes_two(office: Office) -> None:
    """One clerk alone changes nothing; a second one's letter opens the account anew, and the next takes two again."""
    linking.activate(code=letter(office).code, sign_in="an.yi", password=PASSWORD)
    Authenticator.objects.create(user_id=office.an, type="totp", data={"secret": "x"})
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    tokens.make_token(by=office.an, label="t", scopes=("record",), expires_at=until)
    assert [asked(office, by=office.clerk) for _ in range(2)] == [None, None]
    assert authenticate(sign_in="an.yi", password=PASSWORD) is not None
    second = office.account(AccountKind.STAFF, Role.AGENCY_CLERK)
    made = asked(office, by=second)
    assert made is not None
    assert Authenticator.objects.count() == 1, "the account stays as it is until the code is used"
    assert linking.activate(code=made.code, sign_in="an.anew", password=PASSWORD) == office.an
    assert authenticate(sign_in="an.yi", password=PASSWORD) is None
    assert Authenticator.objects.count() == 0
    assert tokens_of(office.an) == ()
    assert asked(office, by=second) is None


def test_the_second_for_a_letter_is_another_human_being_within_a_week(office: Office) -> None:
    """Neither a clerk's other account nor an asking of last week is a second pair of eyes."""
    linking.link_by_code(code=letter(office).code, eid=EID)
    one, other = (office.account(AccountKind.STAFF, Role.AGENCY_CLERK, person=CUI) for _ in range(2))
    assert asked(office, by=one) is None, "an e-ID is a way to sign in, too"
    assert asked(office, by=other) is None
    office.owner.execute("UPDATE access_reset SET proposed_at = proposed_at - interval '7 days 1 minute'")
    assert asked(office, by=office.clerk) is None
    assert asked(office, by=one) is not None


def test_no_letter_without_a_look_for_just_that(office: Office) -> None:
    """A reason is needed; nobody writes one for themselves; another look is not enough; a colleague's needs a case."""
    with pytest.raises(NoGrant):
        letter(office, reason=" ")
    with pytest.raises(RoleMissing):
        letter(office, by=office.supervisor)
    with (
        access.open_record(
            AN, by=office.clerk, purpose="counter_service", fields=("name",), reason="asked"
        ) as opened,
        pytest.raises(MayNotGive),
    ):
        linking.give_letter_code(opened)
    clerk = office.account(AccountKind.STAFF, Role.AGENCY_CLERK, person=CUI)
    with pytest.raises(OwnRecord):
        letter(office, CUI, by=clerk)
    with pytest.raises(GuardedRecord):
        letter(office, CUI)


def test_wrong_codes_get_one_answer(office: Office) -> None:
    """Unknown, voided, late: alike, whether or not the sign-in name exists; the name is told taken to a good code only."""
    taken = queries.account(office.bo).sign_in
    made = letter(office)
    for name in (taken, "free.name"):
        with pytest.raises(CodeNotValid):
            linking.activate(code=new_code(), sign_in=name, password=PASSWORD)
    with pytest.raises(SignInTaken):
        linking.activate(code=made.code, sign_in=taken.upper(), password=PASSWORD)
    office.owner.execute("UPDATE access_enrolment_code SET expires_at = now() - interval '1 second'")
    with pytest.raises(CodeNotValid):
        linking.activate(code=made.code, sign_in="free.name", password=PASSWORD)


@pytest.mark.parametrize(
    "name",
    ["a", "x" * 65, "an@mail.example", "two words", "110101190001010014", "11010119000101001X",
     "13800138000", "138-0013-8000", "ABC123456789012", ".an", ""],
)  # fmt: skip
def test_a_sign_in_name_says_not_who_somebody_is(name: str) -> None:
    """No e-mail address, no telephone number, no official number."""
    with pytest.raises(SignInUnfit):
        linking.fit_name(name)
    assert linking.fit_name(" 王小明１ ") == "王小明1"


def test_a_short_password_costs_no_code(office: Office) -> None:
    """A password that is too short is refused before the code is looked at, and the code stays good."""
    made = letter(office)
    with pytest.raises(PasswordTooShort):
        linking.activate(code=made.code, sign_in="an.yi", password="short")
    assert linking.activate(code=made.code, sign_in="an.yi", password=PASSWORD) == office.an


def test_an_office_account_is_taken_under_its_own_name(office: Office) -> None:
    """The administrator gives the code until the account is taken, and not to themselves; the name stays."""
    administrator = office.account(AccountKind.STAFF, Role.ADMINISTRATOR)
    new = actions.create_account(
        NewAccount(kind=AccountKind.STAFF, sign_in="clerk.2", label=Label("B", "乙")), by=administrator
    )
    made = linking.give_office_code(by=administrator, account=new)
    for by, account in ((office.clerk, new), (administrator, administrator), (administrator, office.an)):
        with pytest.raises(MayNotGive):
            linking.give_office_code(by=by, account=account)
    with pytest.raises(CodeNotValid):
        linking.activate(code=made.code, sign_in="clerk.3", password=PASSWORD)
    assert linking.activate(code=made.code, sign_in="clerk.2", password=PASSWORD) == new
    with pytest.raises(MayNotGive):
        linking.give_office_code(by=administrator, account=new)


def test_an_e_id_is_linked_with_a_letter(office: Office) -> None:
    """The code links issuer and subject to the person once; the same subject of another issuer is another e-ID."""
    assert links.account_of_eid(EID) is None
    made = letter(office)
    assert linking.link_by_code(code=made.code, eid=EID) == office.an
    assert links.account_of_eid(EID) == office.an
    assert links.account_of_eid(EId("https://other.example", EID.subject)) is None
    with pytest.raises(CodeNotValid):
        linking.link_by_code(code=made.code, eid=EId("https://other.example", "2"))
    assert own_looks(office.an, AN)[0] == ("linking", True)


def test_an_e_id_belongs_to_one_person_and_ends_by_its_account_only(office: Office) -> None:
    """A linked e-ID is not linked anew; only its own account ends it, and then it signs in to nothing."""
    linking.link_by_code(code=letter(office).code, eid=EID)
    with pytest.raises(CodeNotValid):
        linking.link_by_code(code=letter(office, BO).code, eid=EID)
    (linked,) = links.eids_of(office.an)
    with pytest.raises(NothingToEnd):
        linking.end_eid(by=office.bo, linked=linked.id)
    linking.end_eid(by=office.an, linked=linked.id)
    assert links.account_of_eid(EID) is None


def test_an_administrator_s_code_links_no_e_id(office: Office) -> None:
    """An e-ID says who a person is; an office's account is nobody's own."""
    staff = actions.create_account(
        NewAccount(kind=AccountKind.STAFF, sign_in="clerk.2", label=Label("B", "乙")), by=OPERATOR
    )
    code = linking.give_office_code(by=OPERATOR, account=staff)
    with pytest.raises(CodeNotValid):
        linking.link_by_code(code=code.code, eid=EID)


def test_the_application_reaches_codes_and_e_ids_by_these_acts_only(office: Office, connect) -> None:
    """No table of codes, e-IDs or offers is readable, and the act that links by person is not callable."""
    session = connect()
    for asked in (
        "SELECT * FROM access_identity",
        "SELECT * FROM access_enrolment_code",
        "SELECT * FROM access_offer",
        "INSERT INTO access_identity (issuer, subject, account) VALUES ('i', 's', 1)",
        "SELECT access_link_person('i', 's', 1001)",
        "SELECT access_person_account(1001, 1)",
    ):
        with pytest.raises(Exception, match="permission denied"):
            session.execute(asked)


def test_no_name_of_a_person_is_read_without_a_look(office: Office, connect) -> None:
    """Whatever label an account is made with, and whoever acts for whom: no table shows the application a name."""
    labelled = actions.create_account(
        NewAccount(kind=AccountKind.PERSON, sign_in="cui", label=Label("Cui Yan", "崔岩"), person=CUI),
        by=OPERATOR,
    )
    letter(office)
    code = mandates.offer_mandate(offer(), by=office.an, name="An Yi").code
    mandates.take_mandate(by=office.bo, name="Bo Er", code=code)
    mandates.offer_mandate(offer(), by=office.an, name="An Yi")
    session, shown = connect(), ""
    tables = session.execute("SELECT relname FROM pg_class WHERE relname LIKE 'access%' AND relkind = 'r'")
    for (table,) in tables.fetchall():
        with suppress(InsufficientPrivilege):
            shown += str(session.execute(f"SELECT * FROM {table}").fetchall())
    assert "'cui'" in shown, "accounts are readable, or nobody could sign in"
    assert [name for name in ("Cui Yan", "崔岩", "An Yi", "Bo Er") if name in shown] == []
    assert queries.account(labelled).label == NO_LABEL
    with pytest.raises(InsufficientPrivilege):
        session.execute("UPDATE access_account SET label_en = 'Cui Yan' WHERE sign_in = 'cui'")
    with pytest.raises(CheckViolation):
        office.owner.execute("UPDATE access_account SET label_en = 'Cui Yan' WHERE sign_in = 'cui'")


def offer(fields=MONTHS, since=YESTERDAY, until=TOMORROW) -> NewOffer:
    return NewOffer(fields=fields, since=since, until=until)


def authorised(office: Office, new: NewOffer) -> int:
    """Let Bo act for An."""
    code = mandates.offer_mandate(new, by=office.an, name="An Yi").code
    return mandates.take_mandate(by=office.bo, name="Bo Er", code=code)


def test_an_authority_is_offered_taken_and_ended(office: Office) -> None:
    """Whoever takes the code acts within its fields until the person ends it; both see the other's name."""
    made = mandates.offer_mandate(offer(), by=office.an, name="An Yi")
    assert [one.fields for one in links.offers_of(office.an)] == [MONTHS]
    given = mandates.take_mandate(by=office.bo, name="Bo Er", code=made.code)
    assert links.offers_of(office.an) == ()
    (held,) = links.mandates_held(office.bo)
    assert (held.id, held.person, held.name) == (given, AN, "An Yi")
    (seen,) = links.grants_on(office.an)
    assert (seen.id, seen.holder) == (given, Label("Bo Er", "Bo Er"))
    with access.open_record(AN, by=office.bo, purpose="representation", fields=MONTHS):
        assert office.readable() == {AN}
    with (
        pytest.raises(NoGrant),
        access.open_record(AN, by=office.bo, purpose="representation", fields=(*MONTHS, "benefits")),
    ):
        pass
    actions.end_grant(by=office.an, grant=given, at=YESTERDAY)
    with (
        pytest.raises(NoGrant),
        access.open_record(AN, by=office.bo, purpose="representation", fields=MONTHS),
    ):
        pass
    assert links.mandates_held(office.bo) == ()


def test_a_representative_lays_an_authority_down(office: Office) -> None:
    """Whoever acts for another may stop; a third account cannot end it."""
    given = authorised(office, offer())
    with pytest.raises(MayNotGive):
        actions.end_grant(by=office.clerk, grant=given, at=YESTERDAY)
    actions.end_grant(by=office.bo, grant=given, at=YESTERDAY)
    assert links.mandates_held(office.bo) == ()


def test_an_authority_waits_for_its_first_day(office: Office) -> None:
    """An authority from tomorrow on is listed and opens nothing today."""
    later = offer(since=TOMORROW, until=TOMORROW + dt.timedelta(days=9))
    authorised(office, later)
    assert len(links.mandates_held(office.bo)) == 1
    with (
        pytest.raises(NoGrant),
        access.open_record(AN, by=office.bo, purpose="representation", fields=MONTHS),
    ):
        pass


def test_an_offer_that_does_not_fit_is_refused(office: Office) -> None:
    """Over before it begins, nothing in it, more than there is, or by somebody who is no resident."""
    for wrong in (
        offer(until=YESTERDAY),
        offer(since=TOMORROW, until=TOMORROW),
        offer(fields=()),
        offer(fields=("name", "salary")),
    ):
        with pytest.raises(GrantDoesNotFit):
            mandates.offer_mandate(wrong, by=office.an, name="An Yi")
    with pytest.raises(MayNotGive):
        mandates.offer_mandate(offer(), by=office.clerk, name="An Yi")
    for _ in range(5):
        mandates.offer_mandate(offer(), by=office.an, name="An Yi")
    with pytest.raises(TooManyOffers):
        mandates.offer_mandate(offer(), by=office.an, name="An Yi")


def test_an_offer_s_code_gets_one_answer_to_whoever_may_not_take_it(office: Office) -> None:
    """One's own, unknown, withdrawn, late, or with an account that is nobody's own: alike."""
    made = mandates.offer_mandate(offer(), by=office.an, name="An Yi")
    for by, code in ((office.an, made.code), (office.clerk, made.code), (office.bo, new_code())):
        with pytest.raises(CodeNotValid):
            mandates.take_mandate(by=by, name="Bo Er", code=code)
    (waiting,) = links.offers_of(office.an)
    with pytest.raises(NothingToEnd):
        mandates.withdraw_offer(by=office.bo, offer=waiting.id)
    mandates.withdraw_offer(by=office.an, offer=waiting.id)
    with pytest.raises(CodeNotValid):
        mandates.take_mandate(by=office.bo, name="Bo Er", code=made.code)
    late = mandates.offer_mandate(offer(), by=office.an, name="An Yi")
    office.owner.execute("UPDATE access_offer SET expires_at = now() - interval '1 second'")
    with pytest.raises(CodeNotValid):
        mandates.take_mandate(by=office.bo, name="Bo Er", code=late.code)


def test_of_two_who_take_a_code_at_once_one_gets_it(office: Office) -> None:
    """Two takers of one offer at the same moment: one authority."""
    cui = office.account(AccountKind.PERSON, Role.RESIDENT, person=CUI)
    code = mandates.offer_mandate(offer(), by=office.an, name="An Yi").code

    def take(by: AccountId) -> str:
        try:
            mandates.take_mandate(by=by, name="Bo Er", code=code)
        except CodeNotValid:
            return "refused"
        finally:
            connections.close_all()
        return "taken"

    with ThreadPoolExecutor(2) as crowd:
        assert sorted(crowd.map(take, (office.bo, cui))) == ["refused", "taken"]
    assert len(links.grants_on(office.an)) == 1


def test_of_two_who_choose_a_name_at_once_one_gets_it(office: Office) -> None:
    """The second is told that the name is taken, and their code stays good."""
    codes = [letter(office).code, letter(office, CUI).code]

    def choose(code: str) -> str:
        try:
            linking.activate(code=code, sign_in="one.name", password=PASSWORD)
        except SignInTaken:
            return code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as crowd:
        (late,) = filter(None, crowd.map(choose, codes))
    assert linking.activate(code=late, sign_in="another.name", password=PASSWORD)
