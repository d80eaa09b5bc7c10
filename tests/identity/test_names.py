"""Names are stored as written (NFC), compared without spaces and case, and look-alikes are only shown."""

import hashlib
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.identity import names
from provident.identity.names import NameFlag, comparable, flags_of, name_check, read_name, skeleton
from provident.identity.refusals import NotAName

TEXTS = st.text(max_size=40)


def test_nfc_is_stored_and_the_original_kept():
    """A name typed with combining marks is stored composed, and what was typed stays beside it."""
    reading = read_name("Jose\u0301  García ")
    assert reading.stored == "José García"
    assert reading.original == "Jose\u0301  García "
    assert read_name("José García").original is None


@pytest.mark.parametrize(
    "name", ["𠮷田", "㐂", "𪚥", "𠀀𪜶", "𫝆𫠠", "𬺰", "𮯰", "𰀀", "\U00031350", "䶮", "龘"]
)
def test_rare_characters_are_ordinary(name):
    """Characters of every extension, in and beyond the basic plane, are stored as they are, unflagged."""
    reading = read_name(name)
    assert (reading.stored, reading.original, reading.flags) == (name, None, ())
    assert len(reading.skeleton) == len(name)


@pytest.mark.parametrize(
    ("typed", "plain", "flag"),
    [
        ("王⼩明", "王小明", NameFlag.RADICAL),  # a Kangxi radical
        ("⻢云", "马云", NameFlag.RADICAL),  # a radical of the supplement
        ("㇐帆", "一帆", NameFlag.RADICAL),  # a stroke
        ("金\uf90a", "金金", NameFlag.COMPATIBILITY),  # a compatibility ideograph NFC replaces
        ("Ａｌｉｃｅ", "Alice", NameFlag.COMPATIBILITY),
        ("王小\u200b明", "王小明", NameFlag.INVISIBLE),
        ("\u2066王小明\u2069", "王小明", NameFlag.INVISIBLE),
        ("葛\U000e0100城", "葛城", NameFlag.INVISIBLE),  # a variation selector
        ("Іvan", "Ivan", NameFlag.MIXED_SCRIPTS),  # a Cyrillic capital
        ("PΑULA", "PAULA", NameFlag.MIXED_SCRIPTS),  # a Greek capital
        ("王ニ小", "王二小", NameFlag.MIXED_SCRIPTS),  # a katakana
        ("张\ue000", "张\ue000", NameFlag.PRIVATE_USE),
    ],
)
def test_look_alikes_are_flagged_and_share_a_skeleton(typed, plain, flag):
    """A name that looks like another is stored, flagged, and found beside the other."""
    reading = read_name(typed)
    assert flag in reading.flags
    assert skeleton(typed) == reading.skeleton == skeleton(plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("买买提·阿不都", "买买提•阿不都"),
        ("买买提·阿不都", "买买提．阿不都"),
        ("买买提·阿不都", "买买提・阿不都"),
        ("O'Brien", "O’BRIEN"),
        ("Anna-Maria", "Anna\u2010Maria"),
        ("吉田", "𠮷田"),
        ("土", "士"),
        ("已明", "己明"),
        ("﨑", "崎"),
        ("Иван", "ИВАН"),
        ("Ivan", "Іvаn"),
        ("HELEN", "ΗΕLΕΝ"),
    ],
)
def test_names_that_look_alike_share_a_skeleton(one, other):
    """Dots, quotes, dashes and near-identical characters are levelled in the skeleton only."""
    assert skeleton(one) == skeleton(other)
    assert read_name(one).stored != read_name(other).stored


