"""Which language a command speaks."""

import os
import sys
from collections.abc import Mapping, Sequence

from provident.kernel.words import Language


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of `--lang`, else of the locale, else English."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return _known(arguments[place + 1])
        if argument.startswith("--lang="):
            return _known(argument.removeprefix("--lang="))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return _known(environment[name])
    return Language.EN


def _known(text: str) -> Language:
    return Language.ZH_HANS if text.lower().startswith("zh") else Language.EN


def told(en: str, zh: str) -> str:
    """Return a help text in the language this process was called in."""
    return zh if language_of(sys.argv[1:], os.environ) is Language.ZH_HANS else en
