"""The state directory: where an installation keeps everything that must last.

    database/   the embedded server's cluster (owned by the server's user)
    secrets/    passwords of the database roles, the web key
    originals/  filed originals
    log/        the server's log, logs of unexpected errors
    run/        locks and the private socket; nothing in it lasts

Every directory is 0700. The path may change between runs: nothing inside names it.
"""

import errno
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from provident.host.locks import give_to_owner_of_directory, open_private
from provident.host.refusals import StateUnusable

_LARGE_LOG = 16 * 1024 * 1024
_PARTS = ("secrets", "originals", "log", "run")


def default_directory() -> Path:
    """Return PROVIDENT_DATA, else the XDG state directory's `provident`."""
    given = os.environ.get("PROVIDENT_DATA", "")
    if given:
        return Path(given).absolute()
    xdg = os.environ.get("XDG_STATE_HOME", "")
    base = Path(xdg) if xdg and Path(xdg).is_absolute() else Path("~/.local/state").expanduser()
    return (base / "provident").absolute()


@dataclass(frozen=True, slots=True)
class State:
    """An installation's state directory."""

    directory: Path

    @property
    def database(self) -> Path:
        """The embedded server's cluster."""
        return self.directory / "database"

    @property
    def secrets(self) -> Path:
        """Generated passwords and keys."""
        return self.directory / "secrets"

    @property
    def originals(self) -> Path:
        """Filed originals."""
        return self.directory / "originals"

    @property
    def log(self) -> Path:
        """Logs."""
        return self.directory / "log"

    @property
    def run(self) -> Path:
        """Locks and the socket."""
        return self.directory / "run"

    @property
    def sample_loading(self) -> Path:
        """There as long as the sample region is only half loaded."""
        return self.directory / "sample.loading"

    @property
    def sample_eid(self) -> Path:
        """What the sample region's e-ID knows."""
        return self.directory / "sample-eid"

    def prepare(self) -> None:
        """Make what is missing and close what is open to others."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            for path in (self.directory / part for part in _PARTS):
                if not path.exists():
                    path.mkdir(exist_ok=True, mode=0o700)
                    give_to_owner_of_directory(path, self.directory)
            for path in (self.directory, *(self.directory / part for part in _PARTS)):
                if path.stat().st_mode & 0o077:
                    path.chmod(0o700)
                if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            raise StateUnusable(path=self.directory, reason=error.strerror or str(error)) from error

    def open_log(self, name: str) -> int:
        """Open a log for appending; one that has grown large becomes `<name>.1` first."""
        path = self.log / name
        with suppress(FileNotFoundError):
            if path.stat().st_size > _LARGE_LOG:
                path.rename(path.with_name(f"{name}.1"))
        return open_private(path, os.O_RDWR | os.O_APPEND)

    def secret(self, name: str) -> str:
        """Return the generated secret of this name, made on first use."""
        path = self.secrets / name
        with suppress(FileNotFoundError):
            return path.read_text(encoding="ascii").strip()
        fresh = path.with_name(f"{name}.{os.getpid()}.new")
        place = open_private(fresh, os.O_WRONLY | os.O_TRUNC)
        with os.fdopen(place, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(place)
        try:
            # link() refuses where rename() would replace: of two first users, both read one secret.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text(encoding="ascii").strip()
