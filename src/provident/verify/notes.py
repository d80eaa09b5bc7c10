"""Signed notes (C2SP): keys, checkpoints, co-signatures, ends and beginnings (docs/spec/checkpoint.md)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .verdicts import NotProven

ED25519 = 0x01
COSIGNATURE = 0x04
MOST_SIGNATURES = 64
LARGEST = (1 << 63) - 1
_DIGITS = r"0|[1-9][0-9]{0,18}"
_NUMBER = re.compile(_DIGITS)
_SIGNATURE = re.compile(r"— ([^ ]+) ([A-Za-z0-9+/=]+)")
_RECOVERY = (
    re.compile(r"provident-recovery/1"),
    re.compile(r"log (.+)"),
    re.compile(r"now (.+)"),
    re.compile(rf"kept ({_DIGITS}) (.+)"),
    re.compile(rf"signed ({_DIGITS}) (.+)"),
    re.compile(rf"lost ({_DIGITS}) ({_DIGITS})|forked"),
    re.compile(rf"time ({_DIGITS})"),
    re.compile(r"reason (.+)"),
)
_BEGINNING = (
    re.compile(r"provident-beginning/1"),
    re.compile(r"log (.+)"),
    re.compile(r"now (.+)"),
    re.compile(rf"size ({_DIGITS})"),
    re.compile(r"root ([0-9a-f]{64})"),
    re.compile(rf"cause key lost(?:, lost ({_DIGITS}) ({_DIGITS})|(, forked))?"),
    re.compile(rf"time ({_DIGITS})"),
    re.compile(r"reason (.+)"),
)
_KEY_LINE = re.compile(r"([^ ]+)(?: # until ([0-9]+))?")


def decode_base64(text: str) -> bytes | None:
    """Return the bytes of canonical base64; None for anything else, such as stray bits at the end."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def is_name(name: str) -> bool:
    """Say whether a key may have this name: something visible, without space or plus sign."""
    return bool(name) and "+" not in name and " " not in name and name.isprintable()


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the first four bytes of the SHA-256 of name, newline, kind and key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name: of a log (`ED25519`) or of a witness (`COSIGNATURE`)."""

    name: str
    kind: int
    public: bytes
    until: int | None = None  # the largest size an earlier key of a log may have signed

    @property
    def id(self) -> bytes:
        """The four bytes a signature line names this key by."""
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"


def parse_key(text: str, until: int | None = None) -> VerifierKey:
    """Read `name+keyid+base64`; NotProven if it is no key or its id is not its own."""
    name, _, rest = text.partition("+")
    identity, _, material = rest.partition("+")
    raw = decode_base64(material)
    if not is_name(name) or raw is None or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
        raise NotProven("key_malformed", key=_shown(text))
    key = VerifierKey(name, raw[0], raw[1:], until)
    if identity != key.id.hex():
        raise NotProven("key_malformed", key=_shown(text))
    return key


def parse_keys(raw: bytes) -> tuple[VerifierKey, ...]:
    """Read a `keys` file: the log's current key, its earlier ones with `# until SIZE`, then witnesses'."""
    found: list[VerifierKey] = []
    for number, line in enumerate(_text(raw, "keys_malformed").split("\n")[:-1], 1):
        matched = _KEY_LINE.fullmatch(line)
        if matched is None or not (matched[2] is None or _NUMBER.fullmatch(matched[2])):
            raise NotProven("keys_malformed", line=number)
        found.append(parse_key(matched[1], None if matched[2] is None else int(matched[2])))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose, by which key, and the bytes after the key id."""

    name: str
    key_id: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note: the text with its last newline, and its signatures, none of them checked yet."""

    text: str
    signatures: tuple[Signature, ...]


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:200])


def _text(raw: bytes, refusal: str) -> str:
    """Return the lines of a file as text; each must be UTF-8, without control characters, and ended."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as no:
        raise NotProven(refusal, line=raw[: no.start].count(b"\n") + 1) from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.isprintable():
            raise NotProven(refusal, line=number)
    if not text.endswith("\n"):
        raise NotProven(refusal, line=text.count("\n") + 1)
    return text


