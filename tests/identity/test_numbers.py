"""Official numbers are checked by shape, date and check character; a region is only ever a warning."""

import csv
import datetime as dt
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.identity import numbers
from provident.identity.numbers import (
    NumberKind,
    NumberWarning,
    Sex,
    classify,
    lookup_form,
    modern_form,
    uscc,
)
from provident.identity.refusals import (
    CreditCodeWrong,
    NumberCheckWrong,
    NumberDateWrong,
    NumberKindWrong,
    NumberShapeWrong,
)
from provident.kernel.refusal import Refusal

VECTORS = list(
    csv.DictReader((Path(__file__).parent / "id_format_vectors.csv").read_text(encoding="utf-8").splitlines())
)
KINDS = {
    "resident_id": NumberKind.RESIDENT_ID,
    "residence_permit_hk_mo_tw": NumberKind.RESIDENCE_PERMIT,
    "foreign_permanent_resident_2023": NumberKind.PERMANENT_RESIDENT_CARD,
}
BIRTHS = st.dates(dt.date(1900, 1, 1), dt.date(2030, 12, 31))


def number_of(region: str, born: dt.date, sequence: int) -> str:
    """Write a well-formed number by weights, not by the recursion the code uses."""
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['kind']}-{v['number']}")
def test_published_vectors(vector):
    """Every vector is accepted, warned about or refused as it says."""
    expected, number = vector["expected_by_our_own_check"], vector["number"]
    if vector["kind"] == "uscc":
        if expected == "invalid":
            with pytest.raises(CreditCodeWrong):
                uscc(number)
        else:
            assert uscc(number).normal == number
        return
    if expected == "invalid":
        with pytest.raises((NumberCheckWrong, NumberDateWrong)):
            classify(number)
        return
    found = classify(number)
    warned = {
        "invalid_region_advisory": (NumberWarning.REGION_UNKNOWN,),
        "legacy_15_digit": (NumberWarning.CENTURY_ASSUMED,),
        "valid_layout_to_verify": (NumberWarning.LAYOUT_NOT_VERIFIED,),
    }
    assert found.warnings == warned.get(expected, ())
    assert found.normal == number.upper()
    assert found.born == dt.date(1900, 1, 1)
    legacy = expected == "legacy_15_digit"
    assert found.kind is (NumberKind.RESIDENT_ID_15 if legacy else KINDS[vector["kind"]])


@pytest.mark.parametrize("region", ["990000", "999999", "560000", "190101"])
def test_a_region_nobody_knows_is_a_warning(region):
    """A number of an unknown or fictional region is accepted, and says that the region is unknown."""
    found = classify(number_of(region, dt.date(1980, 2, 29), 123))
    assert found.kind is NumberKind.RESIDENT_ID
    assert found.warnings == (NumberWarning.REGION_UNKNOWN,)
    assert (found.born, found.sex) == (dt.date(1980, 2, 29), Sex.MALE)


@given(st.sampled_from(["110101", "440300", "990000", "820000"]), BIRTHS, st.integers(0, 999))
def test_a_well_formed_number_says_birth_and_sex(region, born, sequence):
    """Whatever region, date and sequence: the number is accepted and read back."""
    found = classify(number_of(region, born, sequence))
    assert found.born == born
    assert found.sex is (Sex.MALE if sequence % 2 else Sex.FEMALE)


@given(BIRTHS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born, sequence, place, shift):
    """Changing any single digit makes the number refused."""
    number = number_of("110101", born, sequence)
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(Refusal):
        classify(number[:place] + wrong + number[place + 1 :])


@given(BIRTHS, st.integers(0, 999), st.integers(0, 15))
def test_two_digits_swapped_are_always_found(born, sequence, place):
    """Swapping two neighbours that differ makes the number refused."""
    number = number_of("110101", born, sequence)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(Refusal):
            classify(swapped)


@given(st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31)), st.integers(0, 999))
def test_an_old_number_converts_to_the_new_one(born, sequence):
    """Fifteen digits become the eighteen that replaced them, and are looked up under those."""
    modern = number_of("110101", born, sequence)
    legacy = f"110101{born:%y%m%d}{sequence:03d}"
    assert modern_form(legacy) == lookup_form(legacy) == lookup_form(modern) == modern
    assert classify(legacy).born == classify(modern).born


