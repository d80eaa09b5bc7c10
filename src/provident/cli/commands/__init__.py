"""The commands, one small module for each group. A new group is one more line here."""

import typer

from provident.cli.commands import (
    agency,
    backup,
    calculate,
    charter,
    doctor,
    employer,
    filing,
    forget,
    law,
    record,
    up,
    user,
)
from provident.cli.commands.logs import checkpoint, export, key, recover, verify, witness
from provident.cli.commands.told import receipt, statement


def register_all(app: typer.Typer) -> None:
    """Add every command to the program, in the order in which help lists them."""
    for group in (
        up,
        filing,
        record,
        statement,
        receipt,
        forget,
        checkpoint,
        calculate,
        law,
        agency,
        employer,
        user,
        verify,
        export,
        key,
        recover,
        witness,
        backup,
        charter,
        doctor,
    ):
        group.register(app)
