"""Receipts: what a person keeps to prove, without us, what was in the ledger (docs/spec/receipt.md).

A receipt holds the entries as they were hashed, with the salt of each, and never the secret the salts
are made from, a name or an official number.
"""

from provident.statements.receipts.making import FIELD, FIELDS, Receipts, of_statement
from provident.statements.receipts.records import Receipt

__all__ = ["FIELD", "FIELDS", "Receipt", "Receipts", "of_statement"]
