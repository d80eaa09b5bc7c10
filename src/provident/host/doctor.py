"""What is wrong with the set-up, in plain words, and what to do. Needs no database."""

import importlib.metadata
import os
import platform
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from psycopg.conninfo import conninfo_to_dict

from provident.host import binaries, refusals, safety
from provident.host.server import running
from provident.host.state import State
from provident.kernel.refusal import Refusal

_OLDEST_PYTHON = (3, 11)
_MEGABYTE = 1024 * 1024
_LITTLE_SPACE, _NO_SPACE = 2048 * _MEGABYTE, 256 * _MEGABYTE


class Level(StrEnum):
    """How bad it is."""

    WELL = "well"
    ODD = "odd"  # works, but somebody should know
    WRONG = "wrong"  # something will be refused or fail


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    check: str
    level: Level
    en: str
    zh: str
    remedy_en: str = ""
    remedy_zh: str = ""

    def sentence(self, language: str) -> str:
        """Return what was found."""
        return self.zh if language.startswith("zh") else self.en

    def remedy(self, language: str) -> str:
        """Return what to do about it; empty if nothing."""
        return self.remedy_zh if language.startswith("zh") else self.remedy_en


def _well(check: str, en: str, zh: str) -> Finding:
    return Finding(check, Level.WELL, en, zh)


def _wrong(check: str, refusal: Refusal) -> Finding:
    said, done = refusal.sentence, refusal.remedy
    return Finding(check, Level.WRONG, said("en"), said("zh-hans"), done("en"), done("zh-hans"))


# Asked with the addresses of a database that can be used; answers what the rooms know of it.
DatabaseChecks = Callable[[str, str], Iterator[Finding]]


def examine(state: State, more: DatabaseChecks = lambda *_: iter(())) -> Iterator[Finding]:
    """Yield a finding for everything a working installation rests on, the database last."""
    yield from _python()
    yield from _packages()
    yield from _words()
    yield from _state(state)
    yield from _space(state)
    application, owner = (os.environ.get(name, "") for name in safety.ADDRESSES)
    if application or owner:
        yield from _elsewhere(application, owner, more)
    else:
        yield from _embedded(state, more)


def _python() -> Iterator[Finding]:
    found = platform.python_version()
    if sys.version_info < _OLDEST_PYTHON:
        yield Finding(
            "python",
            Level.WRONG,
            f"Python {found} is too old.",
            f"Python {found} 版本过低。",
            "Install Python 3.11 or newer and make the virtual environment again.",
            "请安装 Python 3.11 或更高版本，并重新创建虚拟环境。",
        )
    elif sys.prefix == sys.base_prefix:
        yield Finding(
            "python",
            Level.ODD,
            f"Python {found}, outside a virtual environment.",
            f"Python {found}，未使用虚拟环境。",
            "Prefer python3 -m venv, so that other programs' packages cannot change this one.",
            "建议使用 python3 -m venv，以免其他程序的软件包影响本程序。",
        )
    else:
        yield _well("python", f"Python {found} in {sys.prefix}.", f"Python {found}，位于 {sys.prefix}。")


def _packages() -> Iterator[Finding]:
    try:
        needed = importlib.metadata.requires("provident") or []
    except importlib.metadata.PackageNotFoundError:
        needed = ["provident"]
    names = [re.split(r"[^A-Za-z0-9_.-]", need, maxsplit=1)[0] for need in needed if "extra ==" not in need]
    missing = sorted(name for name in names if not _installed(name))
    if missing:
        listed = ", ".join(missing)
        yield Finding(
            "packages",
            Level.WRONG,
            f"Packages are missing: {listed}.",
            f"缺少软件包：{listed}。",
            "Run pip install --require-hashes -r requirements/run.txt, then pip install --no-deps .",
            "请运行 pip install --require-hashes -r requirements/run.txt，再运行 pip install --no-deps .",
        )
    else:
        yield _well(
            "packages", f"All {len(names)} packages are installed.", f"{len(names)} 个软件包均已安装。"
        )


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _words() -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        yield _well("encoding", "This terminal takes every name.", "终端可显示所有姓名。")
    else:
        yield Finding(
            "encoding",
            Level.ODD,
            f"This terminal is encoded in {sys.stdout.encoding}; some names cannot be shown.",
            f"终端编码为 {sys.stdout.encoding}，部分姓名无法显示。",
            "Set LANG=C.UTF-8, or PYTHONUTF8=1.",
            "请设置 LANG=C.UTF-8 或 PYTHONUTF8=1。",
        )
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        yield Finding(
            "zones",
            Level.WRONG,
            "This machine knows no time zones.",
            "本机没有时区数据。",
            "Install the package tzdata.",
            "请安装 tzdata。",
        )


