"""Rewrite the reference pages that are made from the code: python -m tests.house.regenerate."""

from importlib import import_module

from .conftest import set_up


def main() -> None:
    """Write each page, and say which."""
    set_up()
    generated = import_module(".generated", __package__)  # imports rooms, which need Django set up
    generated.PAGES.mkdir(parents=True, exist_ok=True)
    for name, make in generated.pages().items():
        path = generated.PAGES / name
        text = make()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