@pytest.mark.parametrize(
    "text",
    [
        " 110101190001010014 ",
        "110101 19000101 0014",
        "110101-19000101-0014",
        "１１０１０１１９０００１０１００１４",
        "110101190001010014\u200b",
        "\ufeff110101190001010014",
    ],
)
def test_ways_of_typing_a_number_are_one(text):
    """Spaces, hyphens, full-width digits and invisible characters are cleaned away, and that is said."""
    found = classify(text)
    assert found.normal == lookup_form(text) == "110101190001010014"
    assert found.warnings == (NumberWarning.CLEANED,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "11010119000101001",
        "1101011900010100140",
        "X10101190001010014",
        "0" * 18,
        "11010119000101001O",
        "110101190001010014'; --",
        "١١٠١٠١١٩٠٠٠١٠١٠٠١٤",
        "身份证",
        "\x00" * 18,
        "9" * 100000,
    ],
)
def test_what_has_no_shape_is_refused(text):
    """A text that is no number of any kind is refused, and looking it up finds nobody's form."""
    with pytest.raises(NumberShapeWrong):
        classify(text)
    assert isinstance(lookup_form(text), str)


@pytest.mark.parametrize("date", ["19000229", "20010229", "19991301", "19990100", "00010101", "17991231"])
def test_a_date_that_does_not_exist_is_refused(date):
    """A number whose check character fits but whose date does not exist is refused for the date."""
    body = f"110101{date}001"
    with pytest.raises(NumberDateWrong):
        classify(body + numbers.check_character(body))


def test_a_kind_can_be_named():
    """A number whose shape two kinds share is read as the kind that was named."""
    body = "99912419000101001"  # place 99 is nowhere: read as a resident number unless told otherwise
    number = body + numbers.check_character(body)
    assert classify(number).kind is NumberKind.RESIDENT_ID
    card = classify(number, NumberKind.PERMANENT_RESIDENT_CARD)
    assert card.kind is NumberKind.PERMANENT_RESIDENT_CARD
    assert card.warnings == (NumberWarning.LAYOUT_NOT_VERIFIED, NumberWarning.REGION_UNKNOWN)
    assert card.sex is None


def test_a_number_is_not_of_any_kind_one_likes():
    """Naming a kind the shape does not fit is refused."""
    with pytest.raises(NumberKindWrong):
        classify("110101190001010014", NumberKind.RESIDENCE_PERMIT)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("XXA000000000000010", NumberKind.FOREIGN_WORKER_NUMBER),
        ("usae1234567890ab0c", NumberKind.FOREIGN_WORKER_NUMBER),
        ("GBR123456789012", NumberKind.PERMANENT_RESIDENT_CARD_OLD),
    ],
)
def test_layouts_we_could_not_verify(number, kind):
    """Foreign worker numbers and old cards are accepted by shape alone, with a warning that says so."""
    found = classify(number)
    assert (found.kind, found.born, found.sex) == (kind, None, None)
    assert found.warnings == (NumberWarning.LAYOUT_NOT_VERIFIED,)


@pytest.mark.parametrize("letter", "IOZSV")
def test_letters_a_credit_code_never_has(letter):
    """A credit code with one of the five letters left out of the alphabet is refused."""
    with pytest.raises(CreditCodeWrong):
        uscc(f"91110000MA00000{letter}1X")


@given(st.integers(0, 9_999_999), st.integers(0, 16), st.integers(1, 30))
def test_one_wrong_character_in_a_credit_code_is_always_found(sequence, place, shift):
    """Changing any single character makes the code refused."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91990000MA{sequence:07d}"
    total = sum(alphabet.index(sign) * 3**index for index, sign in enumerate(body))
    code = body + alphabet[-total % 31]
    assert uscc(code.lower()).region == 990_000
    assert uscc(code).warnings == (NumberWarning.REGION_UNKNOWN,)
    wrong = alphabet[(alphabet.index(code[place]) + shift) % 31]
    with pytest.raises(CreditCodeWrong):
        uscc(code[:place] + wrong + code[place + 1 :])


def test_refusals_never_repeat_the_number():
    """No text of a refused number reaches the refusal: it may end in a log."""
    number = "110101190001010010"
    for text in (number, number[:17], number + "7"):
        with pytest.raises(Refusal) as refused:
            classify(text)
        document = str(refused.value.as_document()) + repr(refused.value)
        assert not any("".join(part) in document for part in zip(*(text[i:] for i in range(6)), strict=False))


def test_every_kind_and_warning_speaks_both_languages():
    """Titles and warnings exist in both languages and differ."""
    for kind in NumberKind:
        assert kind.title("en") != kind.title("zh-hans")
    for warning in NumberWarning:
        assert warning.sentence("en") != warning.sentence("zh-hans")
    codes = [warning.code for warning in NumberWarning] + [kind.word for kind in NumberKind]
    assert len(set(codes)) == len(codes)
    assert all(a != b for a, b in itertools.pairwise(sorted(kind.value for kind in NumberKind)))
