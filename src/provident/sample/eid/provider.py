"""The protocol, without the network: RFC 6749 and 7636, OpenID Connect Core 1.0, 3.1, and Discovery 1.0."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from provident.sample.eid.people import CLAIM, CLIENT, Holder

_CODE_SECONDS, _TOKEN_SECONDS = 60, 300


class ProtocolError(Exception):
    """An error of the protocol, by the name it has there."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for authorization that may be shown to a person."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str


@dataclass(frozen=True, slots=True)
class _Given:
    asked: Asked
    holder: Holder
    until: float


@dataclass(slots=True)
class Provider:
    """What the provider knows: its address, its client, its people, and what it has given out."""

    issuer: str
    secret: str
    redirect_uris: frozenset[str]
    holders: tuple[Holder, ...]
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    _kid: str = field(default_factory=lambda: secrets.token_hex(8))
    _codes: dict[str, _Given] = field(default_factory=dict)
    _tokens: dict[str, _Given] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        """Return the provider's description of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "name", CLAIM],
        }

    def jwks(self) -> dict[str, Any]:
        """Return the public key tokens are signed with."""
        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self._kid, "use": "sig", "alg": "ES256"}]}

    def asked(self, query: Mapping[str, str]) -> Asked:
        """Return a request for authorization that is in order; one from elsewhere leads nowhere."""
        if query.get("client_id") != CLIENT or query.get("redirect_uri") not in self.redirect_uris:
            raise ProtocolError("unknown_client")
        if query.get("response_type") != "code" or "openid" not in query.get("scope", "").split():
            raise ProtocolError("invalid_request")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or len(challenge) != 43:
            raise ProtocolError("invalid_request")
        return Asked(query["redirect_uri"], query.get("state", ""), query.get("nonce", ""), challenge)

    def allow(self, asked: Asked, subject: str) -> str:
        """Return where the browser goes with a code for the holder who was chosen."""
        holder = next((one for one in self.holders if one.subject == subject), None)
        if holder is None:
            return self.deny(asked)
        code = secrets.token_urlsafe(32)
        self._forget_old()
        self._codes[code] = _Given(asked, holder, time.time() + _CODE_SECONDS)
        return f"{asked.redirect_uri}?{urlencode({'code': code, 'state': asked.state})}"

    def deny(self, asked: Asked) -> str:
        """Return where the browser goes when the person would rather not."""
        return f"{asked.redirect_uri}?{urlencode({'error': 'access_denied', 'state': asked.state})}"

    def token(self, form: Mapping[str, str], client: tuple[str, str]) -> dict[str, Any]:
        """Give tokens for a code: once, to the client, for whoever began."""
        name, secret = client
        if name != CLIENT or not hmac.compare_digest(secret.encode(), self.secret.encode()):
            raise ProtocolError("invalid_client", 401)
        if form.get("grant_type") != "authorization_code":
            raise ProtocolError("unsupported_grant_type")
        given = self._codes.pop(form.get("code", ""), None)
        if given is None or given.until < time.time() or form.get("redirect_uri") != given.asked.redirect_uri:
            raise ProtocolError("invalid_grant")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != given.asked.challenge:
            raise ProtocolError("invalid_grant")
        access = secrets.token_urlsafe(32)
        self._tokens[access] = _Given(given.asked, given.holder, time.time() + _TOKEN_SECONDS)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": _TOKEN_SECONDS,
            "id_token": self._signed(given),
        }

    def userinfo(self, access: str) -> dict[str, Any]:
        """Return who an access token stands for."""
        given = self._tokens.get(access)
        if given is None or given.until < time.time():
            raise ProtocolError("invalid_token", 401)
        return {"sub": given.holder.subject, "name": given.holder.name}

    def _signed(self, given: _Given) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": given.holder.subject,
            "aud": CLIENT,
            "iat": now,
            "auth_time": now,
            "exp": now + _TOKEN_SECONDS,
            "name": given.holder.name,
        }
        if given.asked.nonce:
            claims["nonce"] = given.asked.nonce
        if given.holder.number:
            claims[CLAIM] = given.holder.number
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._kid})

    def _forget_old(self) -> None:
        now = time.time()
        for kept in (self._codes, self._tokens):
            for name in [name for name, given in kept.items() if given.until < now]:
                kept.pop(name, None)
