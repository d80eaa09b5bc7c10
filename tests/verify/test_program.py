"""The program: alone in a folder of its own, called rightly and wrongly, on statements as PDF."""

import importlib
import json
import os
import re
import shutil
import string
import subprocess
import sys
import tomllib
import zlib
from pathlib import Path

import pytest
import typst

import provident.verify
from provident.verify import program
from provident.verify.verdicts import words

from . import small_log as small

HERE = Path(provident.verify.__file__).parent
LOG = small.SmallLog.of(7)
HAN = re.compile(r"[\u4e00-\u9fff]")
STATEMENT = '#pdf.attach("receipt.json", bytes(sys.inputs.receipt))\nStatement'


@pytest.fixture
def receipt(tmp_path):
    path = tmp_path / "receipt.json"
    path.write_bytes(small.written(LOG.receipt()))
    return path


@pytest.fixture(scope="module")
def statement():
    """Compile a statement with typst, the receipt attached, as the statements room does."""
    return typst.compile(
        STATEMENT.encode(),
        format="pdf",
        sys_inputs={"receipt": small.written(LOG.receipt()).decode()},
    )


def test_the_folder_alone_is_a_program(tmp_path, receipt):
    """A copy of the folder in an empty place runs, and imports nothing of ours."""
    shutil.copytree(HERE, tmp_path / "alone/verify", ignore=shutil.ignore_patterns("__pycache__"))
    alone = (
        "import runpy, sys; sys.argv = ['verify', *sys.argv[1:]]\n"
        "try: runpy.run_module('verify', run_name='__main__')\n"
        "finally: assert not [name for name in sys.modules if name.split('.')[0] in ('provident', 'django')]"
    )
    for call in (["-m", "verify"], ["-c", alone]):
        done = subprocess.run(
            [sys.executable, *call, str(receipt), "--json"],
            cwd=tmp_path / "alone",
            env={"PATH": os.environ["PATH"], "PYTHONSAFEPATH": "", "LANG": "C.UTF-8"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        assert json.loads(done.stdout)["proven"]


def test_it_asks_for_the_standard_library_and_cryptography_only():
    """No module of the folder imports anything else."""
    imported = set()
    for path in HERE.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        imported |= set(re.findall(r"^\s*(?:from|import) (\w+)", text, re.MULTILINE))
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("no-such-file",),
        ("RECEIPT", "--key", "nonsense"),
        ("RECEIPT", "--key", "RECEIPT"),
        ("RECEIPT", "--against", "no-such-file"),
        ("RECEIPT", "--against", "RECEIPT"),
        ("RECEIPT", "--log", "no-such-folder"),
        ("RECEIPT", "--lang", "fr"),
        ("RECEIPT", "--unknown"),
        ("a\0b",),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_wrong_call_is_told_apart_from_a_no(plain, receipt, arguments, language):
    """Called wrongly the program ends with 2, a sentence on standard error and nothing else."""
    spoken = () if "--lang" in arguments else ("--lang", language)
    answer = plain(*(str(receipt) if one == "RECEIPT" else one for one in arguments), *spoken)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.strip()
    assert "Traceback" not in answer.err


def test_who_reads_only_the_first_line_gets_the_same_verdict(receipt):
    """A reader that stops early ends nothing: the exit code stands and nothing is complained of."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "provident.verify", str(receipt)], stdout=writing, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])}, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_help_speaks_both_languages(plain, monkeypatch):
    """The help follows --lang, else the environment."""
    assert "Exit codes" in plain("--help", "--lang", "en").out
    chinese = plain("--lang=zh-hans", "--help").out
    assert chinese.startswith("用法：provident-verify ")
    assert "选项" in chinese
    assert "用法错误" in plain("--lang=zh-hans").err
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert HAN.search(plain("--help").out)


def test_a_keys_file_is_taken_for_the_key(verify, receipt, tmp_path):
    """A published `keys` file saved earlier confirms the receipt's keys."""
    keys = tmp_path / "keys"
    keys.write_text(f"{small.LOG.vkey}\n{small.WITNESSING.vkey}\n", encoding="utf-8")
    assert verify(receipt, "--key", keys).document["files"][0]["key_confirmed"]


def test_a_damaged_log_beside_a_receipt_is_told(verify, receipt, tmp_path):
    """If the log to hold a receipt against does not hold itself, that is the answer."""
    folder = LOG.publish(tmp_path / "log")
    (folder / "keys").unlink()
    assert verify(receipt, "--log", folder).reason == "file_missing"


def test_one_no_among_many_is_a_no(verify, receipt, tmp_path):
    """Several files are answered one by one; the code is that of the worst."""
    other = tmp_path / "other"
    other.write_bytes(b"x")
    answer = verify(receipt, other)
    assert answer.code == 3
    assert [file["proven"] for file in answer.document["files"]] == [True, False]


def test_a_statement_is_checked_by_its_receipt(verify, statement, tmp_path):
    """The receipt inside a PDF is found, and the answer says that the pages were not compared."""
    path = tmp_path / "statement.pdf"
    path.write_bytes(statement)
    answer = verify(path)
    assert answer.code == 0
    assert answer.document["files"][0]["kind"] == "statement"
    assert answer.says("what its pages print was not compared")


def _pdf(*contents, head=b"/Type /EmbeddedFile /Filter /FlateDecode", pack=zlib.compress):
    return b"%PDF-1.7\n" + b"".join(
        b"%d 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\n" % (number, head, pack(content))
        for number, content in enumerate(contents)
    )


def test_other_ways_to_hold_an_attachment(verify, tmp_path):
    """Plain streams are read; none, several different ones, or unreadable ones are told."""
    path = tmp_path / "statement.pdf"
    one = small.written(LOG.receipt())
    two = small.written(LOG.receipt(unlinked=None))
    for pdf, reason in (
        (_pdf(one), None),
        (_pdf(one, one), None),
        (_pdf(one, head=b"/Type/EmbeddedFile", pack=bytes), None),
        (_pdf(one, two), "attachments"),
        (_pdf(), "no_attachment"),
        (_pdf(b"{}"), "no_attachment"),
        (_pdf(one, pack=bytes), "no_attachment"),
        (_pdf(one, head=b"/Type /EmbeddedFile /Filter /LZWDecode"), "no_attachment"),
        (_pdf(one)[:-200], "no_attachment"),
        (_pdf(bytes(70_000_000)), "too_large"),
        (b"%PDF-/EmbeddedFile" * 50_000, "no_attachment"),
    ):
        path.write_bytes(pdf)
        answer = verify(path)
        assert (answer.code, None if answer.code == 0 else answer.reason) == (3 if reason else 0, reason)


def test_a_huge_file_is_not_read(verify, tmp_path):
    """Beyond its bound a file is refused without being taken in."""
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(1 << 34)
    assert verify(path).reason == "too_large"


def test_what_is_printed_is_safe_to_print(plain, receipt):
    """Nothing from a file reaches the console as a control character."""
    text = receipt.read_text(encoding="utf-8").replace("2026-17", "\\u001b[31m")
    receipt.write_text(text, encoding="utf-8")
    assert "\x1b" not in plain(receipt).out


def _fields(text):
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name})


