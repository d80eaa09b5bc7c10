"""`provident statement` and `provident statements`: one yearly statement as PDF, or everyone's."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from provident.cli.commands.record import FIELDS, PERSON, opened_person
from provident.cli.commands.told.receipt import seal_what_waits
from provident.cli.installation import acting, installation
from provident.cli.language import told
from provident.cli.session import Session, command, err_console
from provident.kernel.words import Language

if TYPE_CHECKING:
    from provident.statements.actions import Written

_YEAR = typer.Option(min=1900, max=2999, help=told("Year of the statement.", "记录单年度。"))
_OUT_FILE = typer.Option(
    metavar="FILE",
    help=told(
        "File to write; default statement-YEAR-LANG.pdf here.",
        "输出文件；默认为当前目录的 statement-年度-语言.pdf。",
    ),
)
_OUT_FOLDER = typer.Option(metavar="DIR", help=told("Folder for the files.", "存放文件的文件夹。"))
_LANGUAGES = typer.Option(
    metavar="LANG[,LANG]", help=told("Languages to write, e.g. zh-hans.", "记录单语言，例如 zh-hans。")
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    about = told("Write a person's yearly statement as a PDF.", "生成个人年度权益记录单（PDF）。")
    command(app, "statement", help=about)(statement)
    about = told(
        "Write everyone's yearly statements; a stopped run is carried on with.",
        "生成全部人员的年度权益记录单；中断后可继续。",
    )
    command(app, "statements", help=about)(statements)


def statement(
    session: Session,
    person: Annotated[str, PERSON],
    year: Annotated[int, _YEAR],
    out: Annotated[Path | None, _OUT_FILE] = None,
) -> None:
    """Open the record, which the person will see was opened, and write the statement."""
    path = (out or Path(f"statement-{year}-{session.language.value}.pdf")).expanduser().absolute()
    with installation(session):
        from provident.cases.queries import with_disputes
        from provident.statements import pdf, queries
        from provident.statements.manifest import write_whole
        from provident.statements.receipts import FIELD, of_statement

        seal_what_waits(session)
        # Who acts for somebody may have been let see the record and not what is asked about it.
        asked = ("events",) if session.purpose in ("", "console") else ()
        with opened_person(session, person, (*FIELDS, *asked, FIELD)) as opened:
            found = with_disputes(opened, queries.record(opened))
            receipt = of_statement(opened, year, known_on=found.known_on)
        reference = pdf.new_reference(year)
        drawn = pdf.render(found, year, session.language, reference, receipt)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, drawn)
    document = {
        "file": str(path),
        "year": year,
        "language": session.language.value,
        "reference": reference,
        "sha256": hashlib.sha256(drawn).hexdigest(),
        "receipt": receipt.document() if receipt else None,
    }
    session.answer(document, session.text(f"Statement {reference}: {path}", f"记录单 {reference}：{path}"))


def statements(
    session: Session,
    year: Annotated[int, _YEAR],
    out: Annotated[Path, _OUT_FOLDER],
    languages: Annotated[str, _LANGUAGES] = "zh-hans,en",
) -> None:
    """Write what is not written yet; exit 1 if somebody's statement could not be made."""
    wanted = _languages(languages)
    with installation(session):
        from provident.statements import actions

        seal_what_waits(session)
        with _bar() as bar:
            task = bar.add_task(session.text("Statements", "记录单"), total=None)
            written = actions.write_all(
                year=year,
                out_dir=out.expanduser().absolute(),
                languages=wanted,
                by=acting(session),
                progress=lambda done, whole: bar.update(task, completed=done, total=whole),
            )
    session.answer(_document(written), *_shown(session, written))
    if written.refused:
        raise typer.Exit(1)


def _languages(text: str) -> tuple[Language, ...]:
    try:
        return tuple(dict.fromkeys(Language(one.strip()) for one in text.split(",")))
    except ValueError:
        raise typer.BadParameter(", ".join(Language), param_hint="--languages") from None


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err_console(),
    )


def _document(written: "Written") -> dict[str, object]:
    return {
        "folder": str(written.folder),
        "index": str(written.index),
        "known_on": written.known_on.isoformat(),
        "persons": written.persons,
        "files": written.files,
        "made": written.made,
        "nothing_on_record": written.nothing,
        "refused": [{"record": one.record, **one.refusal.as_document()} for one in written.refused],
    }


def _shown(session: Session, written: "Written") -> list[str]:
    files, persons, made = written.files, written.persons, written.made
    lines = [
        session.text(
            f"{files} files for {persons} persons in {written.folder} ({made} persons now).",
            f"{written.folder} 中有 {persons} 人的 {files} 个文件（本次 {made} 人）。",
        ),
        session.text(f"List of files: {written.index}", f"文件清单：{written.index}"),
    ]
    if written.nothing:
        lines.append(
            session.text(
                f"{written.nothing} persons have nothing on record up to that year.",
                f"{written.nothing} 人截至该年度没有任何记录。",
            )
        )
    lines += [f"{one.record}: {one.refusal.sentence(session.language)}" for one in written.refused]
    return lines
