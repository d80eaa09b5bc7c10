"""Asking witnesses to co-sign: the operator's policy as a file, and the log's side of C2SP tlog-witness.

PROVIDENT_WITNESSES names a YAML file:

    needed: 1                     # a checkpoint is published with at least so many co-signatures
    witnesses:
      - vkey: witness.example/w1+0123abcd+BA...
        url: https://witness.example/

Without the setting nobody is asked and nothing is needed.
"""

import base64
import http.client
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

from provident.law.strict_yaml import YamlFault, read_yaml
from provident.ledger.seal.notes import COSIGNATURE, Note, Signature, VerifierKey, cosigned_at
from provident.ledger.seal.refusals import WitnessPolicyUnusable

WITNESSES = "PROVIDENT_WITNESSES"
_PATIENCE = 5.0  # seconds for one step of a conversation
_ALL_PATIENCE = 20.0  # seconds for all of them together
_TURNS = 3
_LARGEST_ANSWER = 16 * 1024
_SIZE = "text/x.tlog.size"

Prove = Callable[[int], Sequence[bytes]]  # the consistency proof from an older size to the note's


class Outcome(StrEnum):
    """How a witness answered."""

    COSIGNED = "cosigned"
    DOWN = "down"
    AHEAD = "ahead"
    CONFLICT = "conflict"
    UNKNOWN_LOG = "unknown_log"
    UNTRUSTED_KEY = "untrusted_key"
    REFUSED = "refused"


_TOLD = {
    Outcome.COSIGNED: ("co-signed", "已联署"),
    Outcome.DOWN: ("does not answer", "无应答"),
    Outcome.AHEAD: (
        "has seen more than this database holds: an earlier copy was restored; do not go on with it",
        "所见多于本数据库所有：恢复的是较早的副本；请勿继续使用",
    ),
    Outcome.CONFLICT: (
        "has seen another history of this log: one of the two is not what was signed",
        "见过本日志的另一历史：两者之一并非原先所签",
    ),
    Outcome.UNKNOWN_LOG: (
        "does not know this log: add it there by provident witness add-log (keys: provident key show)",
        "不认识本日志：请在该处以 provident witness add-log 添加（密钥见 provident key show）",
    ),
    Outcome.UNTRUSTED_KEY: (
        "does not trust the key: add it there by provident witness add-log (keys: provident key show)",
        "不信任签名所用密钥：请在该处以 provident witness add-log 添加（密钥见 provident key show）",
    ),
    Outcome.REFUSED: ("refused, or answered what cannot be verified", "拒绝，或其回答无法验证"),
}


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness of the operator's choice."""

    key: VerifierKey
    url: SplitResult


@dataclass(frozen=True, slots=True)
class Policy:
    """Who is asked, and how many must co-sign before a checkpoint is published."""

    needed: int
    witnesses: tuple[Witness, ...]

    def cosigners(self, note: Note) -> tuple[str, ...]:
        """Return the names of the witnesses whose co-signature on the note holds."""
        return tuple(one.key.name for one in self.witnesses if cosigned_at(note, one.key) is not None)

    def satisfied(self, note: Note) -> bool:
        """Say whether the note has what it needs to be published."""
        return len(self.cosigners(note)) >= self.needed


@dataclass(frozen=True, slots=True)
class Asked:
    """What one witness answered."""

    witness: str
    outcome: Outcome
    signature: Signature | None = None

    def told(self, language: str) -> str:
        """Return the answer in words."""
        en, zh = _TOLD[self.outcome]
        return zh if language.startswith("zh") else en


NOBODY = Policy(0, ())


def policy() -> Policy:
    """Return the operator's policy; what is not understood is refused, never taken for less."""
    given = os.environ.get(WITNESSES, "")
    if not given:
        return NOBODY
    try:
        found = _policy(read_yaml(Path(given)))
    except (OSError, YamlFault, ValueError, TypeError, KeyError) as error:
        raise WitnessPolicyUnusable(path=given, reason=str(error)) from error
    return found


def _policy(said: Any) -> Policy:
    if set(said) != {"needed", "witnesses"} or type(said["needed"]) is not int:
        raise ValueError("it needs `needed`, a whole number, and `witnesses`, and nothing else")
    found = Policy(said["needed"], tuple(map(_witness, said["witnesses"])))
    if len({one.key.name for one in found.witnesses}) < len(found.witnesses):
        raise ValueError("a witness is named twice")
    if not 0 <= found.needed <= len(found.witnesses):
        raise ValueError(f"it needs {found.needed} co-signatures and names {len(found.witnesses)} witnesses")
    return found


