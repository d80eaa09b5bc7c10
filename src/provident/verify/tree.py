"""The Merkle tree of RFC 9162 from the checking side: hashes, inclusion, consistency."""

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(form: bytes) -> bytes:
    """Return the leaf of a hashed form."""
    return hashlib.sha256(b"\0" + form).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the node above two nodes."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees a growing tree consists of, largest first."""

    def __init__(self) -> None:
        self._nodes: list[tuple[int, bytes]] = []

    def add(self, node: bytes, level: int = 0) -> None:
        """Append a perfect subtree of 2**level leaves; the tree's size must be a multiple of that."""
        while self._nodes and self._nodes[-1][0] == level:
            node = node_hash(self._nodes.pop()[1], node)
            level += 1
        self._nodes.append((level, node))

    def root(self) -> bytes:
        """Return the root of what has been added so far."""
        if not self._nodes:
            return EMPTY_ROOT
        root = self._nodes[-1][1]
        for _, node in reversed(self._nodes[:-1]):
            root = node_hash(node, root)
        return root


def root_of_proof(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root an inclusion proof leads to; None if it does not fit index and size.

    RFC 9162, section 2.1.3.2, steps 1 to 5; step 6 is the caller's comparison.
    """
    if not 0 <= index < size:  # 1
        return None
    at, last = index, size - 1  # 2
    root = leaf  # 3
    for node in proof:  # 4
        if last == 0:  # 4a
            return None
        if at & 1 or at == last:  # 4b
            root = node_hash(node, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:  # 4c
            root = node_hash(root, node)
        at, last = at >> 1, last >> 1  # 4d
    return root if last == 0 else None  # 5


def verify_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether the leaf is at this index of the tree of this size and root."""
    return root_of_proof(leaf, index, size, proof) == root


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether the tree of the new size and root begins with the whole of the old one.

    RFC 9162, section 2.1.4.2. Every tree continues the empty one; then, and between equal sizes, the
    proof is empty.
    """
    if not 0 <= old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    if not proof:  # 1
        return False
    path = list(proof)
    if old_size & (old_size - 1) == 0:  # 2
        path.insert(0, old_root)
    at, last = old_size - 1, new_size - 1  # 3
    while at & 1:  # 4
        at, last = at >> 1, last >> 1
    old = new = path[0]  # 5
    for node in path[1:]:  # 6
        if last == 0:  # 6a
            return False
        if at & 1 or at == last:  # 6b
            old, new = node_hash(node, old), node_hash(node, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:  # 6c
            new = node_hash(new, node)
        at, last = at >> 1, last >> 1  # 6d
    return last == 0 and old == old_root and new == new_root  # 7
