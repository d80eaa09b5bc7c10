"""The sentences of the pages, by key, in the language of the request."""

from functools import cache
from importlib.resources import files

import yaml
from django.utils.translation import get_language


@cache
def sentences(language: str) -> dict[str, str]:
    """Return every sentence of a language by its dotted key, e.g. `record.title`."""
    source = files("provident.portal") / "texts" / f"{language}.yaml"
    flat: dict[str, str] = {}
    for key, value in yaml.safe_load(source.read_text(encoding="utf-8")).items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": text for inner, text in value.items()}
        else:
            flat[key] = value
    return flat


def language() -> str:
    """Return the language of this request: `en` or `zh-hans`."""
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"


def text(key: str, **facts: object) -> str:
    """Return the sentence of a key in the request's language, its {fields} filled; KeyError if unknown."""
    return sentences(language())[key].format(**facts)


def system_name(system: str) -> str:
    """Return what a look calls the part of the product it came through; its own word if it is new to us."""
    return sentences(language()).get(f"system.{system}", system)
