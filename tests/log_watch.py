"""What a test run's logs say, and whom they name: nobody.

Every line the product would log is kept as it would be written, with what servers started by tests wrote;
every name and number that was registered in a test's database is looked for in them when the run ends.
"""

import logging
import re

import psycopg

_REGISTERED = """
    SELECT name FROM identity_name UNION SELECT original FROM identity_name WHERE original IS NOT NULL
    UNION SELECT normal FROM identity_number"""
# Of tests that commit nothing: the people of tests/filings/world.py, and official numbers of any form.
_ALWAYS = re.compile(r"\bPerson \d+\b|(?<!\d)\d{17}[\dXx](?![\dA-Za-z])|(?<!\d)\d{15}(?!\d)")


class Watch(logging.Handler):
    """Keeps lines and names."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line as the product writes it."""
        self.lines.append(self.format(record))

    def learn(self, url: str, database: str) -> None:
        """Learn who was registered in a database that is about to be dropped."""
        with psycopg.connect(url, dbname=database) as connection:
            self.names |= {name for (name,) in connection.execute(_REGISTERED) if len(name) > 1}

    def findings(self) -> list[str]:
        """Return the lines that name somebody."""
        told = re.compile("|".join(map(re.escape, sorted(self.names)))) if self.names else None
        return [line for line in self.lines if _ALWAYS.search(line) or (told and told.search(line))]


watch = Watch()


def begin() -> None:
    """Listen to everything that is logged, with the product's own formatter."""
    from provident.portal.accounts.requests import Discreet  # noqa: PLC0415 - after Django is set up

    watch.setFormatter(Discreet())
    logging.getLogger().addHandler(watch)
