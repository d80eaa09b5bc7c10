"""The journal: everything the log `ledger` was made of, outside the database, and the way back in.

Promise: what was sealed is written once, in files anybody can read (docs/spec/journal.md), in the order
it has in the log; from them a ledger that lost its end is filled up again, byte for byte, until the tree
has the root that was signed. The journal holds personal facts and the secrets of persons: it is never
published.
"""
