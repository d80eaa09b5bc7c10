"""An e-ID that names its holder's official number is linked to the person, with a look."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from tests.identity.register import Register, number_of

from provident import access
from provident.access import queries
from provident.access.linking.actions import activate
from provident.access.linking.codes import code_hash
from provident.access.linking.queries import account_of_eid, eids_of
from provident.access.linking.records import EId
from provident.access.records import NO_LABEL, Role
from provident.access.refusals import CodeNotValid, IdentityNotLinked
from provident.identity import actions
from provident.identity.refusals import NumberCheckWrong

EID = EId("https://eid.example", "s-1")


def test_the_number_finds_the_person_who_gets_an_account(register: Register) -> None:
    """The account names nobody, holds the resident's role, and the person reads of it in their log."""
    person = register.add("欧阳 若溪", number_of(12))
    account = actions.link_eid(EID, number=number_of(12))
    card = queries.account(account)
    assert (card.person, card.label, card.taken) == (person, NO_LABEL, False)
    assert queries.roles_of(account) == {Role.RESIDENT}
    assert account_of_eid(EID) == account
    with access.open_record(person, by=account, purpose="own_record", fields=("looks",)) as opened:
        assert [one.purpose for one in queries.looks(opened)] == ["own_record", "linking"]


def test_a_second_e_id_of_the_same_person_opens_the_same_account(register: Register) -> None:
    """Two issuers may vouch for one person; there is one account."""
    register.add("欧阳若溪", number_of(12))
    account = actions.link_eid(EID, number=number_of(12))
    other = EId("https://other.example", "s-1")
    assert actions.link_eid(other, number=number_of(12)) == account
    assert len(eids_of(account)) == 2


def test_an_e_id_makes_a_letter_nobody_has_used_void(register: Register) -> None:
    """One clerk made it while nobody could sign in; once somebody does, it does not open their account."""
    register.add("欧阳若溪", number_of(12))
    account = actions.link_eid(EID, number=number_of(12))
    register.owner.execute(
        "INSERT INTO access_enrolment_code VALUES (%s, %s, now() + interval '1 day', 1)",
        [code_hash("0000-1111-2222-3333"), account],
    )
    actions.link_eid(EId("https://other.example", "s-1"), number=number_of(12))
    with pytest.raises(CodeNotValid):
        activate(code="0000-1111-2222-3333", sign_in="ou.yang", password="four plain words do")


def test_a_number_nobody_holds_is_a_refused_look(register: Register) -> None:
    """The refusal says what to do; the log holds the try, about nobody; no account is made."""
    with pytest.raises(IdentityNotLinked):
        actions.link_eid(EID, number=number_of(77))
    with pytest.raises(NumberCheckWrong):
        actions.link_eid(EID, number=number_of(77)[:-1] + "0")
    rows = register.owner.execute("SELECT purpose, person_key, answered FROM access_look").fetchall()
    assert rows == [("linking", None, False)]
    assert account_of_eid(EID) is None


def test_an_e_id_linked_to_one_person_is_never_moved_to_another(register: Register) -> None:
    """What is linked stays linked, whatever number comes with it later."""
    register.add("欧阳若溪", number_of(12))
    register.add("王小明", number_of(77))
    first = actions.link_eid(EID, number=number_of(12))
    assert actions.link_eid(EID, number=number_of(77)) == first
    rows = register.owner.execute("SELECT id FROM access_account WHERE kind = 'person'").fetchall()
    assert rows == [(first,)], "and nobody else is given an account on the way"


def test_two_at_once_make_one_account(register: Register) -> None:
    """The same e-ID arriving twice at the same moment: one account, both signed in to it."""
    register.add("欧阳若溪", number_of(12))

    def link(_: int) -> int:
        try:
            return actions.link_eid(EID, number=number_of(12))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as crowd:
        assert len(set(crowd.map(link, range(4)))) == 1
    (count,) = register.owner.execute("SELECT count(*) FROM access_account WHERE kind = 'person'").fetchone()
    assert count == 1
