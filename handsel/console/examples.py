"""The order that a newcomer copies: a click through a real link, and the order that follows it."""

import json

from handsel.environment import environment
from handsel.links.addresses import link_url
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

KEY_PLACEHOLDER = "hsk_…"
FIRST_ORDER = "1001"
AMOUNT_MINOR = 12_000


def example_orders(partnership: Partnership) -> tuple[str, str]:
    """Which order the example sends, and which one it sends back.

    An order is sent once: the next example, for this partner or another, has a number that is
    free. Back goes the one of this partner that still stands whole, else the one to be sent.
    """
    sent = partnership.program.conversions.filter(order_reference__regex=rf"^{FIRST_ORDER}(-\d+)?$")
    whole = sent.filter(
        commissions__partnership=partnership, amount_minor=AMOUNT_MINOR, refunded_minor=0
    )
    free = f"{FIRST_ORDER}-{sent.count() + 1}" if sent.exists() else FIRST_ORDER
    last = whole.order_by("-recorded_at").values_list("order_reference", flat=True).first()
    return free, last or free


def order_example(program: Program, link: Link, key: str = "", order: str = FIRST_ORDER) -> str:
    """Two commands for a shell: follow the link as a visitor, then send an order of 120.00 with
    20.00 tax that carries its click id."""
    said = {
        "order_reference": order,
        "currency": program.currency,
        "amount_minor": AMOUNT_MINOR,
        "tax_minor": 2_000,
        "click_ids": ["CLICK"],
    }
    body = json.dumps(said, indent=2).replace("CLICK", "'\"$CLICK\"'")
    return (
        f"CLICK=$(curl -s -o /dev/null -w '%{{redirect_url}}' {link_url(link)}"
        " | sed 's/.*hs_click=//; s/[&#].*//')\n"
        f"curl {environment().pages_url}/api/v1/conversions \\\n"
        f"  -H 'Authorization: Bearer {key or KEY_PLACEHOLDER}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{body}'"
    )


def refund_example(program: Program, key: str = "", order: str = FIRST_ORDER) -> str:
    """Half of that order goes back."""
    body = json.dumps(
        {"refund": "R-1", "currency": program.currency, "amount_minor": AMOUNT_MINOR // 2}, indent=2
    )
    return (
        f"curl {environment().pages_url}/api/v1/conversions/{order}/refunds \\\n"
        f"  -H 'Authorization: Bearer {key or KEY_PLACEHOLDER}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{body}'"
    )


def script_example(program: Program) -> str:
    """Two lines for the shop's pages."""
    stub = "window.handsel=window.handsel||function(){(handsel.q=handsel.q||[]).push(arguments)}"
    return (
        f"<script>{stub}</script>\n"
        f'<script async src="{environment().links_url}/s.js" data-program="{program.pk}"></script>'
    )


def postback_example(program: Program) -> str:
    """A signed order from any server with a shell."""
    body = json.dumps(
        {"order_reference": "1001", "amount_minor": 12_000, "currency": program.currency}
    )
    return (
        f"SECRET='…'\nbody='{body}'\nt=$(date +%s)\n"
        'v1=$(printf \'%s.%s\' "$t" "$body" | openssl dgst -sha256 -hmac "$SECRET" -r'
        " | cut -d' ' -f1)\n"
        "curl -d \"$body\" -H 'Content-Type: application/json' \\\n"
        '  -H "Handsel-Signature: t=$t,v1=$v1" \\\n'
        f"  {environment().links_url}/postback/{program.pk}"
    )


def pixel_example(program: Program) -> str:
    """An image on the page that thanks the buyer."""
    return (
        f'<img src="{environment().links_url}/pixel.gif?program={program.pk}'
        f"&order_reference=1001&amount_minor=12000&currency={program.currency}"
        '" alt="" width="1" height="1">'
    )
