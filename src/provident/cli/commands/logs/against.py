"""An older checkpoint kept elsewhere, held against the logs as they are now.

Read and compared by `provident.verify`, which shares no code with what writes the logs.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from provident.cli.refusals import NoOlderCheckpoint

if TYPE_CHECKING:
    from provident.ledger.check.checkpoints import Named
    from provident.ledger.check.findings import Findings
    from provident.verify.notes import Checkpoint, Note

_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class Older:
    """A checkpoint as a file says it; its signatures are not verified yet."""

    checkpoint: "Checkpoint"
    note: "Note"
    raw: str  # as it stands in the file


def read(path: Path) -> Older:
    """Read a checkpoint, or the checkpoint of a receipt."""
    from provident.verify import strict
    from provident.verify.notes import parse_checkpoint, parse_note
    from provident.verify.pdf import attached_receipt, is_pdf
    from provident.verify.verdicts import NotProven

    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST)
        if is_pdf(raw):
            raw = attached_receipt(raw, _LARGEST)
        if raw.lstrip()[:1] == b"{":
            raw = str(strict.read_json(raw).get("checkpoint", "")).encode()
        note = parse_note(raw)
        return Older(parse_checkpoint(note.text), note, raw.decode())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoOlderCheckpoint(path=path, reason=reason, reason_zh=reason) from error
    except NotProven as no:
        said = {"reason": no.sentence.say("en"), "reason_zh": no.sentence.say("zh-hans")}
        raise NoOlderCheckpoint(path=path, **said) from no


def hold(older: Older, findings: "Findings") -> None:
    """Hold the log of the checkpoint's origin against it."""
    from provident.cli.commands.logs.named import every_log
    from provident.ledger import queries
    from provident.ledger.check.checkpoints import Named
    from provident.ledger.seal.logs import heads
    from provident.ledger.seal.logs.named import origin_of, places

    installation = queries.installation().id
    for log in every_log():
        head = heads.last(log.name)
        for epoch in range(1, (head.epoch if head else 1) + 1):
            if origin_of(installation, log.name, epoch) == older.checkpoint.origin:
                _hold(older, Named(log.name, installation, places(installation)), epoch, findings)
                return
    findings.add("against.unproven", what=older.checkpoint.origin)


def _hold(older: Older, named: "Named", epoch: int, findings: "Findings") -> None:
    """Verify the signature, then that the tree as it lies here grew from the older one."""
    from provident.ledger.check.checkpoints import keys_of
    from provident.ledger.seal.logs import heads
    from provident.ledger.seal.refusals import TileMissing
    from provident.ledger.seal.tree import Tree
    from provident.verify.notes import parse_key, verify_note
    from provident.verify.tree import verify_consistency
    from provident.verify.verdicts import NotProven

    log, size = named.log, older.checkpoint.size
    try:
        signed, _ = verify_note(older.note, [parse_key(str(key)) for key in keys_of(named, epoch)])
    except NotProven as no:
        words = {"what": no.sentence.say("en"), "what_zh": no.sentence.say("zh-hans")}
        findings.add("against.unproven", log=log, **words)
        return
    if not signed:
        findings.add("against.unproven", log=log, what=older.checkpoint.origin)
        return
    head = heads.last(log)
    if head is None or size > head.size:
        code = "against.lost" if head is not None and epoch < head.epoch else "against.shorter"
        findings.add(code, log=log, what=str(size))
        return
    try:
        proof = list(Tree(named.places.tiles(log, head.epoch), head.size).consistency(size))
    except TileMissing as missing:
        findings.add("tile.missing", log=log, what=str(missing.facts["path"]))
        return
    if not verify_consistency(size, older.checkpoint.root, head.size, head.root, proof):
        findings.add("against.history", log=log, what=str(size))
