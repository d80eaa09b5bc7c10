"""The last part of the yearly statement: what the attached receipt proves, and how anybody can check it."""

from collections.abc import Iterator

from provident.statements.receipts import checking
from provident.statements.receipts.records import FILE, Receipt
from provident.statements.yearly.front import Subject, agency_name
from provident.statements.yearly.sheet import Block, Code, Heading, Items, Paragraph


def proof(subject: Subject) -> Iterator[Block]:
    """Yield what is attached, what that proves, and where it is checked."""
    words, receipt = subject.words, subject.receipt
    yield Heading(1, words.say("proof.heading"))
    if receipt is None:
        yield Paragraph(words.say("proof.none", year=subject.year))
        return
    moment = words.moment(receipt.time, subject.record.agency.zone)
    agency = agency_name(subject.record, words)
    facts = {"file": FILE, "year": subject.year, "agency": agency, "moment": moment}
    yield Paragraph(words.count("proof.proven", receipt.entries, **facts))
    yield Items(tuple(_more(subject, receipt)), "note")
    address = checking.address()
    how = words.many("proof.how")
    texts = tuple(one.format(address=address, file=FILE) for one in how)
    yield Code(address, words.say("proof.code", address=address), texts)


def _more(subject: Subject, receipt: Receipt) -> Iterator[str]:
    words = subject.words
    if receipt.witnesses:
        yield words.say("proof.witnesses", names=words.listed(list(receipt.witnesses)))
    else:
        yield words.say("proof.no_witness")
    if receipt.waiting:
        yield words.count("proof.waiting", len(receipt.waiting))
    if receipt.unlinked:
        yield words.count("proof.unlinked", receipt.unlinked)
    yield words.say("proof.key")