def _state(state: State) -> Iterator[Finding]:
    path = state.directory
    if not path.exists():
        parent = _existing(path)
        if os.access(parent, os.W_OK | os.X_OK):
            yield _well(
                "state",
                f"The state directory {path} will be made when first needed.",
                f"数据目录 {path} 将在首次使用时创建。",
            )
        else:
            yield _wrong("state", refusals.StateUnusable(path=path, reason=f"{parent} is not writable"))
    elif not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield _wrong("state", refusals.StateUnusable(path=path, reason=os.strerror(13)))
    elif path.stat().st_mode & 0o077:
        yield Finding(
            "state",
            Level.WRONG,
            f"Other users can enter the state directory {path}.",
            f"其他用户可以进入数据目录 {path}。",
            f"Run chmod 700 {path}; any other command does so too.",
            f"请运行 chmod 700 {path}；运行其他命令时也会自动更正。",
        )
    else:
        yield _well("state", f"The state directory is {path}.", f"数据目录为 {path}。")


def _existing(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())


def _space(state: State) -> Iterator[Finding]:
    free = shutil.disk_usage(_existing(state.directory)).free
    megabytes = free // _MEGABYTE
    if free >= _LITTLE_SPACE:
        yield _well("space", f"{megabytes} MB of disk are free.", f"磁盘可用空间 {megabytes} MB。")
        return
    yield Finding(
        "space",
        Level.WRONG if free < _NO_SPACE else Level.ODD,
        f"Only {megabytes} MB of disk are free.",
        f"磁盘可用空间仅 {megabytes} MB。",
        "Free some space, or move the state directory to a larger disk and name it with --data.",
        "请清理磁盘，或将数据目录移到更大的磁盘并用 --data 指定。",
    )


def _elsewhere(application: str, owner: str, more: DatabaseChecks) -> Iterator[Finding]:
    if not (application and owner):
        yield _wrong("database", refusals.OwnerAddressMissing())
        return
    host = str(conninfo_to_dict(application).get("host", ""))
    near = host.startswith("/") or host in {"", "localhost", "127.0.0.1", "::1"}
    if not near and conninfo_to_dict(application).get("sslmode") not in {"verify-full", "verify-ca"}:
        yield Finding(
            "encryption",
            Level.ODD,
            f"The connection to {host} does not check whom it talks to.",
            f"与 {host} 的连接未验证对方身份。",
            "Add sslmode=verify-full to both addresses, and sslrootcert if the certificate is your own.",
            "请在两个地址中加入 sslmode=verify-full；如使用自签证书，再加 sslrootcert。",
        )
    yield from _database(application, owner, more)


def _embedded(state: State, more: DatabaseChecks) -> Iterator[Finding]:
    try:
        user = binaries.server_user(state.database if os.access(state.directory, os.X_OK) else None)
        programs = binaries.runnable(user)
    except Refusal as refusal:
        yield _wrong("programs", refusal)
        return
    yield _well(
        "programs",
        f"The embedded PostgreSQL {binaries.packaged_version()} in {programs.directory} runs as {user.name}.",
        f"内置 PostgreSQL {binaries.packaged_version()}（{programs.directory}）以 {user.name} 身份运行。",
    )
    if not state.database.exists():
        yield _well(
            "database",
            "There is no database yet; the first command that needs one makes it.",
            "尚无数据库；首个需要数据库的命令会创建它。",
        )
        return
    try:
        with running(state) as server:
            yield from _database(server.application_url, server.owner_url, more)
    except Refusal as refusal:
        yield _wrong("database", refusal)


def _database(application: str, owner: str, more: DatabaseChecks) -> Iterator[Finding]:
    found = [_wrong("database", problem) for problem in safety.problems(application, owner)]
    yield from found
    if not found:
        yield _well("database", "The database answers and its settings are safe.", "数据库可用，且设置安全。")
        yield from more(application, owner)