def parse_note(raw: bytes) -> Note:
    """Split a signed note into text and signatures; NotProven names the line that is not as it must be."""
    text = _text(raw, "note_malformed")
    body, gap, below = text.rpartition("\n\n")
    if not gap or not body:
        raise NotProven("note_malformed", line=text.count("\n"))
    first = body.count("\n") + 3
    found: list[Signature] = []
    for number, line in enumerate(below.split("\n")[:-1], first):
        matched = _SIGNATURE.fullmatch(line)
        payload = decode_base64(matched[2]) if matched else None
        if not matched or not is_name(matched[1]) or payload is None or len(payload) < 5:
            raise NotProven("note_malformed", line=number)
        found.append(Signature(matched[1], payload[:4], payload[4:]))
    if not 1 <= len(found) <= MOST_SIGNATURES:
        raise NotProven("note_malformed", line=first)
    return Note(body + "\n", tuple(found))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: how long it is and its tree's root; `time` is our extension line."""

    origin: str
    size: int
    root: bytes
    time: int | None
    extensions: tuple[str, ...]


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's text: origin, size, root, extension lines; signatures are another matter."""
    lines = text.split("\n")[:-1]
    for number, holds in enumerate(
        (
            len(lines) > 0 and is_name(lines[0]),
            len(lines) > 1 and _NUMBER.fullmatch(lines[1]) and int(lines[1]) <= LARGEST,
            len(lines) > 2 and len(decode_base64(lines[2]) or b"") == 32,
        ),
        1,
    ):
        if not holds:
            raise NotProven("checkpoint_malformed", line=number)
    extensions = tuple(lines[3:])
    times = [line[5:] for line in extensions if line.startswith("time ")]
    if "" in extensions or len(times) > 1 or not all(map(_NUMBER.fullmatch, times)):
        raise NotProven("checkpoint_malformed", line=4)
    time = int(times[0]) if times else None
    return Checkpoint(lines[0], int(lines[1]), decode_base64(lines[2]) or b"", time, extensions)


def verify_signature(text: str, signature: Signature, key: VerifierKey) -> int | None:
    """Check one signature line; return the time of a co-signature, None for a log's own signature."""
    wrong = NotProven("signature_wrong", name=_shown(signature.name), key=key.id.hex())
    if (signature.name, signature.key_id) != (key.name, key.id):
        raise wrong
    time, message, raw = None, text.encode(), signature.raw
    if key.kind == COSIGNATURE:
        time, raw = int.from_bytes(raw[:8], "big"), raw[8:]
        message = cosigned(text, time)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw, message)
    except (InvalidSignature, ValueError):
        raise wrong from None
    return time


