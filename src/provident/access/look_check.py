"""The operator's check of the looks: each is still the leaf that was sealed."""

from typing import TYPE_CHECKING

import numpy as np

from provident.access.look_log import LookSource, SealedLook
from provident.ledger.check.checking import Going
from provident.ledger.seal.tree import HASH

if TYPE_CHECKING:
    from provident.ledger.check.findings import Findings

_AT_ONCE = 20_000


def look_rows(going: Going, from_scratch: bool) -> None:
    """Go over the looks that have a position; from the beginning, also name those put in past the log."""
    source = LookSource()
    looks = source.looks(going.start, going.tree.size)
    position = going.start
    one = next(looks, None)
    while position < going.tree.size:
        count = min(_AT_ONCE, going.tree.size - position)
        found, stood = np.zeros((count, HASH), "u1"), {}
        while one is not None and one.position < position + count:
            stood[one.position] = one
            found[one.position - position] = np.frombuffer(one.unlinked or one.leaf or bytes(HASH), "u1")
            one = next(looks, None)
        same = going.tree.take(found)
        for at in np.flatnonzero(~same).tolist():
            _name(going, position + at, stood.get(position + at))
        going.findings.unlinked["looks"] += sum(
            1 for one_ in stood.values() if one_.unlinked is not None and same[one_.position - position]
        )
        position += count
    if from_scratch:
        for look in source.left_out():
            going.findings.add("look.surplus", log="looks", what=str(look))


def _name(going: Going, position: int, look: SealedLook | None) -> None:
    findings: Findings = going.findings
    if look is None or (look.leaf or look.unlinked) is None:
        findings.add("look.missing", log="looks", position=position)
    else:
        findings.add("look.changed", log="looks", position=position, what=str(look.look))
