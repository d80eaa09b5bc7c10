"""The receipt inside the statement: what the file declares of it, what the pages say, where the code leads."""

import datetime as dt
import io
import re
import shutil
import subprocess
import uuid
from dataclasses import replace

import numpy as np
import pypdf
import pytest
import segno

from provident.kernel.words import Language
from provident.statements import pdf
from provident.statements.phrases import phrases
from provident.statements.receipts.checking import code_svg
from provident.statements.receipts.records import FILE, Receipt
from provident.statements.yearly import yearly
from provident.statements.yearly.sheet import Code
from provident.verify.pdf import attached_receipt

from .people import eventful
from .test_pdf import squeezed, structure

PORTAL = "https://records.agency.example"
CODES_SIDE = 30  # millimetres, with the white around it
LEFT = 18
RECEIPT = Receipt(
    raw=b'{"format":"provident-receipt/1","'
    + "说明".encode()
    + b'":"'
    + b"0123456789abcdef" * 4000
    + b'"}\n',
    origin="log.agency.example/ledger",
    size=1000,
    time=dt.datetime(2026, 2, 1, tzinfo=dt.UTC),
    witnesses=(),
    entries=120,
    unlinked=0,
    waiting=(),
)


@pytest.fixture(autouse=True)
def portal(settings):
    settings.PORTAL_URL = PORTAL


def drawn(language: Language, receipt: Receipt = RECEIPT) -> bytes:
    return pdf.render(eventful(), 2025, language, "2025-7F3K-9QWD-M2XA", receipt)


def reader_of(raw: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(raw))


@pytest.mark.parametrize("language", list(Language))
def test_the_file_declares_its_attachment(language: Language):
    """PDF/A-3 wants to be told of each attachment: name, kind, day, relation, and a description to read."""
    root = reader_of(drawn(language)).trailer["/Root"]
    (specification,) = (one.get_object() for one in root["/AF"])
    assert specification["/AFRelationship"] == "/Data"
    assert specification["/F"] == specification["/UF"] == FILE
    assert specification["/Desc"] == phrases(language).say("proof.attachment")
    embedded = specification["/EF"]["/F"].get_object()
    assert embedded["/Subtype"] == "/application/json"
    assert "/ModDate" in embedded["/Params"]
    assert "<pdfaid:part>3</pdfaid:part>" in root["/Metadata"].get_data().decode()


def test_the_attachment_comes_out_as_it_went_in():
    """Whoever takes the attachment out, a PDF library or the stranger's program, has the same bytes."""
    raw = drawn(Language.EN)
    assert reader_of(raw).attachments == {FILE: [RECEIPT.raw]}
    assert attached_receipt(raw, 1 << 20) == RECEIPT.raw


def test_without_a_receipt_nothing_is_attached():
    """A statement of what is not sealed yet has no attachment, and no code that would lead to a check."""
    raw = pdf.render(eventful(), 2025, Language.EN)
    assert reader_of(raw).attachments == {}
    blocks = yearly(eventful(), 2025, Language.EN, "").blocks
    assert not [one for one in blocks if isinstance(one, Code)]


@pytest.mark.parametrize("language", list(Language))
def test_the_pages_say_what_the_attachment_proves(language: Language):
    """How many entries, when, co-signed by whom, what is not in it yet, and how to check it."""
    told = replace(RECEIPT, witnesses=("w.example/1", "w.example/2"), unlinked=2, waiting=(uuid.uuid4(),))
    reader = reader_of(drawn(language, told))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    words = phrases(language)
    assert "120" in text
    assert squeezed(words.say("proof.witnesses", names=words.listed(list(told.witnesses)))) in text
    assert squeezed(words.count("proof.waiting", 1)) in text
    assert squeezed(words.count("proof.unlinked", 2)) in text
    assert f"{PORTAL}/check/" in text
    alone = squeezed("".join(page.extract_text() for page in reader_of(drawn(language)).pages))
    assert squeezed(words.say("proof.no_witness")) in alone


@pytest.mark.parametrize("language", list(Language))
def test_the_code_is_told_in_words(language: Language):
    """Somebody who cannot see the code hears where it leads."""
    tree = reader_of(drawn(language)).trailer["/Root"]["/StructTreeRoot"]["/K"]
    assert structure(tree).count("/Figure") == 1
    assert alternatives(tree) == [phrases(language).say("proof.code", address=f"{PORTAL}/check/")]


def alternatives(node: object) -> list[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [text for one in node for text in alternatives(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def modules(address: str) -> np.ndarray:
    """Return the code as it must be: dark where 1."""
    return np.array([list(row) for row in segno.make_qr(address, error="m").matrix], "u1") & 1


def test_the_drawing_is_the_code():
    """Every run of dark modules in the SVG is one of the code's, and none is left out."""
    wanted = modules(f"{PORTAL}/check/")
    found = np.zeros_like(wanted)
    (path,) = re.findall(r' d="([^"]+)"', code_svg(f"{PORTAL}/check/"))
    x = y = 0.0
    for letter, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if letter == "M":
            x, y = float(first), float(second)
        elif letter == "m":
            x, y = x + float(first), y + float(second)
        else:
            found[int(y) - 4, int(x) - 4 : int(x + float(first)) - 4] = 1
            x += float(first)
    assert (found == wanted).all()


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm: install poppler-utils")
def test_the_code_on_the_page_leads_to_the_check(tmp_path):
    """Drawn as a printer would, the page shows module for module the code of the check's address."""
    (tmp_path / "statement.pdf").write_bytes(drawn(Language.EN))
    call = ["pdftoppm", "-r", "300", "-gray", tmp_path / "statement.pdf", tmp_path / "page"]
    subprocess.run(call, check=True)
    last = max(tmp_path.glob("page-*.pgm")).read_bytes()
    width, height = map(int, last.split(b"\n", 3)[1].split())
    page = np.frombuffer(last[-width * height :], "u1").reshape(height, width) < 128
    wanted = modules(f"{PORTAL}/check/")
    module = CODES_SIDE / (len(wanted) + 8) * 300 / 25.4
    left = LEFT * 300 / 25.4 + 4 * module
    at = (np.arange(len(wanted)) + 0.5) * module
    columns = (left + at).astype(int)
    finder = (
        round(7 * module) - 2
    )  # the code's first row begins with seven dark modules (lines of tables are as dark)
    strip = page[:, round(left) : round(left) + finder]
    tops = np.flatnonzero(strip.sum(axis=1) >= finder - 1)
    found = [
        page[np.ix_((top + at).astype(int), columns)] for top in tops if top + len(wanted) * module < height
    ]
    assert any((one == wanted).all() for one in found)
