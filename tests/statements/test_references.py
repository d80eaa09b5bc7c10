"""Record references."""

from contextlib import suppress

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from provident.kernel.keys import PersonKey, new_key
from provident.statements.references import SYMBOLS, looks_like_reference, person_of, reference_of
from provident.statements.refusals import NotAReference


@given(st.integers(1, (1 << 63) - 1))
def test_a_reference_leads_back_to_its_person(key: int):
    """Every key has one reference and the reference leads back to it."""
    reference = reference_of(PersonKey(key))
    assert person_of(reference) == key
    assert looks_like_reference(reference)


def test_neighbouring_keys_have_unlike_references():
    """A reference shows nothing of the key: neighbours differ in most symbols."""
    one, two = reference_of(PersonKey(1000)), reference_of(PersonKey(1001))
    assert sum(a != b for a, b in zip(one, two, strict=True)) > 7


def test_a_reference_is_read_as_people_write_it():
    """Small letters, spaces, missing dashes and look-alike letters are understood."""
    reference = reference_of(PersonKey(123456789))
    assert person_of(" " + reference.lower().replace("-", " ").replace("r ", "r-", 1)) == 123456789
    assert person_of(reference.replace("0", "O").replace("1", "I")) == 123456789


def test_most_slips_are_caught():
    """Of all references with one symbol wrong, nearly all are refused before anything is looked up."""
    reference = reference_of(PersonKey(new_key()))
    wrong = {
        reference[:at] + symbol + reference[at + 1 :]
        for at in range(2, len(reference))
        if reference[at] != "-"
        for symbol in SYMBOLS
    } - {reference}
    caught = 0
    for one in wrong:
        try:
            person_of(one)
        except NotAReference:
            caught += 1
    assert caught > 0.9 * len(wrong)


@pytest.mark.parametrize("text", ["", "R-", "R-7K2M", "R-!!!!-!!!!-!!!!-!!", "990000190001010014"])
def test_other_texts_are_refused(text: str):
    """What has not the shape of a reference is refused."""
    with pytest.raises(NotAReference):
        person_of(text)


def test_another_installation_cannot_read_it():
    """With another secret the reference does not lead to the person."""
    reference = reference_of(PersonKey(42))
    with override_settings(SECRET_KEY="another secret"), suppress(NotAReference):
        assert person_of(reference) != 42
