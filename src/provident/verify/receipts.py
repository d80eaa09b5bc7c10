"""Receipts: entries of one person with the proof that each is in the log (docs/spec/receipt.md)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from . import strict, tree
from .forms import FAMILIES, form_of
from .notes import LARGEST, VerifierKey, parse_key, parse_note
from .signing import SignedCheckpoint, Trust, check_checkpoint
from .verdicts import NotProven

FORMAT = "provident-receipt/1"
_FIELDS = ("format", "origin", "keys", "checkpoint", "entries", "unlinked")
_MOST_KEYS, _MOST_ENTRIES, _MOST_NODES = 64, 1_000_000, 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a receipt: its named fields, and the leaf they hash to."""

    place: str
    family: str
    position: int
    form: dict[str, Any]
    payload: str | None
    leaf: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A position whose content can no longer be checked: only its leaf is known."""

    place: str
    position: int
    leaf: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that holds: the checkpoint, who signed it, and what is proven to be in the log."""

    signed: SignedCheckpoint
    entries: tuple[Entry, ...]
    unlinked: tuple[Unlinked, ...]


def looks_like(document: Any) -> bool:
    """Say whether a JSON document means to be a receipt of any version."""
    return isinstance(document, dict) and str(document.get("format", "")).startswith("provident-receipt")


def check_receipt(document: Any, trust: Trust) -> Receipt:
    """Check a receipt, in the order of the manual; NotProven says which step did not hold."""
    fields = strict.fields_of(document, "", _FIELDS)  # 1
    if fields["format"] != FORMAT:
        raise NotProven("format", wanted=FORMAT)
    listed = _keys(fields["keys"])  # 2
    note = parse_note(_raw(fields["checkpoint"], "checkpoint"))
    signed = check_checkpoint(note, Trust(trust.given, _bounded(listed, trust.named)), "receipt")  # 3
    if signed.unknown:
        raise NotProven("signature_unlisted", name=strict.shown(signed.unknown[0].name))
    if fields["origin"] != signed.checkpoint.origin:
        raise NotProven("origin", found=signed.checkpoint.origin)
    if signed.checkpoint.time is None or len(signed.checkpoint.extensions) != 1:
        raise NotProven("checkpoint_malformed", line=4)
    entries = tuple(_entry(one, f"entries[{n}]") for n, one in enumerate(_list(fields, "entries")))  # 4
    unlinked = tuple(_unlinked(one, f"unlinked[{n}]") for n, one in enumerate(_list(fields, "unlinked")))
    if not entries:
        raise strict.wanted("entries", "list")
    _once(entries)
    _once(unlinked)
    both = {one.position for one in entries} & {one.position for one in unlinked}
    if both:
        raise NotProven("position_twice", place="unlinked", position=min(both))
    leaves: list[Entry | Unlinked] = [*entries, *unlinked]
    for one in leaves:
        _lead_to_root(one, signed)  # 5
    return Receipt(signed, entries, unlinked)


def _bounded(listed: tuple[VerifierKey, ...], named: tuple[VerifierKey, ...]) -> tuple[VerifierKey, ...]:
    """Return the receipt's keys, with the bound the log's directory sets on those it knows."""
    until = {(key.name, key.id): key.until for key in named}
    return tuple(VerifierKey(k.name, k.kind, k.public, until.get((k.name, k.id))) for k in listed)


def _raw(value: Any, place: str) -> bytes:
    try:
        return strict.text_of(value, place).encode()
    except UnicodeEncodeError:
        raise strict.wanted(place, "text") from None


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    return strict.list_of(fields[name], name, _MOST_ENTRIES)


def _keys(value: Any) -> tuple[VerifierKey, ...]:
    texts = strict.list_of(value, "keys", _MOST_KEYS)
    keys = tuple(parse_key(strict.text_of(text, f"keys[{n}]")) for n, text in enumerate(texts))
    if len(set(keys)) < len(keys):
        raise NotProven("twice", name="keys")
    return keys


def _proof(value: Any, place: str) -> tuple[bytes, ...]:
    nodes = strict.list_of(value, place, _MOST_NODES)
    return tuple(strict.hash_of(node, f"{place}[{n}]") for n, node in enumerate(nodes))


def _entry(value: Any, place: str) -> Entry:
    fields = strict.fields_of(value, place, ("family", "position", "form", "proof"), ("payload",))
    family = fields["family"]
    if not isinstance(family, str) or family not in FAMILIES:
        raise strict.wanted(f"{place}.family", "word")
    form = form_of(family, fields["form"], f"{place}.form")
    payload = None
    if "payload" in fields:
        if family != "event":
            raise NotProven("unknown_field", place=f"{place}.payload")
        raw = _raw(fields["payload"], f"{place}.payload")
        if hashlib.sha256(raw).hexdigest() != fields["form"]["payload_hash"]:
            raise NotProven("payload_wrong", place=f"{place}.payload")
        payload = fields["payload"]
    position = strict.whole_of(fields["position"], f"{place}.position", 0, LARGEST)
    proof = _proof(fields["proof"], f"{place}.proof")
    return Entry(place, family, position, fields["form"], payload, tree.leaf_hash(form), proof)


def _unlinked(value: Any, place: str) -> Unlinked:
    fields = strict.fields_of(value, place, ("position", "leaf", "proof"))
    position = strict.whole_of(fields["position"], f"{place}.position", 0, LARGEST)
    leaf = strict.hash_of(fields["leaf"], f"{place}.leaf")
    return Unlinked(place, position, leaf, _proof(fields["proof"], f"{place}.proof"))


def _once(listed: Iterable[Entry | Unlinked]) -> None:
    """Refuse positions that do not rise, and an entry shown twice: it would count twice."""
    last, seen = -1, set[bytes]()
    for one in listed:
        if one.position <= last or one.leaf in seen:
            raise NotProven("position_twice", place=one.place, position=one.position)
        last = one.position
        seen.add(one.leaf)


def _lead_to_root(one: Entry | Unlinked, signed: SignedCheckpoint) -> None:
    checkpoint = signed.checkpoint
    if one.position >= checkpoint.size:
        raise NotProven("position_beyond", place=one.place, position=one.position, size=checkpoint.size)
    root = tree.root_of_proof(one.leaf, one.position, checkpoint.size, one.proof)
    if root is None:
        raise NotProven("proof_length", place=one.place, position=one.position)
    if root != checkpoint.root:
        raise NotProven("root", place=one.place, position=one.position)
