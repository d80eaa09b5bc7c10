"""Codes, e-IDs and authorities as the pages take them: what is believed, what is refused, and how alike."""

import base64
import datetime as dt
import hmac
import json
import re
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.core.cache import cache
from django.test import Client
from filings import world

from provident.access import actions as access
from provident.access import queries
from provident.access.linking import mandates
from provident.access.linking.actions import give_letter_code
from provident.access.linking.queries import account_of_eid
from provident.access.linking.records import EId, NewOffer
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.identity.queries import open_by_number
from provident.portal.linking.issuers import Issuer, read_issuers
from provident.portal.linking.protocol import Faults
from provident.sample.eid.people import CLAIM, CLIENT, Holder
from provident.sample.eid.provider import ProtocolError, Provider
from provident.sample.eid.server import callbacks

from .signing import signed_in

PASSWORD = "four plain words do"
HOME = "http://testserver"
ISSUER = "http://localhost:8001"


@pytest.fixture
def town(fresh_database, tmp_path, settings):
    """Insure two people, neither of whom has an account."""
    settings.SECURE_SSL_REDIRECT = False
    settings.ALLOWED_HOSTS = ["testserver"]
    cache.clear()
    world.agency(1)
    world.Desk(tmp_path).send(world.enrol([1, 2], "2025-03"))


def account(kind, role, sign_in, person=None):
    new = NewAccount(
        kind=kind,
        sign_in=sign_in,
        label=Label(sign_in, sign_in),
        office=Label("Counter", "窗口"),
        person=person,
    )
    made = access.create_account(new, by=OPERATOR)
    access.grant_role(by=OPERATOR, account=made, role=role, since=world.NOW)
    return made


def resident(person, sign_in):
    return account(AccountKind.PERSON, Role.RESIDENT, sign_in, world.key_of(person))


def letter(person=1):
    clerk = account(AccountKind.STAFF, Role.AGENCY_CLERK, f"clerk-for-{person}")
    with open_by_number(
        world.number(person), by=clerk, purpose="sign_in_letter", fields=("name",), reason="seen"
    ) as opened:
        return give_letter_code(opened, label="An").code


