"""What a person is told: the record assembled in one place, and the yearly statement made of it.

Promise: pages, terminal, JSON and PDF all render the same PersonRecord; unknown, absent and zero are
different words in all of them; a name is never printed with a silent blank.
"""
