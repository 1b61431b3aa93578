"""QR codes: an address for print, for a slide, for a paper that is checked with a phone.

Dark on light in every theme, for readers of codes expect it so.
"""

from io import BytesIO

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

DARK, LIGHT = "#11332a", "#ffffff"
# In modules; the standard asks for four, and print needs them.
QUIET = 4
PNG_SCALE = 16


def qr_svg(text: str) -> bytes:
    """A drawing that scales to where it is put."""
    return _saved(text, "svg", omitsize=True)


def qr_inline(text: str, label: str) -> SafeString:
    """The drawing as part of a page; `label` is read out instead."""
    drawing = _saved(
        text,
        "svg",
        omitsize=True,
        xmldecl=False,
        svgns=False,
        nl=False,
        svgclass="qr",
        lineclass=None,
    )
    inside = mark_safe(drawing.decode())  # noqa: S308  (figures and nothing else)
    return format_html('<div role="img" aria-label="{}">{}</div>', label, inside)


def qr_png(text: str) -> bytes:
    """A picture of some 600 pixels a side, for programs that take no SVG."""
    return _saved(text, "png", scale=PNG_SCALE)


def _saved(text: str, kind: str, **options: int | bool | str | None) -> bytes:
    # Level M still reads with an eighth of it smudged.
    code = segno.make(text, error="m", micro=False)
    out = BytesIO()
    code.save(out, kind=kind, dark=DARK, light=LIGHT, border=QUIET, **options)
    return out.getvalue()
