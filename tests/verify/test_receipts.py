"""Receipts: what is proven is said, and what does not hold is named."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.ledger import sample_entry as sample
from tests.ledger.test_form import entries as any_entry
from tests.ledger.test_form import headings as any_heading

from provident.kernel import words
from provident.verify import forms
from provident.verify.checking import Against, check
from provident.verify.forms import form_of
from provident.verify.receipts import check_receipt
from provident.verify.signing import Trust
from provident.verify.verdicts import LANGUAGES, NotProven

from . import small_log as small

LOG = small.SmallLog.of(7)
RECEIPT = small.written(LOG.receipt())


@pytest.fixture
def saved(tmp_path):
    """Write a receipt, changed by a function or as it is, and return its path."""

    def write(change=None, receipt=None):
        document = receipt or LOG.receipt()
        if change:
            change(document)
        path = tmp_path / "receipt.json"
        path.write_bytes(small.written(document))
        return path

    return write


def test_a_receipt_says_what_is_proven(verify, saved):
    """Entries, log, size, time, key and witness are told, and the code is 0."""
    answer = verify(saved())
    assert answer.code == 0
    file = answer.document["files"][0]
    assert (file["kind"], file["origin"], file["size"], file["time"]) == (
        "receipt",
        small.ORIGIN,
        7,
        small.TIME,
    )
    assert [one["position"] for one in file["entries"]] == [2, 5]
    assert file["entries"][0]["base"] == "5000.00"
    assert file["unlinked"] == [4]
    assert answer.says("Position 2: declared, pension, 2026-03. Wage base 5000.00, employee 400.00")
    assert answer.says("event cases.objection_lodged")
    assert answer.says("as it was at 2026-04-02 08:20:00 UTC, when it held 7 entries")
    assert answer.says(f"witness {small.WITNESS}")


def test_the_answer_speaks_chinese(plain, saved):
    """In Chinese no English word is left but names."""
    answer = plain(saved(), "--lang", "zh-hans")
    assert "已证实" in answer.out
    assert "养老保险" in answer.out
    assert "Proven" not in answer.out


def test_a_receipt_s_own_key_is_no_proof_of_whose_it_is(verify, saved):
    """Unless the key is given from elsewhere, the answer says that the receipt alone names it."""
    assert verify(saved()).says("Only the receipt itself names this key")
    answer = verify(saved(), "--key", small.LOG.vkey, "--key", small.WITNESSING.vkey)
    assert answer.says("It is a key you gave")
    assert answer.says("which you gave) at")
    assert answer.document["files"][0]["key_confirmed"]


def test_a_key_that_did_not_sign_proves_nothing(verify, saved):
    """A receipt under another key than the one given is not proven."""
    answer = verify(saved(), "--key", small.NEXT.vkey)
    assert (answer.code, answer.reason) == (3, "key_not_given")


def test_a_witness_key_alone_leaves_the_log_s_key_unconfirmed(verify, saved):
    """Knowing the witness confirms the witness, not the log."""
    answer = verify(saved(), "--key", small.WITNESSING.vkey)
    assert answer.code == 0
    assert answer.says("Only the receipt itself names this key")
    assert answer.says("which you gave) at")


@pytest.mark.parametrize("leg", ["base", "employee", "employer", "account", "fund", "region", "row"])
def test_an_altered_number_leads_elsewhere(verify, saved, leg):
    """One digit more or less in an entry, and the reason names the entry."""

    def change(receipt):
        receipt["entries"][0]["form"][leg] += 1

    answer = verify(saved(change))
    assert (answer.code, answer.reason) == (3, "id_wrong" if leg == "row" else "root")
    assert answer.says("entries[0]")


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        ("format", "provident-receipt/2", "format"),
        ("format", 1, "kind"),
        ("origin", "provident.other/ledger", "origin"),
        ("issued", "2026-04-02", "unknown_field"),
        ("keys", [], "key_unknown"),
        ("keys", [small.LOG.vkey], "signature_unlisted"),
        ("keys", [small.LOG.vkey, small.WITNESSING.vkey.replace("w1", "w2")], "key_malformed"),
        ("keys", [small.LOG.vkey, small.WITNESSING.vkey, small.LOG.vkey], "twice"),
        ("keys", "x", "wanted"),
        ("entries", [], "wanted"),
        ("entries", {}, "wanted"),
        ("entries.0.family", "other", "wanted"),
        ("entries.0.family", [], "wanted"),
        ("entries.0.payload", "{}", "unknown_field"),
        ("entries.1.payload", "{}", "payload_wrong"),
        ("entries.1.payload", "\ud800", "wanted"),
        ("entries.0.position", -1, "wanted"),
        ("entries.0.position", True, "wanted"),
        ("entries.0.position", 3, "root"),
        ("entries.0.position", 6, "position_twice"),
        ("entries.1.position", 6, "proof_length"),
        ("entries.1.position", 7, "position_beyond"),
        ("entries.1.position", 2, "position_twice"),
        ("entries.0.proof", [], "proof_length"),
        ("entries.0.proof.0", "AA==", "wanted"),
        ("entries.0.proof.0", "ym5liNVdWKcOC03mDC2rHkV0u5fWj6iGeYUqXaqp2wJ=", "wanted"),
        ("entries.0.form.month", "2026-13", "wanted"),
        ("entries.0.form.month", "0000-01", "wanted"),
        ("entries.0.form.month", None, "root"),
        ("entries.0.form.posted_at", "2026-02-30T08:15:30.123456Z", "wanted"),
        ("entries.0.form.posted_at", "2026-04-02T08:15:30Z", "wanted"),
        ("entries.0.form.person_key", "8000000000000001", "wanted"),
        ("entries.0.form.person_key", "000000000000000A", "wanted"),
        ("entries.0.form.employer_key", None, "root"),
        ("entries.0.form.employer_key", "0000000000000000", "wanted"),
        ("entries.0.form.reverses", "00000000-0000-0000-0000-000000000000", "wanted"),
        ("entries.0.form.branch", "Pension", "wanted"),
        ("entries.0.form.version", 2, "wanted"),
        ("entries.0.form.entry_id", "ea50e541-b8e8-87ee-ae18-65da00000008", "id_wrong"),
        ("entries.0.form.base", 1 << 63, "number"),
        ("entries.0.form.currency", "e\u0301", "wanted"),
        ("entries.0.form.currency", "", "root"),
        ("entries.0.form.pack_version", "a\nb", "wanted"),
        ("entries.0.form.name", "x", "unknown_field"),
        ("entries.0.form", None, "wanted"),
        ("unlinked.0.position", 5, "position_twice"),
        ("unlinked.0.leaf", small.b64(bytes(32)), "root"),
        ("unlinked", None, "wanted"),
        ("checkpoint", "", "note_malformed"),
        ("checkpoint", "a\n7\n\n", "note_malformed"),
        ("checkpoint", None, "wanted"),
    ],
)
def test_what_the_format_does_not_allow_is_refused(verify, saved, place, value, reason):
    """Each field out of its bounds is refused with its reason."""

    def change(receipt):
        *way, last = [int(part) if part.isdecimal() else part for part in place.split(".")]
        inner = receipt
        for part in way:
            inner = inner[part]
        inner[last] = value

    path = saved()
    document = LOG.receipt()
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    answer = verify(path)
    assert (answer.code, answer.reason) == (3, reason)


@pytest.mark.parametrize("field", ["format", "origin", "keys", "checkpoint", "entries", "unlinked"])
def test_a_missing_field_is_named(verify, saved, field):
    """Without any one field there is no receipt."""
    answer = verify(saved(lambda receipt: receipt.pop(field)))
    assert answer.reason == ("kind" if field == "format" else "missing")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "kind"),
        (b"\xff\xfe", "kind"),
        (b"{", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"a":' * 100_000, "not_json"),
        (b"{}", "kind"),
        (b"[]", "kind"),
        (b'{"a":NaN}', "number"),
        (b'{"a":-Infinity}', "number"),
        (b'{"a":1.0}', "number"),
        (b'{"a":1e400}', "number"),
        (b'{"a":-0}', "number"),
        (b'{"a":' + b"9" * 5000 + b"}", "number"),
        (b'{"a":9223372036854775808}', "number"),
        (b'{"a":1,"a":1}', "twice"),
        (b'{"format":"provident-receipt/1"}', "missing"),
        (b'{"a":"\xff"}', "not_json"),
        (b"\xef\xbb\xbf{}", "kind"),
    ],
)
def test_what_is_no_receipt_is_refused_plainly(verify, tmp_path, text, reason):
    """Whatever a file holds, the answer is a reason and the code 3."""
    path = tmp_path / "file"
    path.write_bytes(text)
    answer = verify(path)
    assert (answer.code, answer.reason) == (3, reason)


def test_a_repeated_name_in_a_receipt_is_refused(verify, tmp_path):
    """Of two fields with one name, readers would differ on which counts."""
    path = tmp_path / "twice.json"
    path.write_bytes(RECEIPT.replace(b'"base": 500000,', b'"base": 900000, "base": 500000,'))
    assert verify(path).reason == "twice"


def test_a_hidden_witness_signature_is_noticed(verify, saved):
    """A co-signature that does not hold refuses the receipt, though the log's own holds."""
    wrong = small.Key(small.WITNESS, bytes([8] * 32), 4)
    text = small.checkpoint(LOG.leaves, (small.LOG,))
    line = wrong.line(text.partition("\n\n")[0] + "\n").replace(
        small.b64(wrong.id)[:5], small.b64(small.WITNESSING.id)[:5]
    )
    answer = verify(saved(receipt=LOG.receipt(text + line)))
    assert answer.reason in ("signature_wrong", "signature_unlisted")


