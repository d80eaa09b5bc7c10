"""Who may give what to whom: accounts, roles, grants, the first administrator."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connections
from tests.access.office import AN, BO, LONG_AGO, NOBODY, TOMORROW, YESTERDAY, Office

from provident.access import actions, queries
from provident.access.linking import actions as linking
from provident.access.records import (
    NO_LABEL,
    OPERATOR,
    AccountKind,
    EnrolmentCode,
    GrantKind,
    Label,
    NewAccount,
    NewGrant,
    Role,
)
from provident.access.refusals import (
    AdministratorExists,
    AlreadyHeld,
    CodeNotValid,
    DutiesNotSeparate,
    GrantDoesNotFit,
    MayNotGive,
    NothingToEnd,
    PasswordTooShort,
    RoleDoesNotFit,
    SignInTaken,
    UnknownAccount,
    UnknownPerson,
)
from provident.kernel.keys import AccountId, PersonKey

NOW = dt.datetime.now(dt.UTC)


def staff(sign_in: str) -> NewAccount:
    return NewAccount(kind=AccountKind.STAFF, sign_in=sign_in, label=Label("A", "甲"))


def test_accounts_are_made_by_administrators_and_persons_by_the_operator(office: Office) -> None:
    """An administrator makes staff but no person's account, a clerk none, and nobody an operator."""
    administrator = office.account(AccountKind.STAFF, Role.ADMINISTRATOR)
    made = actions.create_account(staff("new"), by=administrator)
    assert queries.account(made).kind is AccountKind.STAFF
    person = NewAccount(kind=AccountKind.PERSON, sign_in="p", label=Label("A", "甲"), person=AN)
    operator = NewAccount(kind=AccountKind.OPERATOR, sign_in="o", label=Label("A", "甲"))
    for new, by in ((person, administrator), (staff("x"), office.clerk), (operator, OPERATOR)):
        with pytest.raises(MayNotGive):
            actions.create_account(new, by=by)
    with pytest.raises(SignInTaken):
        actions.create_account(staff("new"), by=OPERATOR)


def test_an_account_is_of_one_kind(office: Office) -> None:
    """A person's account has a person, an employer's an employer, a system's neither."""
    for kind in (AccountKind.PERSON, AccountKind.EMPLOYER):
        with pytest.raises(IntegrityError):
            actions.create_account(NewAccount(kind=kind, sign_in="n", label=NO_LABEL), by=OPERATOR)
    with pytest.raises(IntegrityError):
        actions.create_account(
            NewAccount(kind=AccountKind.SYSTEM, sign_in="n", label=NO_LABEL, person=AN), by=OPERATOR
        )


def test_roles_are_given_by_others_to_accounts_they_fit(office: Office) -> None:
    """Nobody gives to themselves; a role fits a kind of account; duties stay apart; no role twice at once."""
    administrator = office.account(AccountKind.STAFF, Role.ADMINISTRATOR)
    new = actions.create_account(staff("new"), by=administrator)

    def give(account: AccountId, role: Role, by: AccountId) -> int:
        return actions.grant_role(by=by, account=account, role=role, since=YESTERDAY)

    held = give(new, Role.AGENCY_CLERK, administrator)
    assert queries.roles_of(new) == {Role.AGENCY_CLERK}
    for account, role, by, refusal in (
        (administrator, Role.SUPERVISOR, administrator, MayNotGive),
        (OPERATOR, Role.OPERATOR, OPERATOR, MayNotGive),
        (new, Role.SUPERVISOR, office.supervisor, MayNotGive),
        (office.an, Role.OPERATOR, administrator, MayNotGive),
        (office.an, Role.AGENCY_CLERK, administrator, RoleDoesNotFit),
        (new, Role.RESIDENT, administrator, RoleDoesNotFit),
        (AccountId(4711), Role.AUDITOR, administrator, RoleDoesNotFit),
        (new, Role.AGENCY_CLERK, administrator, AlreadyHeld),
        (new, Role.ADMINISTRATOR, OPERATOR, DutiesNotSeparate),
        (administrator, Role.AUDITOR, OPERATOR, DutiesNotSeparate),
    ):
        with pytest.raises(refusal):
            give(account, role, by)
    actions.revoke_role(by=administrator, role_grant=held, at=LONG_AGO)
    assert queries.roles_of(new) == frozenset()
    with pytest.raises(NothingToEnd):
        actions.revoke_role(by=administrator, role_grant=held, at=TOMORROW)
    with pytest.raises(MayNotGive):
        actions.revoke_role(by=office.clerk, role_grant=held, at=TOMORROW)
    (until,) = office.owner.execute("SELECT until FROM access_role_grant WHERE id = %s", [held]).fetchone()
    assert until >= NOW, "ending a role never rewrites the past"


