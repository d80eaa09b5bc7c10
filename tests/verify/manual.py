"""The samples with which docs/spec/tree.md, checkpoint.md and receipt.md open, made anew."""

import re
from pathlib import Path

from . import small_log as small

FOLDER = Path(__file__).parents[2] / "docs" / "spec"
OLDER = 3


def tree_sample() -> str:
    """Return seven leaves, their root, one inclusion proof, one consistency proof."""
    leaves = small.SmallLog.of(7).leaves
    lines = [f"leaf {n}                  {leaf.hex()}" for n, leaf in enumerate(leaves)]
    lines += [f"root of 0                {small.root([]).hex()}"]
    lines += [f"root of {n}                {small.root(leaves[:n]).hex()}" for n in (1, OLDER, 7)]
    lines += [f"leaf 2 in 7              {node.hex()}" for node in small.path(2, leaves)]
    lines += [f"3 begins 7               {node.hex()}" for node in small.consistency(OLDER, leaves)]
    return "\n".join(lines)


def checkpoint_sample() -> str:
    """Return the checkpoint over the same leaves, co-signed."""
    return small.checkpoint(small.SmallLog.of(7).leaves).rstrip("\n")


def keys_sample() -> str:
    """Return a keys file: the current key, an earlier one, a witness."""
    return f"{small.NEXT.vkey}\n{small.LOG.vkey} # until 7\n{small.WITNESSING.vkey}"


def beginning_sample() -> str:
    """Return the beginning of the second epoch over the same leaves."""
    text = small.beginning(small.SmallLog.of(7).leaves)
    return f"{text}\n{small.SECOND.line(text)}".rstrip("\n")


def receipt_sample() -> str:
    """Return a receipt with the entry and the event of the hashed form's manual."""
    return small.written(small.SmallLog.of(7).receipt()).decode().rstrip("\n")


SAMPLES = {
    "tree.md": (tree_sample,),
    "checkpoint.md": (checkpoint_sample, keys_sample, beginning_sample),
    "receipt.md": (receipt_sample,),
}


def printed(page: str) -> list[str]:
    """Return the literal samples of a page, in order."""
    text = (FOLDER / page).read_text(encoding="utf-8")
    return re.findall(r"^```\w*\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