def test_a_checkpoint_without_time_makes_no_receipt(verify, saved):
    """Without the line that says when, a receipt has no since."""
    text = f"{small.ORIGIN}\n7\n{small.b64(small.root(LOG.leaves))}\n"
    receipt = LOG.receipt(text + "\n" + small.LOG.line(text))
    receipt["keys"] = [small.LOG.vkey]
    assert verify(saved(receipt=receipt)).reason == "checkpoint_malformed"


def outcome(raw, folder):
    path = folder / "flipped.json"
    path.write_bytes(raw)
    [(verdict, _)] = check(path, Against())
    return verdict


def test_every_altered_digit_is_refused(tmp_path):
    """Whichever digit of a receipt becomes another, the receipt is refused with a reason."""
    held = []
    for at in (at for at, byte in enumerate(RECEIPT) if chr(byte).isdigit()):
        for other in (b"0", b"7"):
            altered = RECEIPT[:at] + other + RECEIPT[at + 1 :]
            if altered != RECEIPT and outcome(altered, tmp_path).proven:
                held.append(RECEIPT[max(0, at - 20) : at + 5])
    assert outcome(RECEIPT, tmp_path).proven
    assert held == []


@given(st.integers(0, len(RECEIPT) - 1), st.integers(0, 7))
def test_every_flipped_bit_is_refused(tmp_path_factory, at, bit):
    """Whichever bit of a receipt flips, the receipt is refused with a reason in both languages."""
    altered = bytearray(RECEIPT)
    altered[at] ^= 1 << bit
    folder = tmp_path_factory.getbasetemp()
    verdict = outcome(bytes(altered), folder)
    meant = json.loads(RECEIPT)
    try:
        same = json.loads(bytes(altered)) == meant  # white space, or an escape for the same character
    except ValueError:
        same = False
    assert verdict.proven == same
    for language in LANGUAGES:
        assert all(sentence.say(language) for sentence in verdict.sentences)


