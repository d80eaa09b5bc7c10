"""A whole installation to a directory, and back.

    manifest.json   what is here: sizes and SHA-256 of every file below
    database.dump   pg_dump's custom format
    originals/      filed originals
    secrets/        keys; not the passwords of the database's roles, which a restore makes anew

A backup appears under its name only when it is complete. A restore checks every hash before it
touches anything, goes to an empty place only, and appears there only when it is complete.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

import provident
from provident.host import cluster, dump
from provident.host.locks import open_private
from provident.host.refusals import (
    BackupDamaged,
    BackupExists,
    StateUnusable,
    TargetNotEmpty,
)
from provident.host.server import is_running, running
from provident.host.state import State

FORMAT = 1
_MANIFEST, _DUMP = "manifest.json", "database.dump"
_FOLDERS = ("originals", "secrets")
_CHUNK = 1024 * 1024

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup on disk."""

    path: Path
    made_at: str
    version: str
    files: int
    bytes: int
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    made_at: str
    version: str
    files: dict[str, tuple[int, str]]  # size and SHA-256 by path
    sha256: str


def backup(*, state: State, url: str, into: Path, progress: Progress = lambda _: None) -> Backup:
    """Write the database at `url` and the state directory's files into a new directory.

    The dump is one consistent view. Originals are copied after it, so each one the dump names is
    there; an original is written before the entries that name it.
    """
    if into.exists() or into.is_symlink():
        raise BackupExists(path=into)
    making = into.with_name(f".{into.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    try:
        making.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise StateUnusable(path=into, reason=error.strerror) from error
    try:
        progress("database")
        dump.dump(url, making / _DUMP)
        for folder in _FOLDERS:
            progress(folder)
            _copy_folder(state.directory / folder, making / folder)
        _write_manifest(making)
        making.rename(into)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return read(into)


def read(path: Path) -> Backup:
    """Return what a backup says about itself; nothing is verified."""
    said = _manifest(path)
    return Backup(
        path=path,
        made_at=said.made_at,
        version=said.version,
        files=len(said.files),
        bytes=sum(size for size, _ in said.files.values()),
        manifest_sha256=said.sha256,
    )


def verify(path: Path) -> Backup:
    """Check that every file is there, is what was written, and that there is no other."""
    said = _manifest(path)
    found = {str(file.relative_to(path)) for file in _files(path)} - {_MANIFEST}
    for name in sorted(found ^ set(said.files)):
        raise BackupDamaged(path=path, what=f"{name} is {'not listed' if name in found else 'missing'}")
    for name, (_, written) in said.files.items():
        if _sha256(path / name) != written:
            raise BackupDamaged(path=path, what=f"{name} has changed")
    return read(path)


def restore_embedded(*, path: Path, state: State, progress: Progress = lambda _: None) -> Backup:
    """Verify a backup and make it the installation of an empty state directory."""
    progress("verify")
    verified = verify(path)
    if is_running(state) or _holds_anything(state.directory):
        raise TargetNotEmpty(path=state.directory)
    making = State(state.directory.with_name(f"{state.directory.name}.restoring"))
    shutil.rmtree(making.directory, ignore_errors=True)
    try:
        _restore_files(path, making, progress)
        with running(making) as server:
            progress("database")
            dump.restore(path / _DUMP, server.superuser_url(cluster.DATABASE))
            with closing(psycopg.connect(server.owner_url, autocommit=True)) as owner:
                cluster.close_to_public(owner)
        shutil.rmtree(making.run)
        if state.directory.exists():
            _empty(state.directory)
        making.directory.rename(state.directory)
    finally:
        shutil.rmtree(making.directory, ignore_errors=True)
    return verified


def restore_elsewhere(
    *, path: Path, state: State, owner_url: str, progress: Progress = lambda _: None
) -> Backup:
    """Verify a backup and restore it into an empty database of another server."""
    progress("verify")
    verified = verify(path)
    with closing(psycopg.connect(owner_url, autocommit=True)) as owner:
        taken = "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        if owner.execute(taken).fetchone():
            raise TargetNotEmpty(path=owner.info.dbname)
    if _holds_anything(state.directory):
        raise TargetNotEmpty(path=state.directory)
    progress("database")
    dump.restore(path / _DUMP, owner_url, ("--no-owner",))
    with closing(psycopg.connect(owner_url, autocommit=True)) as owner:
        cluster.close_to_public(owner)
    _restore_files(path, state, progress)
    return verified


def _holds_anything(directory: Path) -> bool:
    """Say whether a state directory holds more than the empty folders every command makes."""
    return any(not file.is_relative_to(directory / "run") for file in _files(directory))


def _empty(directory: Path) -> None:
    for part in directory.iterdir():
        shutil.rmtree(part)
    directory.rmdir()


def _files(path: Path) -> Iterator[Path]:
    return (file for file in path.rglob("*") if file.is_symlink() or not file.is_dir())


def _sha256(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return "not a file"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_folder(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in _files(source):
        if file.suffix == ".password" or file.is_symlink() or not file.is_file():
            continue
        copy = target / file.relative_to(source)
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # An original may be removed, its retention over, while we copy.
        with (
            suppress(FileNotFoundError),
            file.open("rb") as reading,
            os.fdopen(open_private(copy, os.O_WRONLY | os.O_TRUNC), "wb") as writing,
        ):
            shutil.copyfileobj(reading, writing, _CHUNK)
            writing.flush()
            os.fsync(writing.fileno())


def _write_manifest(making: Path) -> None:
    files = {
        str(file.relative_to(making)): {"bytes": file.stat().st_size, "sha256": _sha256(file)}
        for file in sorted(_files(making))
    }
    said = {
        "format": FORMAT,
        "version": provident.__version__,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "files": files,
    }
    with os.fdopen(open_private(making / _MANIFEST, os.O_WRONLY), "w", encoding="utf-8") as file:
        json.dump(said, file, indent=1, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def _manifest(path: Path) -> _Manifest:
    try:
        raw = (path / _MANIFEST).read_bytes()
        said = json.loads(raw)
        form = said["format"]
        files = {name: (int(file["bytes"]), str(file["sha256"])) for name, file in said["files"].items()}
        about = (str(said["made_at"]), str(said["version"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupDamaged(path=path, what=f"{_MANIFEST} cannot be read") from error
    if form != FORMAT:
        raise BackupDamaged(path=path, what=f"its format is {form}, not {FORMAT}")
    return _Manifest(*about, files, hashlib.sha256(raw).hexdigest())


def _restore_files(path: Path, state: State, progress: Progress) -> None:
    state.prepare()
    for folder in _FOLDERS:
        progress(folder)
        _copy_folder(path / folder, state.directory / folder)