def said(answer) -> str:
    """Return a page without what differs from one to the next: its form tokens and nonces."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode())


# --- the issuer, in this process: its provider answers what would go over the network


@dataclass
class Answer:
    document: dict
    status_code: int = 200
    headers = {"content-type": "application/json"}

    def json(self):
        return self.document

    @property
    def text(self):
        return json.dumps(self.document)

    content = text

    def raise_for_status(self):
        assert self.status_code < 400


class Session:
    """What the portal sends over the network, handed to the provider."""

    def __init__(self, provider, forge):
        self.provider, self.forge = provider, forge

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def get(self, address, **_):
        return Answer(self.provider.discovery() if "well-known" in address else self.provider.jwks())

    def request(self, _method, _address, data, **_):
        try:
            given = self.provider.token(data, (data["client_id"], data["client_secret"]))
        except ProtocolError as error:
            return Answer({"error": error.error}, error.status)
        return Answer(given | {"id_token": self.forge(self.provider, given["id_token"])})


@pytest.fixture
def issuer(town, settings, monkeypatch):
    """Return a way to sign in with an e-ID: as whom, believed or not, with the token as given or forged."""
    holders = (Holder("s-1", "An", world.number(1)), Holder("s-9", "Nobody", "990000190001019990"))
    provider = Provider(ISSUER, "secret", callbacks(HOME), holders)

    def come(subject="s-1", *, claim=CLAIM, forge=lambda _, token: token, client=None):
        settings.EID_ISSUERS = (
            Issuer("sample", ISSUER, CLIENT, "secret", "e-ID", "电子身份", claim, (ISSUER,)),
        )
        monkeypatch.setattr(Faults, "get_requests_session", lambda _: Session(provider, forge))
        client = client or Client()
        left = client.post("/e-id/sample/")
        asked = provider.asked(dict(parse_qsl(urlsplit(left["Location"]).query)))
        back = urlsplit(provider.allow(asked, subject))
        client.back = f"{back.path}?{back.query}"
        return client, client.get(client.back)

    return come


def signed_in_as(client) -> str | None:
    return client.session.get("_auth_user_id")


def test_an_e_id_with_a_number_opens_the_person_s_account(issuer):
    """The session belongs to the person the number belongs to; the next time the link alone is enough."""
    client, answer = issuer()
    assert answer["Location"] == "/"
    found = account_of_eid(EId(ISSUER, "s-1"))
    assert signed_in_as(client) == str(found)
    assert queries.account(found).person == world.key_of(1)
    again, _ = issuer(claim="")
    assert signed_in_as(again) == str(found)


def test_an_answer_is_good_once_and_for_the_browser_that_asked(issuer):
    """Replayed, or brought to another browser, it opens nothing."""
    client, _ = issuer()
    client.post("/sign-out/")
    for other in (client, Client()):
        assert other.get(client.back)["Location"] == "/sign-in/?eid=failed"
        assert signed_in_as(other) is None


def test_a_new_session_is_begun(issuer):
    """What somebody may have planted in the browser before is not the session that is opened."""
    client = Client()
    client.post("/e-id/sample/")
    issuer(client=client)
    before = client.session.session_key
    client.post("/sign-out/")
    client, _ = issuer(client=client)
    assert client.session.session_key != before


def resigned(**changes):
    def forge(provider, token):
        claims = jwt.decode(token, options={"verify_signature": False}) | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, provider._key, algorithm="ES256", headers={"kid": provider._kid})

    return forge


def unsigned(_provider, token):
    return jwt.encode(jwt.decode(token, options={"verify_signature": False}), None, algorithm="none")


def signed_with_the_public_key(provider, token):
    public = provider._key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head = b64(json.dumps({"alg": "HS256", "typ": "JWT", "kid": provider._kid}).encode())
    plain = f"{head}.{token.split('.')[1]}"
    return f"{plain}.{b64(hmac.digest(public, plain.encode(), 'sha256'))}"


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed_by_another(provider, token):
    other = Provider(ISSUER, "secret", frozenset(), ())
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, other._key, algorithm="ES256", headers={"kid": provider._kid})


@pytest.mark.parametrize(
    "forge",
    [
        resigned(iss="https://elsewhere.example"),
        resigned(aud="another client"),
        resigned(azp="another client"),
        resigned(nonce="another visit"),
        resigned(nonce=None),
        resigned(exp=int(time.time()) - 3600),
        resigned(exp=None),
        resigned(iat=int(time.time()) + 3600),
        resigned(sub=None),
        resigned(sub=""),
        unsigned,
        signed_with_the_public_key,
        signed_by_another,
        lambda _provider, token: token[:-9],
        lambda _provider, _token: None,
    ],
)
def test_a_token_that_is_not_all_in_order_opens_nothing(issuer, forge):
    """Issuer, client, visit, times, name, signature: each is looked at, and each fault ends alike."""
    client, answer = issuer(forge=forge)
    assert answer["Location"] == "/sign-in/?eid=failed"
    assert signed_in_as(client) is None
    assert account_of_eid(EId(ISSUER, "s-1")) is None


@pytest.mark.parametrize(("subject", "claim"), [("s-1", ""), ("s-1", "other_claim"), ("s-9", CLAIM)])
def test_an_e_id_that_is_not_believed_or_not_known_asks_for_the_code(issuer, subject, claim):
    """A number nobody vouches for, or nobody holds, opens nothing; the counter's code does, once."""
    client, answer = issuer(subject, claim=claim)
    assert answer["Location"] == "/e-id/code/"
    assert signed_in_as(client) is None
    assert client.post("/e-id/code/", {"code": "0000-0000-0000-0000"}).status_code == 400
    assert client.post("/e-id/code/", {"code": letter()})["Location"] == "/"
    assert queries.account(account_of_eid(EId(ISSUER, subject))).person == world.key_of(1)
    assert client.get("/e-id/code/")["Location"] == "/sign-in/"


