"""One file at a time: what it is, whether it holds, and the sentences that say so."""

import base64
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import strict
from .logs import Log, check_log, logs_in
from .notes import Beginning, Checkpoint, Note, VerifierKey, parse_note
from .pdf import attached_receipt, is_pdf
from .receipts import Entry, Receipt, check_receipt, looks_like
from .signing import SignedCheckpoint, Trust, check_checkpoint
from .verdicts import NotProven, Sentence, Verdict

LARGEST_FILE = 64 * 1024 * 1024
_PLACES = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3, "TND": 3}  # decimals; two for all others
_LEGS = ("base", "employee", "employer", "account", "fund")


@dataclass(frozen=True, slots=True)
class Against:
    """What every file is held against: keys from elsewhere, a published log, an older checkpoint."""

    given: tuple[VerifierKey, ...] = ()
    log: Log | None = None
    older: Note | None = None


@dataclass(slots=True)
class Checked:
    """What is found out about a file while it is being checked."""

    kind: str = "unknown"
    sentences: list[Sentence] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    signed: SignedCheckpoint | None = None


def check(path: Path, against: Against) -> list[tuple[Verdict, SignedCheckpoint | None]]:
    """Answer about a file or a directory; an export of several logs has several answers."""
    if not path.is_dir():
        return [_answer(path, against)]
    return [_answer(folder, against) for folder in logs_in(path) or [path]]


def _answer(path: Path, against: Against) -> tuple[Verdict, SignedCheckpoint | None]:
    checked = Checked()
    try:
        _directory(path, against, checked) if path.is_dir() else _file(path, against, checked)
    except NotProven as no:
        facts = {**checked.facts, "reason": no.sentence.key.removeprefix("no.")}
        said = (Sentence("refused"), no.sentence)
        return Verdict(str(path), checked.kind, False, said, facts), checked.signed
    return Verdict(str(path), checked.kind, True, tuple(checked.sentences), checked.facts), checked.signed


def _directory(path: Path, against: Against, checked: Checked) -> None:
    if not (path / "checkpoint").is_file():
        raise NotProven("kind")
    checked.kind = "log"
    log = check_log(path, against.given)
    checked.signed = log.signed
    _about_checkpoint(log.signed, checked, "proven.log")
    if log.ended is not None:
        said = {"now": log.ended.now, "kept": log.ended.kept, "signed": log.ended.signed}
        said |= {"reason": strict.shown(log.ended.reason, 500), "time": _moment(log.ended.time)}
        checked.sentences.append(Sentence("recovery", said))
        checked.facts["continued_by"] = log.ended.now
    if log.begun is not None:
        _about_beginning(log, log.begun, checked)
    if against.older is not None:
        _hold_against(log.signed, Against(against.given, log, against.older), checked)


def _about_beginning(log: Log, begun: Beginning, checked: Checked) -> None:
    """Say how it began, and how far that holds against the log before."""
    said: dict[str, Any] = {"log": begun.log, "size": begun.size, "time": _moment(begun.time)}
    checked.sentences.append(Sentence("beginning", said | {"reason": strict.shown(begun.reason, 500)}))
    facts = {"log": begun.log, "last": log.parent.checkpoint.size if log.parent else ""}
    if begun.forked:
        checked.sentences.append(Sentence("beginning.forked", facts))
    elif begun.lost is not None:
        first, last = begun.lost
        checked.sentences.append(Sentence("beginning.lost", {**facts, "first": first, "end": last}))
    elif log.parent is not None:
        checked.sentences.append(Sentence("beginning.continues", facts))
    if log.parent is None:
        checked.sentences.append(Sentence("beginning.alone", facts))
    checked.facts["continues"] = begun.log


def _file(path: Path, against: Against, checked: Checked) -> None:
    with path.open("rb") as file:
        raw = file.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise NotProven("too_large", limit=LARGEST_FILE)
    if is_pdf(raw):
        checked.kind = "statement"
        signed = _receipt(strict.read_json(attached_receipt(raw, LARGEST_FILE)), against, checked)
        checked.sentences.append(Sentence("pdf.pages"))
    elif raw.lstrip()[:1] in (b"{", b"["):
        document = strict.read_json(raw)
        if not looks_like(document):
            raise NotProven("kind")
        checked.kind = "receipt"
        signed = _receipt(document, against, checked)
    elif b"\n\n" in raw and "— ".encode() in raw:
        checked.kind = "checkpoint"
        named = against.log.keys if against.log else ()
        signed = check_checkpoint(parse_note(raw), Trust(against.given, named), "directory")
        checked.signed = signed
        _about_checkpoint(signed, checked, "proven.checkpoint")
    else:
        raise NotProven("kind")
    _hold_against(signed, against, checked)


