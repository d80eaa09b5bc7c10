"""Rewrite the reference pages that are made from the code: python -m tests.house.regenerate."""

from . import conftest  # noqa: F401 - sets Django up
from .generated import PAGES, pages


def main() -> None:
    """Write each page, and say which."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, make in pages().items():
        path = PAGES / name
        text = make()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
