"""The resident's pages as they look, for the documents: `python tools/screenshots.py http://localhost:8000`.

Takes them of a running sample (`provident up`), signed in as the sample resident with gaps: on a desktop
and on a phone, in both languages, as small PNGs under docs/images.
"""

import argparse
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

_INTO = Path(__file__).resolve().parents[1] / "docs" / "images"
_SIZES = {"desktop": {"width": 1200, "height": 900}, "phone": {"width": 390, "height": 844}}
_PAGES = {
    "home": "/",
    "record": "/record/",
    "pension": "/pension/?category=female55",
    "looks": "/looks/",
    "inbox": "/inbox/",
    "my-data": "/my-data/",
}
_TALLEST = 1700  # pixels: what is further down says little in a document


def main() -> None:
    """Take them all."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("address")
    told.add_argument("--into", type=Path, default=_INTO)
    options = told.parse_args()
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for size in _SIZES:
            for language in ("en", "zh-hans"):
                page = signed_in(chromium, options.address, size, language)
                for name, path in _PAGES.items():
                    page.goto(options.address + path)
                    take(page, options.into / f"{name}-{size}-{language}.png")
                page.context.close()
        chromium.close()


def signed_in(chromium: Browser, address: str, size: str, language: str) -> Page:
    """Return a window of that size in that language, signed in as the resident with gaps."""
    context = chromium.new_context(viewport=_SIZES[size], color_scheme="light", locale="en-GB")
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.locator("button[name=account]").first.click()
    page.wait_for_load_state()
    return page


def take(page: Page, path: Path) -> None:
    """Save the page, or its upper part where it is long, in few colours."""
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), _TALLEST)
    page.screenshot(
        path=path,
        full_page=True,
        clip={"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height},
    )
    with Image.open(path) as taken:
        taken.convert("P", palette=Image.Palette.ADAPTIVE, colors=48).save(path, optimize=True)


if __name__ == "__main__":
    main()