def test_two_givers_at_once_give_a_role_once(office: Office) -> None:
    """Of several grants of the same role at the same moment one is made."""
    new = actions.create_account(staff("new"), by=OPERATOR)

    def give(_: int) -> str:
        try:
            actions.grant_role(by=OPERATOR, account=new, role=Role.AUDITOR, since=YESTERDAY)
        except AlreadyHeld:
            return "held"
        finally:
            connections.close_all()
        return "given"

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(give, range(4))) == ["given", "held", "held", "held"]


def grant(kind: GrantKind, account: AccountId, person: PersonKey | None, purpose: str) -> NewGrant:
    return NewGrant(
        kind=kind,
        account=account,
        person=person,
        purpose=purpose,
        fields=("name",),
        basis="file note 7",
        since=YESTERDAY,
        until=TOMORROW,
    )


def test_a_grant_is_given_by_the_person_or_by_who_answers_for_it(office: Office) -> None:
    """Each kind of grant has its givers; nobody opens a record to themselves."""
    helper = office.account(AccountKind.PERSON, Role.REPRESENTATIVE, person=PersonKey(1003))
    partner = office.account(AccountKind.SYSTEM, Role.PARTNER)
    mandate = grant(GrantKind.MANDATE, helper, AN, "representation")
    consent = grant(GrantKind.CONSENT, partner, AN, "partner_query")
    case = grant(GrantKind.CASE, office.clerk, AN, "counter_service")
    paper = grant(GrantKind.MANDATE, office.clerk, AN, "counter_service")
    review = grant(GrantKind.CASE, office.supervisor, AN, "supervision")
    agreement = grant(GrantKind.AGREEMENT, partner, None, "partner_query")
    for new, by in (
        (mandate, office.an),
        (mandate, office.clerk),
        (consent, office.an),
        (case, office.an),
        (case, office.supervisor),
        (agreement, office.supervisor),
    ):
        assert actions.grant(new, by=by) > 0
    for new, by in (
        (mandate, office.bo),
        (mandate, helper),
        (paper, office.clerk),
        (review, office.supervisor),
        (consent, office.clerk),
        (consent, OPERATOR),
        (case, office.clerk),
        (case, office.bo),
        (agreement, office.an),
        (agreement, office.clerk),
    ):
        with pytest.raises(MayNotGive):
            actions.grant(new, by=by)


def test_a_person_cannot_make_an_agreement_of_their_own_consent(office: Office) -> None:
    """An agreement opens everybody's record, so naming oneself in it gives no right to make one."""
    partner = office.account(AccountKind.SYSTEM, Role.PARTNER)
    with pytest.raises(MayNotGive):
        actions.grant(grant(GrantKind.AGREEMENT, partner, AN, "partner_query"), by=office.an)


def test_a_grant_fits_its_purpose(office: Office) -> None:
    """A purpose takes only the kinds and fields it lists, for a known person and an open account."""
    helper = office.account(AccountKind.PERSON, Role.REPRESENTATIVE, person=PersonKey(1003))
    for new, refusal in (
        (grant(GrantKind.CASE, helper, AN, "representation"), GrantDoesNotFit),
        (grant(GrantKind.MANDATE, helper, AN, "nothing"), GrantDoesNotFit),
        (grant(GrantKind.MANDATE, AccountId(4711), AN, "representation"), UnknownAccount),
        (grant(GrantKind.MANDATE, helper, NOBODY, "representation"), UnknownPerson),
    ):
        with pytest.raises(refusal):
            actions.grant(new, by=OPERATOR)


def test_the_person_ends_what_opens_their_record(office: Office) -> None:
    """A person withdraws what they gave; another person cannot; what is over cannot be ended again."""
    partner = office.account(AccountKind.SYSTEM, Role.PARTNER)
    consent = actions.grant(grant(GrantKind.CONSENT, partner, AN, "partner_query"), by=office.an)
    assert [held.id for held in queries.grants_of(partner)] == [consent]
    with pytest.raises(MayNotGive):
        actions.end_grant(by=office.bo, grant=consent, at=NOW)
    actions.end_grant(by=office.an, grant=consent, at=LONG_AGO)
    assert queries.grants_of(partner) == ()
    with pytest.raises(NothingToEnd):
        actions.end_grant(by=office.an, grant=consent, at=TOMORROW)
    with pytest.raises(NothingToEnd):
        actions.end_grant(by=OPERATOR, grant=4711, at=NOW)