def _witness(said: dict[str, str]) -> Witness:
    if set(said) != {"vkey", "url"}:
        raise ValueError("a witness has `vkey` and `url`, and nothing else")
    key = VerifierKey.parse(said["vkey"])
    if key.kind != COSIGNATURE:
        raise ValueError(f"{key.name} is the key of a log, not of a witness")
    url = urlsplit(said["url"])
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        raise ValueError(f"{said['url']} is no address of a witness")
    return Witness(key, url)


def ask(asked: Policy, note: Note, previous: Note | None, prove: Prove) -> tuple[Asked, ...]:
    """Ask every witness at once for a co-signature; whoever is not back in time counts as down.

    A witness that co-signed `previous` is offered the proof from there, any other one from nothing;
    if it remembers another size, it says so and is offered the proof from that.
    """
    answers: SimpleQueue[Asked] = SimpleQueue()
    for witness in asked.witnesses:
        known = previous is not None and cosigned_at(previous, witness.key) is not None
        old = previous.checkpoint().size if previous and known else 0
        submit = _Submission(witness, note, prove, old)
        threading.Thread(target=lambda one=submit: answers.put(one.answer()), daemon=True).start()
    until = monotonic() + _ALL_PATIENCE
    found: dict[str, Asked] = {}
    try:
        while len(found) < len(asked.witnesses):
            answer = answers.get(timeout=max(until - monotonic(), 0.01))
            found[answer.witness] = answer
    except Empty:
        pass
    names = [witness.key.name for witness in asked.witnesses]
    return tuple(found.get(name, Asked(name, Outcome.DOWN)) for name in names)


@dataclass(slots=True)
class _Submission:
    """One conversation with one witness."""

    witness: Witness
    note: Note
    prove: Prove
    old: int

    def answer(self) -> Asked:
        try:
            outcome, signature = self._converse()
        except (OSError, http.client.HTTPException):
            outcome, signature = Outcome.DOWN, None
        return Asked(self.witness.key.name, outcome, signature)

    def _converse(self) -> tuple[Outcome, Signature | None]:
        size = self.note.checkpoint().size
        for _ in range(_TURNS):
            status, kind, body = self._post()
            if status == http.HTTPStatus.OK:
                signature = self._cosignature(body)
                return (Outcome.COSIGNED if signature else Outcome.REFUSED), signature
            if status != http.HTTPStatus.CONFLICT or kind != _SIZE:
                return _REFUSALS.get(status, Outcome.REFUSED), None
            theirs = _number(body)
            if theirs is None:
                return Outcome.REFUSED, None
            if theirs > size:
                return Outcome.AHEAD, None
            if theirs == self.old:  # it agrees on the size it has, and not on what is in it
                return Outcome.CONFLICT, None
            self.old = theirs
        return Outcome.REFUSED, None

    def _post(self) -> tuple[int, str, bytes]:
        url = self.witness.url
        connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = connect(url.hostname or "", url.port, timeout=_PATIENCE)
        proof = "".join(f"{base64.b64encode(part).decode()}\n" for part in self.prove(self.old))
        try:
            request = f"old {self.old}\n{proof}\n{self.note}".encode()
            connection.request("POST", f"{url.path.rstrip('/')}/add-checkpoint", request)
            answer = connection.getresponse()
            body = answer.read(_LARGEST_ANSWER + 1)
            return answer.status, answer.getheader("Content-Type", ""), body
        finally:
            connection.close()

    def _cosignature(self, body: bytes) -> Signature | None:
        """Return this witness's own co-signature from its answer, if it verifies."""
        try:
            lines = body[:_LARGEST_ANSWER].decode().splitlines(keepends=True)
            signatures = [Signature.parse(line) for line in lines]
        except ValueError:
            return None
        for signature in signatures:
            alone = Note(self.note.text, (signature,))
            if cosigned_at(alone, self.witness.key) is not None:
                return signature
        return None


_REFUSALS: dict[int, Outcome] = {
    http.HTTPStatus.NOT_FOUND: Outcome.UNKNOWN_LOG,
    http.HTTPStatus.FORBIDDEN: Outcome.UNTRUSTED_KEY,
    http.HTTPStatus.UNPROCESSABLE_ENTITY: Outcome.CONFLICT,
    http.HTTPStatus.CONFLICT: Outcome.REFUSED,
}


def _number(body: bytes) -> int | None:
    said = body.removesuffix(b"\n")
    return int(said) if said.isdigit() and len(said) < 20 else None
