"""The e-ID issuers this installation lets people sign in with, as the operator names them in a file.

A JSON list, each entry with
    name           what stands in our addresses, such as `national`; never changed once in use
    issuer         the issuer's address, exactly as it signs it
    client_id, client_secret
    title          {"en": …, "zh": …}, what the button says
    number_claim   the claim of the signed token in which this issuer vouches for the official number;
                   absent where it does not: then the counter's code links the e-ID to its person
    origins        further origins its sign-in pages send the browser to, if any

Read when the program starts; a file that is not right stops it.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from provident.portal import texts

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer of e-IDs, and what it is believed."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    title_en: str
    title_zh: str
    number_claim: str  # empty: not believed about official numbers
    origins: tuple[str, ...]


def read_issuers(path: str, *, plain_http: bool) -> tuple[Issuer, ...]:
    """Return the issuers a file names; none without a file. ValueError says what is wrong with it.

    `plain_http` lets an issuer on this machine do without encryption: development only.
    """
    if not path:
        return ()
    entries = json.loads(Path(path).read_text(encoding="utf-8"))
    issuers = tuple(_issuer(entry) for entry in entries)
    for issuer in issuers:
        at = urlsplit(issuer.issuer)
        here = plain_http and at.scheme == "http" and at.hostname in _HERE
        if not (at.scheme == "https" or here) or at.query or at.fragment:
            raise ValueError(f"{path}: the issuer {issuer.name} needs an https address")
        if not re.fullmatch(r"[a-z0-9-]{1,40}", issuer.name):
            raise ValueError(f"{path}: {issuer.name!r} is no name of an issuer")
    for kind in ("name", "issuer"):
        if len({getattr(issuer, kind) for issuer in issuers}) < len(issuers):
            raise ValueError(f"{path}: two issuers have one {kind}")
    return issuers


def issuers() -> tuple[Issuer, ...]:
    """Return the issuers one can sign in with."""
    found: tuple[Issuer, ...] = settings.EID_ISSUERS
    return found


def issuer_title(issuer: Issuer) -> str:
    """Return an issuer's title in the page's language."""
    return issuer.title_zh if texts.language() == "zh-hans" else issuer.title_en


def _issuer(entry: dict[str, Any]) -> Issuer:
    title = entry["title"]
    issuer = str(entry["issuer"])
    at = urlsplit(issuer)
    return Issuer(
        name=str(entry["name"]),
        issuer=issuer,
        client_id=str(entry["client_id"]),
        client_secret=str(entry["client_secret"]),
        title_en=str(title["en"]),
        title_zh=str(title["zh"]),
        number_claim=str(entry.get("number_claim", "")),
        origins=(f"{at.scheme}://{at.netloc}", *map(str, entry.get("origins", ()))),
    )
