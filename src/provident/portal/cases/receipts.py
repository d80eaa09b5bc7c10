"""Receipt numbers as addresses carry them."""

import re

from django.http import Http404

from provident.statements.references import SYMBOLS


def receipt_of(text: str) -> str:
    """Return the receipt number of an address; 404 for what cannot be one."""
    found = re.fullmatch(rf"Q-([{SYMBOLS}]{{5}})-([{SYMBOLS}]{{5}})", text)
    if found is None:
        raise Http404
    return found[1] + found[2]
