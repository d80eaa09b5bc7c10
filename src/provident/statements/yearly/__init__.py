"""The yearly statement: what it says, in which order, before anything is drawn."""

from provident.kernel.words import Language
from provident.statements.phrases import phrases
from provident.statements.receipts.records import Receipt
from provident.statements.records import PersonRecord
from provident.statements.yearly.detail import detail
from provident.statements.yearly.front import Subject, agency_name, front
from provident.statements.yearly.proof import proof
from provident.statements.yearly.sheet import Sheet

__all__ = ["yearly"]


def yearly(
    record: PersonRecord, year: int, language: Language, reference: str, receipt: Receipt | None = None
) -> Sheet:
    """Return the yearly statement of one person as a sheet; it tells of the receipt attached, if any."""
    words = phrases(language)
    subject = Subject(record, year, words, reference, receipt)
    name = record.person.name
    return Sheet(
        language=words.language,
        title=words.say("statement.title", year=year),
        document_title=words.say("statement.document_title", year=year, name=name),
        description=words.say("statement.description", year=year),
        agency=agency_name(record, words),
        subtitle=words.say("statement.subtitle"),
        reference=reference,
        page=words.say("format.page", page="{page}", pages="{pages}"),
        blocks=(*front(subject), *detail(subject), *proof(subject)),
    )
