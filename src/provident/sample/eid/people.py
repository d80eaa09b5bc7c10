"""Who the sample e-ID knows, and the file by which the portal knows the sample e-ID."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from provident.sample import population
from provident.sample.numbers import REGION_PREFIX
from provident.sample.population import Region

NAME = "sample"  # of the issuer, in the portal's addresses
CLIENT = "provident"
CLAIM = "official_number"
_PEOPLE, _ISSUERS = "people.json", "issuers.json"
_INVENTED = (REGION_PREFIX, "XXA")
_NO_ACCOUNT, _NO_NUMBER = 1, 2  # residents by their place in the region


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a sample e-ID; `number` is empty where the e-ID vouches for none."""

    subject: str
    name: str
    number: str


def holders(region: Region) -> tuple[Holder, ...]:
    """Return who has an e-ID: one with a sample account, one without, and one whose e-ID tells no number."""
    told = (population.GAP, _NO_ACCOUNT)
    found = [(index, region.people[index].number) for index in told] + [(_NO_NUMBER, "")]
    return tuple(Holder(f"sample-{index}", region.people[index].name, number) for index, number in found)


def write_people(folder: Path, people: tuple[Holder, ...]) -> None:
    """Write down who has an e-ID, once, when the region is loaded."""
    folder.mkdir(mode=0o700, exist_ok=True)
    text = json.dumps([asdict(one) for one in people], ensure_ascii=False)
    (folder / _PEOPLE).write_text(text, encoding="utf-8")


def has_people(folder: Path) -> bool:
    """Say whether there is anybody to sign in."""
    return (folder / _PEOPLE).is_file()


def read_people(folder: Path) -> tuple[Holder, ...]:
    """Return who has an e-ID; ValueError if a number is one that somebody real could hold."""
    entries = json.loads((folder / _PEOPLE).read_text(encoding="utf-8"))
    people = tuple(Holder(**entry) for entry in entries)
    if any(one.number and not one.number.startswith(_INVENTED) for one in people):
        raise ValueError("the sample e-ID vouches for invented people only")
    return people


def prepare(folder: Path, port: int) -> Path:
    """Write the file that PROVIDENT_EID names, for its owner's eyes, with a new secret; return its path."""
    entry = {
        "name": NAME,
        "issuer": f"http://localhost:{port}",
        "client_id": CLIENT,
        "client_secret": secrets.token_urlsafe(32),
        "title": {"en": "the sample e-ID", "zh": "示例电子身份"},
        "number_claim": CLAIM,
    }
    path = folder / _ISSUERS
    place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(place, "w", encoding="utf-8") as file:
        json.dump([entry], file, ensure_ascii=False)
    return path


def read_client(folder: Path) -> tuple[str, str]:
    """Return the provider's address and its client's secret, from the file the portal reads too."""
    (entry,) = json.loads((folder / _ISSUERS).read_text(encoding="utf-8"))
    return entry["issuer"], entry["client_secret"]