def _receipt(document: Any, against: Against, checked: Checked) -> SignedCheckpoint:
    named = against.log.keys if against.log else ()
    receipt = check_receipt(document, Trust(against.given, named))
    checked.signed = receipt.signed
    _about_checkpoint(receipt.signed, checked, "proven.receipt", count=len(receipt.entries))
    checked.sentences += [sentence for entry in receipt.entries for sentence in _about_entry(entry)]
    checked.sentences += [Sentence("unlinked", {"position": one.position}) for one in receipt.unlinked]
    checked.facts |= _receipt_facts(receipt)
    return receipt.signed


def _hold_against(signed: SignedCheckpoint, against: Against, checked: Checked) -> None:
    """Check that the log and the older checkpoint, where given, tell the same history."""
    mine = signed.checkpoint
    if against.log is not None and against.log.signed is not signed:
        against.log.continues(mine)
        checked.sentences.append(_continues(mine))
    if against.older is None:
        return
    named = (*(one.key for one in signed.logs), *(against.log.keys if against.log else ()))
    older = check_checkpoint(against.older, Trust(against.given, named), "directory").checkpoint
    if same_history(older, mine):
        checked.sentences.append(Sentence("proven.same"))
    elif against.log is None:
        raise NotProven("not_checked_against")
    else:
        against.log.continues(older)
        checked.sentences.append(_continues(older))


def same_history(one: Checkpoint, two: Checkpoint) -> bool:
    """Say whether two checkpoints are of one size and root; NotProven if they contradict each other."""
    if one.origin != two.origin:
        raise NotProven("other_log", one=one.origin, two=two.origin)
    if one.size == two.size and one.root != two.root:
        raise NotProven("two_roots", origin=one.origin, size=one.size)
    return one.size == two.size


def _continues(older: Checkpoint) -> Sentence:
    return Sentence("proven.continues", {"size": older.size, "time": _moment(older.time)})


def _about_checkpoint(signed: SignedCheckpoint, checked: Checked, proven: str, **more: Any) -> None:
    """Say what is proven and by whom."""
    checkpoint = signed.checkpoint
    root = base64.b64encode(checkpoint.root).decode()
    facts = {"origin": checkpoint.origin, "size": checkpoint.size, "root": root}
    way = "confirmed" if signed.confirmed else f"{signed.source}_named"
    checked.sentences.append(Sentence(f"proven.{way}"))
    checked.sentences.append(Sentence(proven, {**facts, "time": _moment(checkpoint.time), **more}))
    for one in signed.logs:
        checked.sentences.append(Sentence("signed", {"key": one.key.id.hex()}))
    ways = "confirmed" if signed.confirmed else signed.source
    checked.sentences.append(Sentence(f"key.{ways}", {"vkey": str(signed.logs[0].key)}))
    for one in signed.witnesses:
        way = "confirmed" if one.key in signed.given else "named"
        said = {"name": one.key.name, "key": one.key.id.hex(), "time": _moment(one.time)}
        checked.sentences.append(Sentence(f"witness.{way}", said))
    for other in signed.unknown:
        checked.sentences.append(Sentence("witness.unknown", {"name": strict.shown(other.name)}))
    if not signed.witnesses:
        checked.sentences.append(Sentence("witness.none"))
    checked.facts |= {
        **facts,
        "time": checkpoint.time,
        "keys": [str(one.key) for one in signed.logs],
        "key_confirmed": signed.confirmed,
        "witnesses": [
            {
                "name": one.key.name,
                "key": str(one.key),
                "time": one.time,
                "confirmed": one.key in signed.given,
            }
            for one in signed.witnesses
        ],
    }


def _about_entry(entry: Entry) -> list[Sentence]:
    form = entry.form
    posted = form["posted_at"][:19].replace("T", " ") + " UTC"
    if entry.family == "event":
        said = [Sentence("entry.event", {"position": entry.position, "type": form["type"], "posted": posted})]
        if entry.payload is not None:
            said.append(Sentence("entry.payload", {"payload": strict.shown(entry.payload, 2000)}))
        return said
    month = Sentence("month.none") if form["month"] is None else form["month"]
    facts = {
        "position": entry.position,
        "kind": Sentence(f"kind.{form['kind']}"),
        "branch": Sentence(f"branch.{form['branch']}"),
        "month": month,
        "currency": form["currency"],
        "posted": posted,
    }
    return [Sentence("entry.money", facts | {leg: money(form[leg], form["currency"]) for leg in _LEGS})]


def _receipt_facts(receipt: Receipt) -> dict[str, Any]:
    return {
        "entries": [
            {
                "position": one.position,
                "family": one.family,
                **{
                    name: money(value, one.form["currency"]) if name in _LEGS else value
                    for name, value in one.form.items()
                    if name != "salt"
                },
            }
            for one in receipt.entries
        ],
        "unlinked": [one.position for one in receipt.unlinked],
    }


def money(minor: int, currency: str) -> str:
    """Write an amount in major units, exactly."""
    places = _PLACES.get(currency, 2)
    digits = str(abs(minor)).rjust(places + 1, "0")
    sign = "-" if minor < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def _moment(seconds: int | None) -> Sentence | str:
    if seconds is None:
        return Sentence("time.none")
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s"
