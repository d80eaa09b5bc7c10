"""The manuals of tree, checkpoint and receipt open with what the code writes."""

import pytest

from .manual import SAMPLES, printed


@pytest.mark.parametrize("page", SAMPLES)
def test_a_manual_opens_with_its_samples(page):
    """The literal samples of a page are those made anew."""
    made = [make() for make in SAMPLES[page]]
    assert printed(page)[: len(made)] == made