def cosigned(text: str, time: int) -> bytes:
    """Return the bytes a witness signs for a checkpoint's text at a time."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds: by which key, and for a witness when."""

    key: VerifierKey
    time: int | None


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[tuple[Signed, ...], tuple[Signature, ...]]:
    """Check every signature made by one of these keys; return those that hold and those by unknown keys.

    A signature that claims a known key and does not hold refuses the whole note.
    """
    known = {(key.name, key.id): key for key in keys}
    held: list[Signed] = []
    unknown: list[Signature] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            unknown.append(signature)
        else:
            held.append(Signed(key, verify_signature(note.text, signature, key)))
    return tuple(held), tuple(unknown)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the statement says: `kept` entries go on under the origin `now`; the log had signed `signed`."""

    log: str
    now: str
    kept: int
    kept_root: bytes
    signed: int
    time: int
    reason: str


def _said(text: str, form: tuple[re.Pattern[str], ...], fault: str) -> list[tuple[str, ...]]:
    """Return what the lines of a statement say; NotProven names the first that is amiss."""
    lines = text.split("\n")[:-1]
    said: list[tuple[str, ...]] = []
    for number, pattern in enumerate(form, 1):
        matched = pattern.fullmatch(lines[number - 1]) if number <= len(lines) else None
        if matched is None:
            raise NotProven(fault, line=number)
        said.append(matched.groups())
    return said


def parse_recovery(text: str) -> Recovery:
    """Read a recovery statement's text; NotProven names the line that is not as it must be."""
    said = _said(text, _RECOVERY, "recovery_malformed")
    (log,), (now,), (kept, root), (signed, signed_root), (first, last), (time,), (reason,) = said[1:]
    roots = [decode_base64(one) or b"" for one in (root, signed_root)]
    sizes = [int(kept), int(signed), int(time)]
    lost = first is None or (int(first), int(last)) == (sizes[0], sizes[1] - 1)
    faults = (
        (2, not is_name(log)),
        (3, not is_name(now) or now == log),
        (4, len(roots[0]) != 32 or sizes[0] > LARGEST),
        (5, len(roots[1]) != 32 or sizes[1] > LARGEST),
        (6, not lost),
        (9, text.count("\n") > len(_RECOVERY)),
    )
    for number, fault in faults:
        if fault:
            raise NotProven("recovery_malformed", line=number)
    return Recovery(log, now, sizes[0], roots[0], sizes[1], sizes[2], reason)


def check_recovery(note: Note, origin: str, keys: tuple[VerifierKey, ...]) -> Recovery:
    """Check that a log itself has signed the statement by which it ends."""
    said = parse_recovery(note.text)
    held, _ = verify_note(note, keys)
    if said.log != origin:
        raise NotProven("other_log", one=said.log, two=origin)
    if not any(one.key.kind == ED25519 and one.key.name == origin for one in held):
        signers = ", ".join(f"{one.name} {one.key_id.hex()}" for one in note.signatures)
        raise NotProven("key_unknown", origin=origin, keys=signers)
    return said


@dataclass(frozen=True, slots=True)
class Beginning:
    """What an epoch says that began without the key of the log before it."""

    log: str  # the origin that stopped
    now: str
    size: int
    root: bytes
    lost: tuple[int, int] | None  # the positions it says are lost: the first and the last
    forked: bool
    time: int
    reason: str


def parse_beginning(text: str) -> Beginning:
    """Read a beginning's text; NotProven names the line that is not as it must be."""
    said = _said(text, _BEGINNING, "beginning_malformed")
    (log,), (now,), (size,), (root,), (first, last, forked), (time,), (reason,) = said[1:]
    lost = None if first is None else (int(first), int(last))
    faults = (
        (2, not is_name(log)),
        (3, not is_name(now) or now == log),
        (4, int(size) > LARGEST),
        (6, lost is not None and not int(size) == lost[0] <= lost[1]),
        (9, text.count("\n") > len(_BEGINNING)),
    )
    for number, fault in faults:
        if fault:
            raise NotProven("beginning_malformed", line=number)
    return Beginning(log, now, int(size), bytes.fromhex(root), lost, forked is not None, int(time), reason)


def check_beginning(note: Note, origin: str, keys: tuple[VerifierKey, ...]) -> Beginning:
    """Check that the log that begins has signed how it began, by a key that was its own then."""
    said = parse_beginning(note.text)
    held, _ = verify_note(note, keys)
    if said.now != origin:
        raise NotProven("other_log", one=said.now, two=origin)
    own = [one.key for one in held if one.key.kind == ED25519 and one.key.name == origin]
    if not any(key.until is None or said.size <= key.until for key in own):
        signers = ", ".join(f"{one.name} {one.key_id.hex()}" for one in note.signatures)
        raise NotProven("beginning_unsigned", origin=origin, keys=signers)
    return said
