"""Templates compiled once for each language: what a page says without facts is text by then."""

from collections.abc import Callable, Hashable, Iterator, Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import Environment, Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Macro

from provident.portal import texts

Settled = Mapping[str, Callable[..., str]]


class Languages(Environment):
    """The environment Django asks for templates: it has one of its own for each language, and chooses."""

    spoken: Mapping[str, Environment]

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja names it
    ) -> Template:
        """Return the template in the language of the request."""
        return self.spoken[texts.language()].get_template(name, parent, globals)


@lru_cache(maxsize=1024)
def _made(macro: Macro, facts: tuple[Hashable, ...]) -> str:
    return macro(*facts)


def kept(macro: Macro, *facts: Hashable) -> str:
    """Return what a macro makes of facts that many people have in common, and keep it.

    The macro is one imported without a context, so that what it makes follows from nothing else.
    """
    return _made(macro, facts)


class Settling(Extension):
    """Answers, when a template is compiled, calls whose answer is the same on every page in its language.

    `t("record.title")` becomes the sentence itself, which Jinja then escapes and joins to the text around it.
    The environment's `settled` are the functions so called, with literals only.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield the template's tokens, such a call as one string."""
        settled: Settled = self.environment.settled  # type: ignore[attr-defined] # `extend` adds it
        tokens = [*stream]
        at = 0
        while at < len(tokens):
            token = tokens[at]
            given = _literals(tokens, at + 1) if token.type == "name" and token.value in settled else None
            if given is None or (at and tokens[at - 1].type == "dot"):
                yield token
                at += 1
            else:
                yield Token(token.lineno, "string", settled[token.value](*given))
                at += 2 * len(given) + 2  # the name, brackets, what is given, commas between


def _literals(tokens: Sequence[Token], at: int) -> list[str] | None:
    """Return the strings of a call whose bracket opens here; None if it does not or holds anything else."""
    opens = at < len(tokens) and tokens[at].type == "lparen"
    closes = (place for place in range(at, len(tokens)) if tokens[place].type == "rparen")
    inside = tokens[at + 1 : next(closes, at)] if opens else []
    alternating = all(token.type == ("string", "comma")[place % 2] for place, token in enumerate(inside))
    return [token.value for token in inside[::2]] if alternating and len(inside) % 2 else None