@given(st.binary(max_size=300))
@example(b'{"format":"provident-receipt/1"' + b"}")
def test_no_bytes_break_the_check(tmp_path_factory, raw):
    """Arbitrary bytes are answered, never with an exception."""
    assert not outcome(raw, tmp_path_factory.getbasetemp()).proven


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def ways(value, before=()):
    yield before
    for key, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from ways(inner, (*before, key))


WAYS = [way for way in ways(LOG.receipt()) if way]


@given(st.sampled_from(WAYS), scraps)
def test_no_value_anywhere_breaks_the_check(tmp_path_factory, way, scrap):
    """Whatever stands in whichever field, the answer is a verdict."""
    receipt = LOG.receipt()
    inner = receipt
    for part in way[:-1]:
        inner = inner[part]
    same = inner[way[-1]] == scrap and type(inner[way[-1]]) is type(scrap)
    inner[way[-1]] = scrap
    verdict = outcome(json.dumps(receipt).encode(), tmp_path_factory.getbasetemp())
    assert verdict.proven == (same or (way == ("unlinked",) and scrap == []))


def test_the_words_are_the_ledger_s():
    """The words and numbers of the format are those of the kernel."""
    for ours, theirs in (
        (forms.KINDS, words.EntryKind),
        (forms.BRANCHES, words.Branch),
        (forms.SCHEMES, words.Scheme),
        (forms.EVIDENCE, words.Evidence),
        (forms.CHECKED, words.Checked),
        (forms.SUBJECTS, words.SubjectKind),
    ):
        assert ours == {one.name.lower(): one.value for one in theirs}


@given(any_heading, st.integers(0, (1 << 31) - 1), any_entry)
def test_any_entry_s_fields_give_back_its_form(heading, row, entry):
    """From the named fields the ledger's own bytes are made again, or the text is refused as not printable."""
    fields, leaf = small.money(entry, row, heading)
    fields["pack_version"] = sample.form.unicodedata.normalize("NFC", heading.pack_version)
    if not fields["pack_version"].isprintable():
        with pytest.raises(NotProven):
            form_of("money", fields, "form")
    else:
        assert sample.form.leaf_hash(form_of("money", fields, "form")) == leaf


def test_a_receipt_of_one_entry_in_a_log_of_one():
    """The shortest proof is empty."""
    fields, leaf = small.money()
    alone = {
        "format": "provident-receipt/1",
        "origin": small.ORIGIN,
        "keys": [small.LOG.vkey],
        "checkpoint": small.checkpoint([leaf], (small.LOG,)),
        "entries": [{"family": "money", "position": 0, "form": fields, "proof": []}],
        "unlinked": [],
    }
    assert check_receipt(alone, Trust()).entries[0].position == 0
