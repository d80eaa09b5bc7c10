"""A published log as a directory of `checkpoint`, `keys` and `tile/…`: every tile is read and compared."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from . import tree
from .notes import (
    Beginning,
    Checkpoint,
    Note,
    Recovery,
    VerifierKey,
    check_beginning,
    check_recovery,
    parse_checkpoint,
    parse_keys,
    parse_note,
    parse_recovery,
)
from .signing import SignedCheckpoint, Trust, check_checkpoint
from .verdicts import NotProven

WIDTH = 256
HASH = 32
LARGEST_NOTE = 64 * 1024
_EPOCH = re.compile(r"[2-9]|[1-9][0-9]{1,8}")
_TILE_LEVEL = 8  # a tile's root lies eight levels above its hashes


def is_log(folder: Path) -> bool:
    """Say whether a folder is one published log."""
    return (folder / "checkpoint").is_file()


def logs_in(folder: Path) -> list[Path]:
    """Return the folder itself, or the logs of an export that holds several under `log/`."""
    if is_log(folder):
        return [folder]
    found = (*folder.glob("log/*/checkpoint"), *folder.glob("log/*/*/checkpoint"))  # a later epoch lies below
    return sorted(path.parent for path in found)


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return a tile's path: three digits a part, all but the last marked with x, and `.p/W` if partial."""
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(parts)}{partial}"


