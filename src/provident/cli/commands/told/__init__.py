"""Commands that write what a person is told and keeps: statements and receipts."""
