"""Build the icon sprite: one SVG file from which `{% icon "name" %}` draws by reference.

    python -m handsel.ui.sprite

Outlines are Lucide's (ISC licence), from npm `lucide-static`. The sprite is committed, so that
pages need no node_modules; add a name to ICONS, run this, commit both.
"""

import re
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "lucide-static"
SPRITE = Path(__file__).resolve().parent / "static" / "ui" / "icons.svg"

ICONS = tuple(
    # One word each: as a list literal this would be 150 lines.
    """
    activity archive arrow-down-right arrow-left arrow-right arrow-up-right at-sign badge-check
    ban banknote bell book-open book-open-check briefcase building-2 bug calculator calendar
    calendar-clock chart-column chart-line check check-check chevron-down chevron-left
    chevron-right chevron-up chevrons-up-down circle-alert circle-check circle-dashed circle-dot
    circle-minus circle-pause circle-play circle-question-mark circle-user circle-x
    clipboard-check clock code
    coins copy database download ellipsis external-link eye eye-off file-check file-text flag
    folder gift git-branch globe hand-coins handshake hash heart history hourglass house image
    inbox info key-round landmark languages layers layout-dashboard life-buoy lightbulb link
    list-checks list-filter loader-circle lock log-in log-out mail map-pin megaphone menu
    message-circle message-circle-question-mark message-square minus monitor-smartphone moon
    mouse-pointer-click notebook-pen
    package-open paperclip pause pencil percent pin plug plus printer qr-code receipt-text
    refresh-cw rocket rotate-ccw save scale scroll-text search search-x send server settings
    share-2 shield-alert shield-check shopping-bag shopping-cart sliders-horizontal sparkles star
    store sun sun-moon tag target terminal ticket-percent trash-2 trending-down trending-up
    triangle-alert truck undo-2 unlink upload user user-check user-plus user-x users video wallet
    webhook workflow wrench x zap
    """.split()  # noqa: SIM905
)

HEAD = """<svg xmlns="http://www.w3.org/2000/svg">
<!-- Outlines from Lucide, ISC licence, lucide.dev/license. Made by handsel/ui/sprite.py. -->
"""


def symbol(name: str, svg: str) -> str:
    """One icon as a symbol: its outlines without their own colours, widths and sizes."""
    inside = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if inside is None:
        raise ValueError(f"{name} is not an SVG file.")
    outlines = "".join(line.strip() for line in inside[1].splitlines()).replace(" />", "/>")
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{outlines}</symbol>\n'


def build(source: Path = SOURCE) -> str:
    icons = source / "icons"
    body = "".join(
        symbol(name, (icons / f"{name}.svg").read_text(encoding="utf-8")) for name in sorted(ICONS)
    )
    return f"{HEAD}{body}</svg>\n"


def main() -> int:
    if not SOURCE.is_dir():
        sys.stderr.write(f"No {SOURCE}. Run `npm ci --omit=dev` first.\n")
        return 1
    SPRITE.write_text(build(), encoding="utf-8")
    sys.stdout.write(f"{len(ICONS)} icons in {SPRITE.name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