def test_guards_and_ceilings_are_set_by_those_who_answer_for_them(office: Office) -> None:
    """A clerk flags no record and sets no ceiling."""
    with pytest.raises(MayNotGive):
        actions.guard_record(by=office.clerk, person=BO, reason="x", until=TOMORROW)
    with pytest.raises(UnknownPerson):
        actions.guard_record(by=office.supervisor, person=NOBODY, reason="x", until=TOMORROW)
    with pytest.raises(MayNotGive):
        actions.set_ceiling(by=office.clerk, role=Role.AGENCY_CLERK, looks_per_hour=None)


def first(expires_at: dt.datetime = TOMORROW) -> EnrolmentCode:
    return actions.first_administrator(
        by=OPERATOR, sign_in="admin", label=Label("Administrator", "系统管理员"), expires_at=expires_at
    )


def test_the_first_administrator_enrols_once_with_a_code(office: Office) -> None:
    """The code sets the password once; afterwards it is worth nothing and no first administrator is made."""
    made = first()
    assert queries.roles_of(made.account) == {Role.ADMINISTRATOR}
    assert authenticate(sign_in="admin", password="!") is None
    assert (
        linking.activate(code=f" {made.code}\n", sign_in="Admin", password="four plain words do")
        == made.account
    )
    signed_in = authenticate(sign_in="admin", password="four plain words do")
    assert signed_in is not None
    assert signed_in.pk == made.account
    with pytest.raises(CodeNotValid):
        linking.activate(code=made.code, sign_in="admin", password="another long password")
    with pytest.raises(AdministratorExists):
        first()


def test_a_code_runs_out_and_a_new_one_voids_the_last(office: Office) -> None:
    """A late code is refused; as long as nobody enrolled another can be made for the same account."""
    late = first(YESTERDAY)
    with pytest.raises(CodeNotValid):
        linking.activate(code=late.code, sign_in="admin", password="four plain words do")
    lost, kept = first(), first()
    assert lost.account == kept.account == late.account
    with pytest.raises(CodeNotValid):
        linking.activate(code=lost.code, sign_in="admin", password="four plain words do")
    with pytest.raises(PasswordTooShort, match="12"):
        linking.activate(code=kept.code, sign_in="admin", password="short")
    assert linking.activate(code=kept.code, sign_in="admin", password="four plain words do") == kept.account


def test_of_two_enrolments_at_once_one_wins(office: Office) -> None:
    """The same code used at the same moment from two sides sets one password."""
    made = first()

    def enrol(number: int) -> str:
        try:
            linking.activate(code=made.code, sign_in="admin", password=f"password number {number}")
        except CodeNotValid:
            return "refused"
        finally:
            connections.close_all()
        return "enrolled"

    with ThreadPoolExecutor(3) as crowd:
        assert sorted(crowd.map(enrol, range(3))) == ["enrolled", "refused", "refused"]


def test_the_code_itself_is_stored_nowhere(office: Office) -> None:
    """The table holds the hash of a code and not the code."""
    made = first()
    (row,) = office.owner.execute("SELECT to_jsonb(c)::text FROM access_enrolment_code c").fetchall()
    assert made.code not in row[0]
    assert made.code.encode().hex() not in row[0]


def test_only_the_operator_makes_the_first_administrator(office: Office) -> None:
    """A supervisor cannot."""
    with pytest.raises(MayNotGive):
        actions.first_administrator(by=office.supervisor, sign_in="a", label=NO_LABEL, expires_at=TOMORROW)


def test_a_closed_account_holds_no_role_and_is_not_found(office: Office) -> None:
    """Closing an account ends what it may."""
    office.owner.execute("UPDATE access_account SET closed_at = now() WHERE id = %s", [office.clerk])
    assert queries.roles_of(office.clerk) == frozenset()
    with pytest.raises(UnknownAccount):
        queries.account(office.clerk)
    assert authenticate(sign_in="account-3", password="") is None


def test_accounts_are_found_by_number_and_by_name(office: Office) -> None:
    """An account is found by its sign-in name; the list of the offices' accounts holds no resident's."""
    card = queries.account(office.clerk)
    assert queries.account_of(card.sign_in) == card
    with pytest.raises(UnknownAccount):
        queries.account_of("nobody")
    assert [card.account for card in queries.offices_accounts()] == [
        OPERATOR,
        office.clerk,
        office.supervisor,
    ]


def test_sample_accounts_are_those_made_as_such(office: Office) -> None:
    """The sample sign-in offers the sample's accounts and no other."""
    made = actions.create_account(
        NewAccount(kind=AccountKind.STAFF, sign_in="s", label=Label("A", "甲"), sample=True), by=OPERATOR
    )
    assert [account.pk for account in queries.sample_accounts()] == [made]