def test_an_e_id_does_not_wait_for_ever(issuer, monkeypatch):
    """After ten minutes the e-ID has to be shown again."""
    client, _ = issuer(claim="")
    later = time.time() + 601
    monkeypatch.setattr("provident.portal.linking.eid.time.time", lambda: later)
    assert client.post("/e-id/code/", {"code": letter()})["Location"] == "/sign-in/"


def test_without_an_e_id_there_is_no_page_for_its_code(town):
    """The page leads to signing in; an issuer nobody named is not there."""
    assert Client().get("/e-id/code/")["Location"] == "/sign-in/"
    assert Client().post("/e-id/elsewhere/").status_code == 404
    assert Client().get("/e-id/elsewhere/arrived/?code=x&state=y").status_code == 404


# --- the operator's file


def entry(**other):
    known = {
        "name": "national",
        "issuer": "https://eid.example",
        "client_id": "provident",
        "client_secret": "s",
        "title": {"en": "the national e-ID", "zh": "国家电子身份"},
    }
    return known | other


def test_the_operator_names_issuers_in_a_file(tmp_path):
    """Without a claim no number is believed; the issuer's origin may be led to by a form."""
    path = tmp_path / "eid.json"
    path.write_text(json.dumps([entry(origins=["https://login.example"])]))
    (found,) = read_issuers(str(path), plain_http=False)
    assert found.number_claim == ""
    assert found.origins == ("https://eid.example", "https://login.example")
    assert read_issuers("", plain_http=False) == ()


@pytest.mark.parametrize(
    ("entries", "development"),
    [
        ([entry(issuer="http://localhost:8001")], False),
        ([entry(issuer="http://eid.example")], True),
        ([entry(issuer="https://eid.example?x=1")], True),
        ([entry(name="../x")], True),
        ([entry(), entry(name="other")], True),
        ([entry(), entry(issuer="https://other.example")], True),
    ],
)
def test_a_file_that_is_not_right_stops_the_program(tmp_path, entries, development):
    """No plain http but on this machine in development; names and issuers once each."""
    path = tmp_path / "eid.json"
    path.write_text(json.dumps(entries))
    with pytest.raises(ValueError, match="eid.json"):
        read_issuers(str(path), plain_http=development)


# --- taking an account


def activate(client, code, sign_in, password=PASSWORD, again=PASSWORD):
    asked = {"code": code, "sign_in": sign_in, "password": password, "again": again}
    return client.post("/activate/", asked)


def test_a_letter_s_code_opens_the_account_and_signs_in(town):
    """Name and password are chosen; the browser is signed in; old second factors are gone; the code is spent."""
    code = letter()
    client = Client()
    answer = activate(client, code, "an.yi")
    assert answer["Location"] == "/activate/done/"
    assert queries.account(int(signed_in_as(client))).person == world.key_of(1)
    assert activate(Client(), code, "other").status_code == 400


def test_wrong_codes_are_answered_alike(town):
    """For a name somebody has and one nobody has, a spent code and a made-up one: the same page."""
    resident(2, "taken.name")
    code = letter()
    activate(Client(), code, "an.yi")
    pages = {
        said(activate(Client(), wrong, name)).replace(wrong, "").replace(name, "")
        for wrong in (code, "0000-0000-0000-0000")
        for name in ("taken.name", "free.name")
    }
    assert len(pages) == 1


def test_wrong_codes_take_the_same_time_whatever_the_name(town, monkeypatch):
    """The costly step, hashing the password, is done once for a wrong code and for a right one."""
    done = []
    monkeypatch.setattr(
        "provident.access.linking.actions.make_password", lambda given: done.append(given) or "!x"
    )
    for code in ("0000-0000-0000-0000", letter()):
        activate(Client(), code, "an.yi")
    assert len(done) == 2


