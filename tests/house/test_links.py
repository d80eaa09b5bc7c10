"""Pages lead to files that are there."""

import re

from .tree import ROOT, name_of, text_of, tracked


def test_links_lead_somewhere():
    """A relative link in a page names a file that is there."""
    broken = [
        f"{name_of(path)} {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text_of(path))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_files_that_a_page_names_are_there():
    """A path in code type below docs, bench, src or tests names a file that is there."""
    broken = [
        f"{name_of(path)} {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(
            r"`((?:docs|bench|src|tests|tools|requirements)/[\w./-]+\.\w+)`", text_of(path)
        )
        if not (ROOT / target).exists()
    ]
    assert broken == []
