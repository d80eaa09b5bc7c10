"""Statements a second against WeasyPrint on the same page: `python bench/statements.py`.

Unit: WeasyPrint writing PDF/UA-1 from the same blocks as HTML, with the same typeface, in one process
that keeps its font configuration, a receipt made beforehand attached. Ours: the same blocks as PDF/UA-1
and PDF/A-3a by the typst compiler of `statements.pdf`, everything counted from the frozen record on, also
the making of the receipt (proofs for 120 entries) and its attaching. Each pair in turn, new data every
time, medians of the rounds, busy CPU time beside. WeasyPrint is in the `bench` dependency group.
"""

import argparse
import html
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "provident.config.settings")

# WeasyPrint finds typefaces through fontconfig: give it the same one, and nothing else.
import noto_cjk_sans_otc  # noqa: E402

_FONTS = Path(tempfile.mkdtemp(prefix="provident-bench-"))
(_FONTS / "fonts.conf").write_text(
    f"<fontconfig><dir>{Path(noto_cjk_sans_otc.__file__).parent}</dir>"
    f"<cachedir>{_FONTS}/cache</cachedir></fontconfig>"
)
os.environ["FONTCONFIG_FILE"] = str(_FONTS / "fonts.conf")

import a_year  # noqa: E402
import weasyprint  # noqa: E402
from statements.people import eventful  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402

from provident.kernel.words import Language  # noqa: E402
from provident.statements import glyphs, pdf  # noqa: E402
from provident.statements.receipts import Receipt  # noqa: E402
from provident.statements.receipts.checking import code_svg  # noqa: E402
from provident.statements.receipts.records import FILE  # noqa: E402
from provident.statements.records import PersonRecord  # noqa: E402
from provident.statements.yearly import yearly  # noqa: E402
from provident.statements.yearly.sheet import (  # noqa: E402
    Code,
    Facts,
    Heading,
    Items,
    Paragraph,
    Sheet,
    Table,
)

STYLE = """
@page { size: A4; margin: 15mm 18mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); } }
body { font: 9.5pt "Noto Sans CJK SC"; color: #1d2b36; } h1 { font-size: 20pt; } h2 { font-size: 12.5pt; }
h3 { font-size: 10pt; } .note { font-size: 8.5pt; color: #4a5a66; } .warning { background: #fdf1dc; }
table { width: 100%; border-collapse: collapse; font-size: 8.3pt; break-inside: avoid; }
th, td { padding: 2.7pt 4pt; border-bottom: 0.35pt solid #9fb0bb; text-align: left; }
.r { text-align: right; } .marked { background: #fdf1dc; } img { width: 30mm; }
"""


def as_html(sheet: Sheet) -> str:
    """Return the blocks of a sheet as HTML."""
    parts = [f"<h1>{html.escape(sheet.title)}</h1>"]
    for block in sheet.blocks:
        match block:
            case Heading():
                parts.append(f"<h{block.level + 1}>{html.escape(block.text)}</h{block.level + 1}>")
            case Paragraph():
                parts.append(f'<p class="{block.tone}">{html.escape(block.text)}</p>')
            case Items():
                lines = "".join(f"<li>{html.escape(text)}</li>" for text in block.texts)
                parts.append(f'<ul class="{block.tone}">{lines}</ul>')
            case Facts():
                parts.append(
                    "<dl>"
                    + "".join(f"<dt>{a}</dt><dd>{html.escape(b)}</dd>" for a, b in block.pairs)
                    + "</dl>"
                )
            case Code():
                drawn = f"data:image/svg+xml,{quote(code_svg(block.address))}"
                code = f'<img alt="{html.escape(block.alternative)}" src="{drawn}">'
                lines = "".join(f"<li>{html.escape(text)}</li>" for text in block.texts)
                parts.append(f"{code}<ul>{lines}</ul>")
            case Table():
                parts.append(_table(block))
    lang = "zh-CN" if sheet.language is Language.ZH_HANS else "en"
    head = f"<title>{html.escape(sheet.document_title)}</title><style>{STYLE}</style>"
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _table(block: Table) -> str:
    def cells(tag: str, row: tuple[str, ...]) -> str:
        return "".join(
            f'<{tag} class="{a}">{html.escape(cell)}</{tag}>'
            for a, cell in zip(block.align, row, strict=True)
        )

    rows = "".join(
        f'<tr class="{"marked" if index in block.marked else ""}">{cells("td", row)}</tr>'
        for index, row in enumerate((*block.rows, *([block.total] if block.total else [])))
    )
    return f"<table><thead><tr>{cells('th', block.columns)}</tr></thead><tbody>{rows}</tbody></table>"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument(
        "--pages", type=int, default=10, help="statements by us in a round (WeasyPrint makes 2)"
    )
    asked = options.parse_args()
    fonts = FontConfiguration()
    glyphs.drawable()
    receipts, having = a_year.people(_PEOPLE)

    def receipt(serial: int) -> Receipt:
        return receipts.assemble(having[serial % _PEOPLE], ())

    ready = receipt(0)
    print(f"receipt: {ready.entries} entries, {len(ready.raw):,} bytes")

    def ours(language: Language, serial: int) -> bytes:
        return pdf.render(_person(serial), 2025, language, receipt=receipt(serial))

    def theirs(language: Language, serial: int) -> bytes:
        sheet = yearly(_person(serial), 2025, language, pdf.new_reference(2025), ready)
        page = weasyprint.HTML(string=as_html(sheet))
        attached = weasyprint.Attachment(string=ready.raw, name=FILE, description="-", relationship="Data")
        told = {"pdf_variant": "pdf/ua-1", "pdf_tags": True, "attachments": [attached]}
        made = page.write_pdf(font_config=fonts, **told)
        assert isinstance(made, bytes)
        return made

    for language in Language:
        ours(language, 0), theirs(language, 0)
        took: dict[str, list[float]] = {"typst": [], "weasyprint": []}
        busy = dict.fromkeys(took, 0.0)
        for turn in range(asked.rounds):
            for name, make, count in (("typst", ours, asked.pages), ("weasyprint", theirs, 2)):
                start, cpu = time.perf_counter(), time.process_time()
                for serial in range(count):
                    make(language, 1 + turn * 100 + serial)
                took[name].append((time.perf_counter() - start) / count)
                busy[name] += (time.process_time() - cpu) / count / asked.rounds
        per = {name: statistics.median(values) for name, values in took.items()}
        print(
            f"{language.value}: typst {per['typst'] * 1000:.1f} ms (cpu {busy['typst'] * 1000:.1f}), "
            f"weasyprint {per['weasyprint'] * 1000:.0f} ms (cpu {busy['weasyprint'] * 1000:.0f}), "
            f"ratio {per['weasyprint'] / per['typst']:.1f}"
        )


_PEOPLE = 100
_RECORD = eventful()


def _person(serial: int) -> PersonRecord:
    return replace(_RECORD, person=replace(_RECORD.person, name=f"欧阳㐂𠮷{serial}"))


if __name__ == "__main__":
    main()
