"""What an e-ID's answer must show before the portal believes it, fault by fault."""

import base64
import hmac
import json
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import serialization
from django.test import Client
from filings import world

from provident.access import queries
from provident.access.linking.queries import account_of_eid, eids_of
from provident.access.linking.records import EId
from provident.portal.linking.issuers import Issuer, read_issuers
from provident.portal.linking.protocol import Faults
from provident.sample.eid.people import CLAIM, CLIENT, Holder
from provident.sample.eid.provider import ProtocolError, Provider
from provident.sample.eid.server import callbacks

from .residents import letter

HOME = "http://testserver"
ISSUER = "http://localhost:8001"


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


def test_an_e_id_is_listed_and_ended_by_its_holder_unless_nothing_else_signs_in(issuer):
    """The page names the issuer; the only way in stays, with a word why; beside a passkey the e-ID goes, once."""
    client, _ = issuer(claim="")
    client.post("/e-id/code/", {"code": letter()})
    account = account_of_eid(EId(ISSUER, "s-1"))
    (linked,) = eids_of(account)
    address = f"/account/e-ids/{linked.id}/end/"
    assert address in client.get("/account/").content.decode()
    assert "only way to sign in" in client.post(address, follow=True).content.decode()
    assert len(eids_of(account)) == 1
    Authenticator.objects.create(user_id=account, type="webauthn", data={"name": "key", "credential": {}})
    assert client.post(address)["Location"] == "/account/"
    assert eids_of(account) == ()
    assert client.post(address).status_code == 404


def test_who_signs_in_by_e_id_alone_shows_it_again_before_a_change(issuer, monkeypatch):
    """A session that is not fresh makes no token and adds no passkey: it ends, and the sign-in page says why."""
    client, _ = issuer(claim="")
    client.post("/e-id/code/", {"code": letter()})
    asked = {"label": "mine", "scope": "record", "days": "30"}
    later = time.time() + 3600
    monkeypatch.setattr("provident.portal.accounts.adapter.time.time", lambda: later)
    answer = client.post("/tokens/", asked, follow=True)
    assert answer.redirect_chain == [("/sign-in/", 302)]
    assert "Sign in again with your e-ID" in answer.content.decode()
    assert signed_in_as(client) is None


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
    with pytest.raises(ValueError, match=r"issuer|name"):
        read_issuers(str(path), plain_http=development)
