"""Who may look, and the log of every look: the one door to a person.

Promise: a record opens only through open_record, read_record or open_run, for a named purpose, to somebody an
unexpired role or grant entitles; the look is written first, a refused one too, and the person can
read both. The database decides and enforces this itself: setting a variable, forging a look or
coming after another transaction opens nothing.

What the database cannot know is whether the application names the right actor; signing in is the
doors' duty.
"""

from provident.access.door import open_record, open_run, read_record

__all__ = ["open_record", "open_run", "read_record"]
