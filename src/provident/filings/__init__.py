"""Filings: what employers send, and what the agency takes over from older systems.

Promise: a file is parsed, every row is checked against registers, enrolments, ledger and the law of
its month, and then the whole file is posted in one transaction or refused with a report that names
every fault. The same file again, in whatever format, changes nothing; a filing posted by mistake is
withdrawn by one act that undoes it exactly.
"""