def test_one_address_does_not_try_for_ever_and_locks_nobody_out(town):
    """After thirty tries in ten minutes an address waits; another address goes on, with the same name."""
    code = letter()
    client = Client()
    statuses = {activate(client, "0000-0000-0000-0000", "an.yi").status_code for _ in range(30)}
    assert statuses == {400}
    assert activate(client, code, "an.yi").status_code == 429
    assert activate(Client(REMOTE_ADDR="192.0.2.7"), code, "an.yi").status_code == 302


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"code": ""}, "code"),
        ({"sign_in": " "}, "sign_in"),
        ({"password": ""}, "password"),
        ({"again": "something else"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
        ({"sign_in": "an@mail.example"}, "sign_in"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_costs_no_code(town, asked, field):
    """Each fault stands at its field; the password is never written back into the page."""
    code = letter()
    answer = Client().post(
        "/activate/", {"code": code, "sign_in": "an.yi", "password": PASSWORD, "again": PASSWORD} | asked
    )
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert activate(Client(), code, "an.yi").status_code == 302


def test_the_letter_s_page_is_for_clerks_and_says_what_it_lacks(town):
    """A resident finds nothing there; a clerk without number or reason is told; the number is in no address."""
    assert signed_in(resident(2, "bo")).post("/counter/letter/").status_code == 404
    clerk = signed_in(account(AccountKind.STAFF, Role.AGENCY_CLERK, "clerk"))
    assert clerk.get("/counter/letter/")["Location"] == "/counter/"
    page = clerk.post("/counter/letter/", {"number": world.number(1)})
    assert page.status_code == 400
    assert 'id="reason-error"' in page.content.decode()
    page = clerk.post("/counter/letter/", {"number": world.number(1), "reason": "seen"})
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert world.number(1) not in page.content.decode()


# --- authorities


def test_nobody_ends_or_opens_what_is_not_theirs(town):
    """Another's authority, offer and record look like what is not there; ending twice is ending."""
    an, bo = resident(1, "an"), resident(2, "bo")
    now = dt.datetime.now(dt.UTC)
    fields = ("name", "numbers", "enrolments", "contributions")
    offer = NewOffer(fields=fields, since=now, until=now + dt.timedelta(days=9))
    given = mandates.take_mandate(by=bo, code=mandates.offer_mandate(offer, by=an).code)
    mandates.offer_mandate(offer, by=an)
    staff = signed_in(account(AccountKind.STAFF, Role.AGENCY_CLERK, "clerk"))
    for client, address in (
        (staff, f"/authorities/{given}/end/"),
        (signed_in(bo), "/authorities/offers/2/end/"),
        (signed_in(an), "/authorities/999/end/"),
    ):
        assert client.post(address).status_code == 404
    assert signed_in(an).get(f"/acting-for/{given}/").status_code == 404
    helper = signed_in(bo)
    assert helper.get(f"/acting-for/{given}/").status_code == 200
    for _ in range(2):
        assert signed_in(an).post(f"/authorities/{given}/end/")["Location"] == "/authorities/"
    assert helper.get(f"/acting-for/{given}/").status_code == 404


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [("", "2999-01-01", "since"), ("2026-01-01", "", "until"), ("2026-05-02", "2026-05-01", "until"),
     ("2020-01-01", "2020-02-01", "until"), ("2026-01-01", "2999-01-01", "until"), ("x", "y", "since")],
)  # fmt: skip
def test_dates_that_do_not_fit_are_said_at_their_field(town, since, until, field):
    """No first day, no last one, the wrong way round, over already, or decades ahead."""
    page = signed_in(resident(1, "an")).post("/authorities/", {"since": since, "until": until})
    assert page.status_code == 400
    assert f'id="{field}-error"' in page.content.decode()
