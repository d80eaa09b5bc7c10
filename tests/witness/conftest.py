"""Fixtures of the witness's tests."""

from tests.cli.conftest import run

__all__ = ["run"]