def read_small(path: Path) -> bytes:
    """Return a small file's bytes; NotProven if it is not there or not small."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_NOTE + 1)
    except OSError:
        raise NotProven("file_missing", path=path.name) from None
    if len(raw) > LARGEST_NOTE:
        raise NotProven("too_large", limit=LARGEST_NOTE)
    return raw


@dataclass(frozen=True, slots=True)
class Log:
    """A directory whose tiles are the tree of its signed checkpoint."""

    folder: Path
    signed: SignedCheckpoint
    keys: tuple[VerifierKey, ...]  # as the directory names them
    tops: tuple[bytes, ...]  # the roots of the full tiles of level 0, in order
    ended: Recovery | None = None  # what the log says of its end, if it has one
    begun: Beginning | None = None  # how it began, if the key of the log before was lost
    parent: SignedCheckpoint | None = None  # what that log signed last, if it lies here

    def root_at(self, size: int) -> bytes:
        """Return the root the log had when it was so long, from its tiles."""
        frontier = tree.Frontier()
        full, rest = divmod(size, WIDTH)
        for top in self.tops[:full]:
            frontier.add(top, _TILE_LEVEL)
        if rest:
            count = self.signed.checkpoint.size
            for node in read_tile(self.folder, 0, full, min(WIDTH, count - full * WIDTH))[:rest]:
                frontier.add(node)
        return frontier.root()

    def continues(self, older: Checkpoint) -> None:
        """Refuse unless the log begins with everything the other checkpoint stands for."""
        mine = self.signed.checkpoint
        if older.origin != mine.origin:
            raise NotProven("other_log", one=older.origin, two=mine.origin)
        if older.size > mine.size:
            raise NotProven("shorter", size=mine.size, other=older.size)
        if self.root_at(older.size) != older.root:
            raise NotProven("rewritten", size=older.size)


def read_tile(folder: Path, level: int, index: int, width: int) -> list[bytes]:
    """Return the first `width` hashes of a tile: from itself, or from a wider one that has replaced it."""
    exact = folder / tile_path(level, index, width)
    full = folder / tile_path(level, index)
    wider = sorted(
        (path for path in full.with_name(f"{full.name}.p").glob("*") if path.name.isascii()
         and path.name.isdecimal() and width < int(path.name[:4]) < WIDTH),
        key=lambda path: int(path.name[:4]),
    )  # fmt: skip
    for path in (exact, *wider, full):
        try:
            with path.open("rb") as file:
                raw = file.read(WIDTH * HASH + 1)
        except OSError:
            continue
        wanted = (WIDTH if path == full else int(path.name)) * HASH
        if len(raw) != wanted:
            raise NotProven("tile_size", path=path.relative_to(folder).as_posix(), wanted=wanted)
        return [raw[at : at + HASH] for at in range(0, width * HASH, HASH)]
    raise NotProven("file_missing", path=tile_path(level, index, width))


def _level(folder: Path, level: int, count: int, expected: list[bytes] | None) -> list[bytes]:
    """Read a level's tiles, compare them with what lies below, and return the roots of the full ones."""
    tops: list[bytes] = []
    for index in range(-(-count // WIDTH)):
        width = min(WIDTH, count - index * WIDTH)
        nodes = read_tile(folder, level, index, width)
        if expected is not None and nodes != expected[index * WIDTH : index * WIDTH + width]:
            raise NotProven("tile_wrong", path=tile_path(level, index, width))
        if width == WIDTH:
            frontier = tree.Frontier()
            for node in nodes:
                frontier.add(node)
            tops.append(frontier.root())
    return tops


def check_log(folder: Path, given: tuple[VerifierKey, ...] = ()) -> Log:
    """Check a published log: its signatures, all its tiles of all levels, and that they make its root."""
    note = parse_note(read_small(folder / "checkpoint"))
    named = parse_keys(read_small(folder / "keys"))
    trust = Trust(_followed(folder, given, named), named)
    signed = check_checkpoint(note, trust, "directory")
    size = signed.checkpoint.size
    tops = _level(folder, 0, size, None)
    level, above = 1, tops
    while above:
        above = _level(folder, level, len(above), above)
        level += 1
    log = Log(folder, signed, named, tuple(tops), _ended(folder, signed.checkpoint.origin, trust))
    if log.root_at(size) != signed.checkpoint.root:
        raise NotProven("tree_root", size=size)
    for other in _rotations(folder):
        log.continues(parse_checkpoint(other.text))
    if log.ended and log.ended.kept <= size and log.root_at(log.ended.kept) != log.ended.kept_root:
        raise NotProven("recovery_root", size=log.ended.kept)
    return _begun(log, trust, given)


def _begun(log: Log, trust: Trust, given: tuple[VerifierKey, ...]) -> Log:
    """Hold how an epoch began against its own tiles, and against the last checkpoint of the log before."""
    path, origin = log.folder / "beginning", log.signed.checkpoint.origin
    before = _before(log.folder, origin, given)
    if not path.exists():
        if before is not None and not _is_announced(before[0], origin):
            raise NotProven("beginning_missing", log=before[1].checkpoint.origin, now=origin)
        return log
    said = check_beginning(parse_note(read_small(path)), origin, trust.all())
    if said.size > log.signed.checkpoint.size or log.root_at(said.size) != said.root:
        raise NotProven("beginning_root", size=said.size)
    if before is None:
        return replace(log, begun=said)
    folder, parent = before
    if parent.checkpoint.origin != said.log:
        raise NotProven("other_log", one=said.log, two=parent.checkpoint.origin)
    _hold_beginning(log, said, parent.checkpoint, folder)
    return replace(log, begun=said, parent=parent)


def _hold_beginning(log: Log, said: Beginning, last: Checkpoint, folder: Path) -> None:
    """Refuse unless all that the log before had signed goes on, but for what the beginning says is lost."""
    if said.forked:
        return
    if last.size <= said.size:
        same = log.root_at(last.size) == last.root
    else:
        same = said.lost is not None and last.size <= said.lost[1] + 1
        same = same and check_log(folder).root_at(said.size) == said.root
    if not same:
        raise NotProven("beginning_broken", log=said.log, now=said.now, size=said.size, last=last.size)


def _before(
    folder: Path, origin: str, given: tuple[VerifierKey, ...]
) -> tuple[Path, SignedCheckpoint] | None:
    """Return where the log before an epoch lies, and what it signed last; None if it is not here."""
    whole = folder.resolve()
    base, _, number = origin.rpartition("/")
    if not _EPOCH.fullmatch(number) or whole.name != number:
        return None
    place, name = (whole.parent, base) if number == "2" else (whole.parent / str(int(number) - 1), "")
    name = name or f"{base}/{int(number) - 1}"
    if not is_log(place):
        return None
    named = (*given, *parse_keys(read_small(place / "keys")))
    signed = check_checkpoint(parse_note(read_small(place / "checkpoint")), Trust((), named), "directory")
    return (place, signed) if signed.checkpoint.origin == name else None


def _is_announced(before: Path, origin: str) -> bool:
    """Say whether the log before has ended by a statement that names this one; its own check proves it."""
    path = before / "recovery"
    return path.exists() and parse_recovery(parse_note(read_small(path)).text).now == origin


def _ended(folder: Path, origin: str, trust: Trust) -> Recovery | None:
    path = folder / "recovery"
    return check_recovery(parse_note(read_small(path)), origin, trust.all()) if path.exists() else None


def _rotations(folder: Path) -> list[Note]:
    found = [
        path for path in (folder / "rotation").glob("*") if path.name.isascii() and path.name.isdecimal()
    ]
    return [parse_note(read_small(path)) for path in sorted(found, key=lambda path: int(path.name[:19]))]


def _followed(
    folder: Path, given: tuple[VerifierKey, ...], named: tuple[VerifierKey, ...]
) -> tuple[VerifierKey, ...]:
    """Return the given keys and those they lead to: a checkpoint both keys have signed hands over."""
    known = list(given)
    for note in _rotations(folder) if given else ():
        origin = parse_checkpoint(note.text).origin
        held = {signature.key_id for signature in note.signatures if signature.name == origin}
        if any(key.name == origin and key.id in held for key in known):
            signed = check_checkpoint(note, Trust(tuple(known), named), "directory")
            known += [one.key for one in signed.logs if one.key not in known]
    return tuple(known)
