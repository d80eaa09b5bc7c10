"""The program as a stranger calls it: output caught, no process of its own."""

import contextlib
import io
import json
from dataclasses import dataclass

import pytest

from provident.verify.program import main


@dataclass(frozen=True)
class Answer:
    """What a call gave back."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict:
        return json.loads(self.out)

    @property
    def reason(self) -> str:
        """Return why the first file that is not proven is not."""
        return next(file["reason"] for file in self.document["files"] if not file["proven"])

    def says(self, sentence: str) -> bool:
        return any(sentence in said for file in self.document["files"] for said in file["says"])


def call(*arguments: object) -> Answer:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


@pytest.fixture
def verify():
    """Call the program; in English and as JSON unless the arguments say otherwise."""
    return lambda *arguments: call(*arguments, "--json", "--lang", "en")


@pytest.fixture
def plain():
    """Call the program as it is."""
    return call
