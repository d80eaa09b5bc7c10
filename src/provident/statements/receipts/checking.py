"""Where a receipt is checked, as an address and as a code a phone reads."""

import io
from functools import lru_cache

import segno
from django.conf import settings

_QUIET_ZONE = 4  # modules of white around a QR code (ISO/IEC 18004)


def address() -> str:
    """Return the address of the portal's page that checks receipts."""
    return f"{settings.PORTAL_URL}/check/"


@lru_cache(8)
def code_svg(text: str) -> str:
    """Return a text as a QR code, drawn as SVG."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", border=_QUIET_ZONE, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return out.getvalue().decode("ascii")
