"""What allauth's forms find fault with, as our pages say it."""

from django.forms import BaseForm


def problems_of(form: BaseForm, first: str) -> dict[str, str]:
    """Return the first fault of each field; one that concerns the whole form stands at the field `first`."""
    return {first if field == "__all__" else field: str(faults[0]) for field, faults in form.errors.items()}