def test_both_languages_have_the_same_words():
    """The two files hold the same keys and facts; Chinese ones are Chinese."""
    english, chinese = words("en"), words("zh-hans")
    assert list(english) == list(chinese)
    assert [key for key in english if _fields(english[key]) != _fields(chinese[key])] == []
    assert [key for key in chinese if not HAN.search(chinese[key])] == []


def test_no_word_is_left_over():
    """Every sentence is used by the program or by the page that checks in the browser."""
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in [*HERE.glob("*.py"), *(HERE.parent / "portal/static/portal/check").glob("*.js")]
    )
    open_ended = ("proven.", "kind.", "branch.", "key.", "witness.", "wanted.")
    used = set(re.findall(r"[\"'`]([a-z_0-9]+(?:\.[a-z_0-9]+)*)[\"'`]", sources))
    left = [
        key for key in words("en") if key not in used and key.removeprefix("no.") not in used
        and not key.startswith(open_ended)
    ]  # fmt: skip
    assert left == []


def test_the_console_script_is_this_program(monkeypatch):
    """What is installed as `provident-verify` is what these tests call."""
    settings = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, function = settings["project"]["scripts"]["provident-verify"].partition(":")
    assert getattr(importlib.import_module(module), function) is program.run
    monkeypatch.setattr(sys, "argv", ["provident-verify", "no-such-file"])
    with pytest.raises(SystemExit, match="2"):
        program.run()
