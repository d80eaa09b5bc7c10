"""A refusal beside the field it concerns: what is wrong, then what to do, joined as each language does."""

from provident.kernel.refusal import Refusal
from provident.portal import texts


def told(refusal: Refusal) -> str:
    """Return the refusal's sentence and remedy in the page's language."""
    spoken = texts.language()
    between = "" if spoken == "zh-hans" else " "
    return f"{refusal.sentence(spoken)}{between}{refusal.remedy(spoken)}"
