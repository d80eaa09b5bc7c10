"""Encryption of second factors' secrets at rest: AES-256-GCM under a key that the database never sees."""

import base64
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_FORM = "v1"
_WHAT = b"provident second factor"
_NONCE = 12


def encrypt(text: str) -> str:
    """Return the text encrypted, with the number of the form before it."""
    nonce = secrets.token_bytes(_NONCE)
    hidden = AESGCM(_key()).encrypt(nonce, text.encode(), _WHAT)
    return f"{_FORM}.{base64.urlsafe_b64encode(nonce + hidden).decode()}"


def decrypt(hidden: str) -> str:
    """Return what `encrypt` was given; another key or a changed text raises InvalidTag."""
    form, _, body = hidden.partition(".")
    if form != _FORM:
        raise ValueError(f"second factor of an unknown form {form!r}")
    raw = base64.urlsafe_b64decode(body)
    return AESGCM(_key()).decrypt(raw[:_NONCE], raw[_NONCE:], _WHAT).decode()


def _key() -> bytes:
    if not settings.SECOND_FACTOR_KEY:
        raise ImproperlyConfigured("PROVIDENT_SECOND_FACTOR_KEY is not set, nor is it in the state directory")
    return HKDF(SHA256(), length=32, salt=None, info=_WHAT).derive(settings.SECOND_FACTOR_KEY.encode())
