"""The Jinja2 environment of the pages."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """Return an environment that escapes everything and refuses unknown names."""
    options["undefined"] = StrictUndefined
    options["autoescape"] = True
    made = Environment(**options)  # noqa: S701 - autoescape is set above
    made.globals.update(static=static, url=reverse)
    return made