@pytest.mark.parametrize(
    ("one", "other"), [("王小明", "王大明"), ("Anna", "Anne"), ("José", "Jose"), ("张伟", "张玮")]
)
def test_different_names_keep_different_skeletons(one, other):
    """The skeleton levels what cannot be told apart by eye, nothing more."""
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize(
    "name", ["王小明", "欧阳 若 溪", "Maria de la Concepción", "买买提·阿不都", "尼玛次仁", "Ngô Thị Ân"]
)
def test_common_names_have_nothing_to_look_at(name):
    """Names as they are commonly written carry no flag."""
    assert read_name(name).flags == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\u3000",
        "\u200b\u200d",
        "\x00",
        "王\x00明",
        "a\x1fb",
        "\ud800",
        "王\ud842",
        "--",
        "·",
        "王" * 201,
        "a\x07",
    ],
)
def test_what_cannot_be_a_name_is_refused(text):
    """Nothing, control characters, broken surrogates and endless texts are refused."""
    with pytest.raises(NotAName):
        read_name(text)


def test_refusals_never_repeat_the_name():
    """The text of a refused name is not in the refusal."""
    with pytest.raises(NotAName) as refused:
        read_name("王小明\x00")
    assert "王" not in str(refused.value.as_document())


@given(TEXTS)
def test_every_text_is_a_name_or_a_refusal(text):
    """Whatever is typed is either stored in NFC on one line or refused; reading the stored form changes nothing."""
    try:
        reading = read_name(text)
    except NotAName:
        return
    assert unicodedata.is_normalized("NFC", reading.stored)
    assert reading.stored == " ".join(reading.stored.split()) != ""
    again = read_name(reading.stored)
    assert (again.stored, again.original, again.skeleton) == (reading.stored, None, reading.skeleton)
    assert reading.original in (None, text)


@given(TEXTS)
def test_names_that_compare_equal_look_alike(text):
    """Two spellings that count as the same name share check and skeleton."""
    spaced = " ".join(unicodedata.normalize("NFD", text))
    assert skeleton(comparable(text)) == skeleton(text)
    if comparable(spaced) == comparable(text):
        assert name_check(spaced) == name_check(text)


def test_the_check_is_the_first_eight_bytes_of_the_hash():
    """The name check is what the specification of the look-up says, signed and big-endian."""
    digest = hashlib.sha256("maríadelpilar".encode()).digest()
    assert name_check(" Mari\u0301a del PILAR") == int.from_bytes(digest[:8], "big", signed=True)
    assert -(2**63) <= name_check("王小明") < 2**63


@given(TEXTS)
def test_a_skeleton_is_stable(text):
    """The skeleton of a skeleton is itself, so that candidates form groups."""
    once = skeleton(text)
    assert skeleton(once) == once


def test_no_radical_is_left_out():
    """Every assigned character of the radical and stroke blocks is read as an ideograph."""
    blocks = (range(0x2E80, 0x2F00), range(0x2F00, 0x2FD6), range(0x31C0, 0x31E4))
    radicals = [chr(c) for block in blocks for c in block if unicodedata.name(chr(c), "")]
    assert len(radicals) > 340
    assert all(flags_of(radical) == (NameFlag.RADICAL,) for radical in radicals)
    unread = [radical for radical in radicals[: 115 + 214] if skeleton(radical) == radical]
    assert unread == []


def test_the_table_of_look_alikes_leads_to_one_character_each():
    """No character of the table is read as one that is itself read as another."""
    table = names._look_alikes()
    assert not {ord(first) for first in table.values()} & set(table)


def test_compatibility_ideographs_are_told_from_the_twelve_ordinary_ones():
    """In the compatibility block only characters NFC replaces are flagged."""
    block = [chr(c) for c in range(0xF900, 0xFB00) if unicodedata.name(chr(c), "").startswith("CJK")]
    ordinary = [c for c in block if NameFlag.COMPATIBILITY not in flags_of(c)]
    assert ordinary == [*"﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"]


def test_no_character_breaks_the_reading():
    """Every code point there is can be read, alone, without an error other than a refusal."""
    for code in (*range(0x3000), *range(0x2E00, sys.maxunicode, 7)):
        character = chr(code)
        skeleton(character)
        flags_of(character)


def test_every_flag_speaks_both_languages():
    """What to look at is said in both languages."""
    for flag in NameFlag:
        assert flag.code
        assert flag.sentence("en") != flag.sentence("zh-hans")
