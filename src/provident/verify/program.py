"""The program `provident-verify`: files in, plain verdicts out."""

import argparse
import json
import locale
import os
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import NoReturn

from .checking import Against, check, same_history
from .logs import Log, check_log, read_small
from .notes import Note, VerifierKey, parse_key, parse_keys, parse_note
from .signing import SignedCheckpoint
from .verdicts import LANGUAGES, NotProven, Sentence, Verdict, words

PROVEN, USAGE, NOT_PROVEN = 0, 2, 3


class _Usage(Exception):  # noqa: N818 - it ends the program, in words
    """The program was called wrongly."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.key)
        self.sentence = sentence


def _spoken(arguments: Sequence[str]) -> str:
    """Return the language asked for, or the one of the environment."""
    for before, after in zip(["", *arguments], [*arguments, ""], strict=True):
        asked = after.removeprefix("--lang=") if after.startswith("--lang=") else after
        if asked in LANGUAGES and (before == "--lang" or asked != after):
            return asked
    named = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)),
        locale.getlocale()[0] or "",
    )
    return "zh-hans" if named.lower().startswith("zh") else "en"


class _Parser(argparse.ArgumentParser):
    """argparse, with its headings and its refusal in the language asked for."""

    def __init__(self, language: str) -> None:
        self.said = words(language)
        super().__init__("provident-verify", description=self.said["help.description"], add_help=False)

    def format_usage(self) -> str:
        """Return the line that shows how to call the program."""
        return super().format_usage().replace("usage: ", self.said["help.usage"], 1)

    def format_help(self) -> str:
        """Return the whole help."""
        return super().format_help().replace("usage: ", self.said["help.usage"], 1)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call, and end."""
        self.exit(
            USAGE, f"{self.format_usage()}{self.prog}: {self.said['usage.wrong'].format(message=message)}\n"
        )


def _parser(language: str) -> argparse.ArgumentParser:
    said = words(language)
    parser = _Parser(language)
    what = parser.add_argument_group(said["help.what"])
    what.add_argument("files", nargs="+", metavar="FILE", help=said["help.file"])
    options = parser.add_argument_group(said["help.options"])
    options.add_argument("--key", action="append", default=[], metavar="VKEY", help=said["help.key"])
    options.add_argument("--log", metavar="DIR", help=said["help.log"])
    options.add_argument("--against", metavar="CHECKPOINT", help=said["help.against"])
    options.add_argument("--json", action="store_true", help=said["help.json"])
    options.add_argument("--lang", choices=LANGUAGES, default=language, help=said["help.lang"])
    options.add_argument("-h", "--help", action="help", help=said["help.help"])
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the files; return 0 if all is proven, 3 if something is not, 2 if called wrongly."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a plain console still gets an answer
    language = _spoken(given)
    parser = _parser(language)
    asked = parser.parse_args(given)
    try:
        verdicts = _verdicts(asked)
    except _Usage as wrong:
        print(f"provident-verify: {wrong.sentence.say(language)}", file=sys.stderr)
        return USAGE
    _tell(_as_json(verdicts, language) if asked.json else _as_text(verdicts, language))
    return PROVEN if all(verdict.proven for verdict in verdicts) else NOT_PROVEN


def _verdicts(asked: argparse.Namespace) -> list[Verdict]:
    given = tuple(key for text in asked.key for key in _keys(text))
    paths = [Path(name) for name in asked.files]
    for path in paths:
        _readable(path)
    older = _older(Path(asked.against)) if asked.against else None
    try:
        log = _log(Path(asked.log), given) if asked.log else None
    except NotProven as no:
        reason = {"reason": no.sentence.key.removeprefix("no.")}
        return [Verdict(asked.log, "log", False, (Sentence("refused"), no.sentence), reason)]
    answered = [answer for path in paths for answer in check(path, Against(given, log, older))]
    signed = [(verdict.file, one) for verdict, one in answered if one is not None]
    return [verdict for verdict, _ in answered] + _together(signed, log)


def _together(signed: list[tuple[str, SignedCheckpoint]], log: Log | None) -> list[Verdict]:
    """Hold the checkpoints of one log against each other."""
    found: list[Verdict] = []
    for (name, one), (other, two) in combinations(signed, 2):
        if one.checkpoint.origin != two.checkpoint.origin:
            continue
        file = f"{name} + {other}"
        try:
            same = same_history(one.checkpoint, two.checkpoint)
        except NotProven as no:
            said = (Sentence("refused"), no.sentence)
            found.append(Verdict(file, "pair", False, said, {"reason": "two_roots"}))
            continue
        if not same and log is None:
            found.append(
                Verdict(file, "pair", True, (Sentence("unchecked.order"),), {"order_checked": False})
            )
    return found


def _readable(path: Path) -> None:
    try:
        if not path.is_dir():
            with path.open("rb"):
                pass
    except OSError as no:
        missing = isinstance(no, FileNotFoundError)
        reason = Sentence("usage.no_file" if missing else "usage.cannot_open")
        raise _Usage(Sentence("usage.unreadable", {"path": path, "reason": reason})) from None
    except ValueError:  # a name with a zero byte
        raise _Usage(
            Sentence("usage.unreadable", {"path": "?", "reason": Sentence("usage.no_file")})
        ) from None


def _keys(text: str) -> tuple[VerifierKey, ...]:
    try:
        if "\0" not in text and len(text) < 4096 and Path(text).is_file():
            return parse_keys(read_small(Path(text)))
        return (parse_key(text),)
    except (NotProven, OSError) as no:
        reason = no.sentence if isinstance(no, NotProven) else Sentence("usage.cannot_open")
        raise _Usage(Sentence("usage.key", {"reason": reason})) from None


def _older(path: Path) -> Note:
    _readable(path)
    try:
        return parse_note(read_small(path))
    except NotProven as no:
        raise _Usage(Sentence("usage.against", {"reason": no.sentence})) from None


def _log(path: Path, given: tuple[VerifierKey, ...]) -> Log:
    if not (path / "checkpoint").is_file():
        raise _Usage(Sentence("usage.log", {"reason": Sentence("usage.no_file")}))
    return check_log(path, given)


def _as_text(verdicts: list[Verdict], language: str) -> str:
    return "\n\n".join(
        "\n".join([verdict.file, *(f"  {sentence.say(language)}" for sentence in verdict.sentences)])
        for verdict in verdicts
    )


def _as_json(verdicts: list[Verdict], language: str) -> str:
    document = {
        "proven": all(verdict.proven for verdict in verdicts),
        "files": [
            {
                "file": verdict.file,
                "kind": verdict.kind,
                "proven": verdict.proven,
                "says": [sentence.say(language) for sentence in verdict.sentences],
                **verdict.facts,
            }
            for verdict in verdicts
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _tell(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Whoever read our answer has enough. What follows, the flush at the end too, goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run() -> None:
    """Run as a console script."""
    sys.exit(main())
