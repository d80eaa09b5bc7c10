"""OpenID Connect with django-allauth: authorization code, PKCE, state; and the token read strictly.

What comes out is who the issuer says the person is. Nothing of it is kept but issuer and subject:
allauth's own tables of social accounts, which would keep every claim, stay empty.
"""

from collections.abc import Callable
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from provident.portal.linking.issuers import Issuer

Claims = dict[str, Any]
Arrived = Callable[[Issuer, Claims], HttpResponse]

NONCE = "eid_nonce"  # what this session's token must say
_SIGNED_WITH = ("ES256", "ES384", "EdDSA", "PS256", "RS256")
_CLOCKS_APART = 30  # seconds


class Faults(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What happens when an issuer's answer is no good, or the person changed their mind."""

    def on_authentication_error(self, request: HttpRequest, provider: object, **_told: object) -> None:  # noqa: ARG002
        """Lead back to where one signs in, and say there that it did not work."""
        raise ImmediateHttpResponse(redirect(f"{reverse('account_login')}?eid=failed"))


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """One issuer of the operator's file, as allauth knows it."""

    def __init__(self, request: HttpRequest, issuer: Issuer, arrived: Arrived | None = None) -> None:
        self.issuer, self.arrived = issuer, arrived
        known = {"server_url": issuer.issuer, "oauth_pkce_enabled": True, "scope": ["openid"]}
        app = SocialApp(
            provider=self.id,
            provider_id=issuer.name,
            name=issuer.name,
            client_id=issuer.client_id,
            secret=issuer.client_secret,
            settings=known,
        )
        super().__init__(request, app=app)

    def get_oauth2_adapter(self, request: HttpRequest) -> "Adapter":
        """Return the protocol's steps for this issuer."""
        return Adapter(request, self)


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The steps in which we differ: where the browser comes back to, and how a token is read."""

    def __init__(self, request: HttpRequest, provider: Provider) -> None:
        self._provider = provider
        super().__init__(request, provider.issuer.name)

    def get_provider(self) -> Provider:
        """Return the issuer; there is no table of them."""
        return self._provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:  # noqa: ARG002 - allauth's signature
        """Return our address the browser comes back to."""
        return request.build_absolute_uri(reverse("eid-arrived", args=[self._provider.issuer.name]))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: object, **kwargs: Any) -> None:  # noqa: ARG002
        """Read the token and leave allauth's way here: it would go on to write a social account."""
        arrived = self._provider.arrived
        if arrived is None:
            raise OAuth2Error("nobody waits for this token")
        raise ImmediateHttpResponse(arrived(self._provider.issuer, self._claims(kwargs["response"])))

    def _claims(self, response: dict[str, Any]) -> Claims:
        """Return the claims of the identity token; OpenID Connect Core 1.0, 3.1.3.7, by its numbers."""
        issuer, signed = self._provider.issuer, response.get("id_token")
        nonce = self.request.session.pop(NONCE, None)
        if not isinstance(signed, str) or not nonce:
            raise OAuth2Error("there is no identity token, or none was asked for")
        try:
            # 2. issuer, 3. audience, 6. signature, 7. algorithm, 9. end, 10. beginning
            claims: Claims = jwt.decode(
                signed,
                key=self._key(signed),
                algorithms=list(_SIGNED_WITH),
                issuer=issuer.issuer,
                audience=issuer.client_id,
                leeway=_CLOCKS_APART,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("the identity token is not good") from error
        # 4. and 5. authorized party, 11. nonce
        if claims.get("azp", issuer.client_id) != issuer.client_id or claims.get("nonce") != nonce:
            raise OAuth2Error("the identity token was made for another")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise OAuth2Error("the identity token names nobody")
        return claims

    def _key(self, signed: str) -> Any:
        if self.openid_config.get("issuer") != self._provider.issuer.issuer:
            raise OAuth2Error("the issuer calls itself something else")
        wanted = jwt.get_unverified_header(signed).get("kid")
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.key_id == wanted]
        if len(keys) != 1:
            raise OAuth2Error("the identity token is signed with no key of the issuer's")
        return keys[0]
