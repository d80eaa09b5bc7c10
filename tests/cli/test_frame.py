"""What every command has in common."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator

import pytest
import typer
from typer.main import get_command

from provident.cli import main
from provident.cli.language import language_of
from provident.cli.main import answer, app

from .conftest import command_line, environment


def _commands(node: object = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    node = node or get_command(app)
    for name, inner in getattr(node, "commands", {}).items():
        yield from _commands(inner, (*path, name))
    if not hasattr(node, "commands"):
        yield path


@pytest.mark.parametrize("path", list(_commands()), ids=" ".join)
def test_common_options(path: tuple[str, ...], capsys: pytest.CaptureFixture) -> None:
    """Every command explains itself and takes the common options."""
    assert answer([*path, "--help"]) == 0
    shown = capsys.readouterr().out
    for option in ("--data", "--json", "--lang", "--as", "--purpose"):
        assert option in shown


def test_wrongly_called(capsys: pytest.CaptureFixture) -> None:
    """An unknown option is exit 2, said on standard error."""
    assert answer(["doctor", "--no-such-option"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--no-such-option" in captured.err


def test_wrongly_called_json(capsys: pytest.CaptureFixture) -> None:
    """With --json a wrong call is the one document too."""
    assert answer(["law", "show", "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["refused"] == "cli.wrongly_called"


def test_refusal(capsys: pytest.CaptureFixture) -> None:
    """A refusal is exit 1: sentence, remedy and code on standard error, nothing on standard output."""
    assert answer(["law", "show", "cn.no.such"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "cn.no.such" in captured.err
    assert "[law.no_such_parameter]" in captured.err


def test_refusal_json(capsys: pytest.CaptureFixture) -> None:
    """With --json the refusal is the one document on standard output, in both languages."""
    assert answer(["law", "show", "cn.no.such", "--json"]) == 1
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["refused"] == "law.no_such_parameter"
    assert document["message"]["en"] != document["message"]["zh"]


def test_refusal_in_chinese(capsys: pytest.CaptureFixture) -> None:
    """--lang chooses the language of a refusal."""
    answer(["law", "show", "cn.no.such", "--lang", "zh-hans"])
    told = capsys.readouterr().err
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told)


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        (["--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang=zh-hans"], {}, "zh-hans"),
        (["--lang"], {}, "en"),
    ],
)
def test_language(arguments: list[str], environment: dict[str, str], language: str) -> None:
    """The option wins over the locale, and the locale's more special variables over LANG."""
    assert language_of(arguments, environment) == language


def test_help_in_chinese() -> None:
    """Under a Chinese locale the help is Chinese; the program chooses while it reads its modules."""
    done = subprocess.run(
        command_line("doctor", "--help"),
        env=environment(LANG="zh_CN.UTF-8"),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "数据目录" in done.stdout


class _Boom(Exception):
    pass


def test_unexpected(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, tmp_path) -> None:
    """An unforeseen error is one line and a private log file; its text, maybe somebody's data, is not shown."""
    (tmp_path / "log").mkdir()

    def boom(**_: object) -> None:
        raise _Boom("secret of somebody")

    monkeypatch.setattr(main, "app", boom)
    assert answer(["doctor", "--data", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "secret" not in told.err + told.out
    (log,) = (tmp_path / "log").iterdir()
    assert str(log) in told.err
    assert "secret of somebody" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_exit_codes_of_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command's own exit code is the program's."""

    def third(**_: object) -> int:
        return 3

    monkeypatch.setattr(main, "app", third)
    assert answer([]) == 3


def test_nothing_asked(run: Callable) -> None:
    """Called without a command, the program shows its help and exits 2."""
    done = run()
    assert done.code == 2
    assert "doctor" in done.out + done.err


@pytest.mark.parametrize("as_json", [["--json"], []])
def test_cut_off_pipe(as_json: list[str]) -> None:
    """A reader that has enough ends the program quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        command_line("law", "list", *as_json), stdout=writing, stderr=subprocess.PIPE, env=environment()
    )
    os.close(writing)
    _, told = process.communicate()
    assert told == b""
    assert process.returncode == 0


def test_typer_exit() -> None:
    """Exits raised inside commands come back as codes, not as exceptions."""
    assert issubclass(typer.Exit, Exception)
    assert answer(["--help"]) == 0
