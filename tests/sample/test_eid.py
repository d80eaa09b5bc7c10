"""The sample e-ID: the protocol to the letter, and invented people only."""

import base64
import hashlib
import json
import threading
import urllib.error
import urllib.parse
import urllib.request

import jwt
import pytest

from provident.kernel.month import Month
from provident.sample import population
from provident.sample.eid import people
from provident.sample.eid.__main__ import main
from provident.sample.eid.people import CLAIM, Holder, prepare, read_client, read_people, write_people
from provident.sample.eid.provider import ProtocolError, Provider
from provident.sample.eid.server import EIdServer, callbacks

BACK = "http://localhost:8000/e-id/sample/arrived/"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
AN = Holder("sample-1", "安一", "990000198504170120")
BO = Holder("sample-2", "博二", "")
ASKED = {
    "client_id": "provident",
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": "openid",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
CLIENT = ("provident", "secret")


@pytest.fixture
def provider() -> Provider:
    return Provider("http://localhost:8001", "secret", callbacks("http://localhost:8000/"), (AN, BO))


def code_of(provider: Provider, subject: str = "sample-1") -> str:
    went = urllib.parse.urlsplit(provider.allow(provider.asked(ASKED), subject))
    answer = dict(urllib.parse.parse_qsl(went.query))
    assert answer["state"] == "s"
    return answer["code"]


def form(code: str, **other: str) -> dict[str, str]:
    wanted = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    return wanted | other


def read(provider: Provider, token: str) -> dict:
    (key,) = jwt.PyJWKSet.from_dict(provider.jwks()).keys
    return jwt.decode(token, key, algorithms=["ES256"], audience="provident", issuer=provider.issuer)


def test_a_code_becomes_a_signed_token_once(provider):
    """The token names issuer, client, nonce and number; the code is good once; the access token says who."""
    code = code_of(provider)
    given = provider.token(form(code), CLIENT)
    claims = read(provider, given["id_token"])
    assert (claims["sub"], claims["nonce"], claims[CLAIM]) == ("sample-1", "n", AN.number)
    assert provider.userinfo(given["access_token"])["sub"] == "sample-1"
    with pytest.raises(ProtocolError, match="invalid_grant"):
        provider.token(form(code), CLIENT)


def test_an_e_id_without_a_number_claims_none(provider):
    """The holder without an official number gets a token that does not speak of one."""
    given = provider.token(form(code_of(provider, "sample-2")), CLIENT)
    assert CLAIM not in read(provider, given["id_token"])


@pytest.mark.parametrize(
    "other",
    [{"code_verifier": "w" * 50}, {"code_verifier": ""}, {"redirect_uri": "http://localhost:8000/"}, {"code": "x"}],
)  # fmt: skip
def test_a_code_is_good_for_whoever_began_only(provider, other):
    """Another verifier, another address, another code: no token, and the code is spent."""
    code = code_of(provider)
    with pytest.raises(ProtocolError, match="invalid_grant"):
        provider.token(form(code) | other, CLIENT)
    if "code" not in other:
        with pytest.raises(ProtocolError, match="invalid_grant"):
            provider.token(form(code), CLIENT)


@pytest.mark.parametrize("client", [("provident", "guess"), ("other", "secret"), ("", "")])
def test_another_client_gets_nothing(provider, client):
    """Name and secret of the client are asked for, and a code it may not have stays unspent."""
    code = code_of(provider)
    with pytest.raises(ProtocolError, match="invalid_client"):
        provider.token(form(code), client)
    assert provider.token(form(code), CLIENT)["token_type"] == "Bearer"


@pytest.mark.parametrize(
    "other",
    [
        {"client_id": "other"},
        {"redirect_uri": "https://elsewhere.example/"},
        {"response_type": "token"},
        {"scope": "profile"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
    ],
)
def test_a_request_that_is_not_in_order_is_refused(provider, other):
    """No client, address, flow or challenge but the agreed ones."""
    with pytest.raises(ProtocolError):
        provider.asked(ASKED | other)


def test_codes_and_tokens_run_out(provider, monkeypatch):
    """A minute later the code is worth nothing, six minutes later the access token."""
    moment = [1_000_000.0]
    monkeypatch.setattr("provident.sample.eid.provider.time.time", lambda: moment[0])
    code, late = code_of(provider), code_of(provider)
    given = provider.token(form(code), CLIENT)
    moment[0] += 61
    with pytest.raises(ProtocolError, match="invalid_grant"):
        provider.token(form(late), CLIENT)
    moment[0] += 300
    with pytest.raises(ProtocolError, match="invalid_token"):
        provider.userinfo(given["access_token"])


def test_it_vouches_for_nobody_real(tmp_path):
    """A number outside the fictional region stops it."""
    write_people(tmp_path / "eid", (AN, BO))
    assert read_people(tmp_path / "eid") == (AN, BO)
    write_people(tmp_path / "eid", (Holder("x", "某人", "110101190001010014"),))
    with pytest.raises(ValueError, match="invented"):
        read_people(tmp_path / "eid")


@pytest.mark.parametrize("mode", ["production", ""])
def test_it_does_not_run_in_production(tmp_path, monkeypatch, mode):
    """Only development mode starts it."""
    monkeypatch.setenv("PROVIDENT_MODE", mode)
    with pytest.raises(SystemExit, match="development"):
        main([str(tmp_path), "http://localhost:8000"])


def test_the_portal_s_file_is_for_its_owner(tmp_path):
    """The file holds the secret, new each time, and nobody else reads it."""
    write_people(tmp_path / "eid", (AN,))
    path = prepare(tmp_path / "eid", 8001)
    assert path.stat().st_mode & 0o077 == 0
    issuer, secret = read_client(tmp_path / "eid")
    assert issuer == "http://localhost:8001"
    prepare(tmp_path / "eid", 8001)
    assert read_client(tmp_path / "eid")[1] != secret


def test_the_region_s_holders_are_three_stories():
    """One with a sample account, one without, and one whose e-ID tells no number."""
    region = population.build(present=Month.parse("2026-03"), residents=60, employers=60, seed=1)
    found = people.holders(region)
    assert [bool(one.number) for one in found] == [True, True, False]
    assert len({one.subject for one in found}) == 3


@pytest.fixture
def served(provider):
    provider.issuer = "http://localhost:0"
    server = EIdServer(provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def ask(address: str, data: dict | None = None, **headers: str) -> tuple[int, str, str]:
    opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))
    body = urllib.parse.urlencode(data).encode() if data is not None else None
    try:
        with opener.open(urllib.request.Request(address, body, headers), timeout=10) as answer:
            return answer.status, answer.read().decode(), ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers.get("Location", "")


def test_over_the_network_it_says_the_same(served):
    """Discovery, the page in the language asked for, the choice, the token by either way of naming the client."""
    _, text, _ = ask(f"{served}/.well-known/openid-configuration")
    assert json.loads(text)["code_challenge_methods_supported"] == ["S256"]
    status, page, _ = ask(f"{served}/authorize?{urllib.parse.urlencode(ASKED | {'ui_locales': 'zh-CN'})}")
    assert status == 200
    assert "您是谁" in page
    status, _, location = ask(f"{served}/authorize", ASKED | {"holder": "sample-1"})
    assert status == 303
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))["code"]
    status, _, _ = ask(f"{served}/token", form(code))
    assert status == 401
    basic = base64.b64encode(b"provident:secret").decode()
    status, text, _ = ask(f"{served}/token", form(code), Authorization=f"Basic {basic}")
    assert status == 200
    access = json.loads(text)["access_token"]
    assert json.loads(ask(f"{served}/userinfo", Authorization=f"Bearer {access}")[1])["sub"] == "sample-1"
    assert ask(f"{served}/userinfo")[0] == 401
    assert ask(f"{served}/elsewhere")[0] == 404


def test_what_a_request_says_is_text_on_the_page(served):
    """A state that is markup stays text."""
    query = urllib.parse.urlencode(ASKED | {"state": '"><script>x</script>'})
    _, page, _ = ask(f"{served}/authorize?{query}")
    assert "<script>" not in page


def test_a_refusal_leads_back_with_the_protocol_s_word(served):
    """Whoever would rather not is led back, and the portal is told so."""
    _, _, location = ask(f"{served}/authorize", ASKED | {"holder": ""})
    assert location == f"{BACK}?error=access_denied&state=s"
    assert ask(f"{served}/authorize", ASKED | {"redirect_uri": "https://elsewhere.example/"})[2] == ""
