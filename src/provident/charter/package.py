"""Finding what is to be walked in the folder of a package: its catalogues."""

from pathlib import Path

import yaml

# The compiled loader where the library brings it: every pack's files are read.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SENTENCES = frozenset(("en.yaml", "zh-hans.yaml"))  # what pages say, not what is stored


def catalogues_of(root: Path) -> dict[str, object]:
    """Return every catalogue below a package's folder, parsed, by its path in it."""
    return {
        path.relative_to(root).as_posix(): yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - both are safe
        for path in sorted(root.rglob("*.yaml"))
        if path.name not in _SENTENCES
    }
