"""The receipt as a resident downloads it, and the statement that carries one."""

import io

import pypdf
import pytest
from filings import world
from statements.sealing import sealed, set_places

from provident.access import actions as access
from provident.access import queries as log
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.statements.receipts.records import FILE
from provident.verify.pdf import attached_receipt
from provident.verify.receipts import check_receipt
from provident.verify.signing import Trust
from provident.verify.strict import read_json

from .signing import signed_in

LARGEST = 1 << 20


@pytest.fixture
def desk(fresh_database, tmp_path, monkeypatch, settings):
    """Return the desk of an agency at which two people are insured."""
    settings.SECURE_SSL_REDIRECT = False
    settings.PORTAL_URL = "https://records.agency.example"
    set_places(monkeypatch, tmp_path)
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol((1, 2), "2026-01"))
    desk.send(world.declare((1, 2), "2026-01"))
    return desk


@pytest.fixture
def resident(desk):
    """Return a browser in which the first of them is signed in."""
    label = Label("Person 1", "甲")
    new = NewAccount(
        kind=AccountKind.PERSON, sign_in="t", label=label, office=label, person=world.key_of(1), employer=None
    )
    account = access.create_account(new, by=OPERATOR)
    access.grant_role(by=OPERATOR, account=account, role=Role.RESIDENT, since=world.NOW)
    return signed_in(account)


def checked(raw: bytes):
    return check_receipt(read_json(raw), Trust((), ()))


def test_the_record_page_offers_the_receipt(resident, desk):
    """The page says what a receipt is, leads to the download and to the check."""
    page = resident.get("/record/").content.decode()
    assert 'href="/receipt/"' in page
    assert 'href="/check/"' in page
    assert "Download my receipt" in page


def test_a_receipt_is_downloaded_and_checks(resident, desk):
    """The file is the person's own, checks offline, and with a digit changed is refused."""
    sealed()
    answer = resident.get("/receipt/")
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == 'attachment; filename="receipt.json"'
    assert answer["Cache-Control"] == "no-store"
    found = checked(answer.content)
    assert {one.form.get("person_key") for one in found.entries} - {None} == {f"{world.key_of(1):016x}"}
    with world.opened(1) as opened:
        (look,) = [one for one in log.looks(opened) if "receipt" in one.fields]
    assert look.purpose == "own_record"


def test_entries_too_recent_are_told_before_the_download(resident, desk):
    """What no checkpoint holds yet is counted on a page; the rest can be had all the same."""
    sealed()
    desk.send(world.declare((1, 2), "2026-02"))
    page = resident.get("/receipt/")
    assert page["Content-Type"].startswith("text/html")
    assert "moment ago: 1." in page.content.decode()
    assert len(checked(resident.get("/receipt/?anyway=1").content).entries) == 3
    sealed()
    assert len(checked(resident.get("/receipt/").content).entries) == 4


def test_without_a_checkpoint_the_page_says_what_to_do(resident, desk):
    """Before the first seal the receipt is refused with its remedy, in the language of the page."""
    page = resident.get("/receipt/", headers={"accept-language": "zh-hans"})
    assert page.status_code == 403
    assert "请过几分钟再试" in page.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_statement_carries_the_receipt_of_its_year(resident, desk, language):
    """The PDF says where it is checked, and its attachment holds the entries of the year."""
    sealed()
    raw = resident.get("/statement/2026.pdf", headers={"accept-language": language}).content
    (entry,) = checked(attached_receipt(raw, LARGEST)).entries
    assert entry.form["month"] == "2026-01"
    reader = pypdf.PdfReader(io.BytesIO(raw))
    assert list(reader.attachments) == [FILE]
    assert "https://records.agency.example/check/" in "".join(
        page.extract_text() for page in reader.pages
    ).replace("\n", "")
