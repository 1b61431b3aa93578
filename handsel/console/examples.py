"""The order that a newcomer copies: a click through a real link, and the order that follows it."""

import json

from handsel.environment import environment
from handsel.links.addresses import link_url, links_url
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

KEY_PLACEHOLDER = "hsk_…"
CLICK_PLACEHOLDER = "…"
FIRST_ORDER = "1001"
AMOUNT_MINOR = 12_000
# By its own name curl is a program, and its click would be filtered.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64)"
# Lets pages call the script before it has been loaded.
STUB = "window.handsel=window.handsel||function(){(handsel.q=handsel.q||[]).push(arguments)}"


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


def order_example(
    program: Program, link: Link, key: str = "", order: str = FIRST_ORDER, address: str = ""
) -> str:
    """Two commands for a shell: follow the link (or another address of it) as a visitor, then send
    an order of 120.00 with 20.00 tax that carries its click id."""
    said = {
        "order_reference": order,
        "currency": program.currency,
        "amount_minor": AMOUNT_MINOR,
        "tax_minor": 2_000,
        "click_ids": ["CLICK"],
    }
    body = json.dumps(said, indent=2).replace("CLICK", "'\"$CLICK\"'")
    return (
        f"CLICK=$(curl -s -o /dev/null -w '%{{redirect_url}}' -A '{BROWSER}'"
        f" {address or link_url(link)}"
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


def script_example(program: Program, **settings: str) -> str:
    """Two lines for every page of the shop. `settings` are attributes of docs/script.md.

    A partner may use the shop's own address: `?ref=ben` is a visit through the link `ben`.
    """
    told = {"program": program.pk, "ref": "ref", **settings}
    attributes = " ".join(f'data-{name}="{value}"' for name, value in told.items())
    return (
        f"<script>{STUB}</script>\n"
        f'<script async src="{links_url(program.pk)}/s.js" {attributes}></script>'
    )


def consent_call_example() -> str:
    """For the shop's own banner: what the visitor said."""
    return (
        'handsel("consent", true);   // the visitor agreed\n'
        'handsel("consent", false);  // declined, or changed its mind'
    )


def consent_tcf_example(program: Program) -> str:
    """Where a consent manager speaks IAB TCF v2."""
    return script_example(program, consent="tcf")


def consent_gcm_example(program: Program) -> str:
    """Where the shop uses Google Consent Mode."""
    return script_example(program, consent="gcm")


def cookieless_example(program: Program) -> str:
    """Nothing is kept in the browser: the id travels in the addresses of the shop's own links."""
    return script_example(program, consent="none", keep="url")


def domains_example(program: Program) -> str:
    """Where the program has several domains: its links carry the ids from one to the other."""
    return script_example(program, domains=",".join(program.domains))


def order_call_example(program: Program) -> str:
    """On the page that thanks the buyer; in a single-page shop, when that view is shown."""
    fields = (
        f'order_reference: "1001", amount_minor: {AMOUNT_MINOR}, currency: "{program.currency}"'
    )
    return f'handsel("conversion", {{ {fields} }});'


def basket_call_example() -> str:
    """When somebody puts something into the basket."""
    return 'handsel("basket_started");'


def impression_example(link: Link) -> str:
    """An image beside a partner's banner."""
    return f'<img src="{links_url(link.program_id)}/i/{link.slug}.gif" alt="" width="1" height="1">'


def postback_example(program: Program, click_id: str = "", order: str = FIRST_ORDER) -> str:
    """A signed order from any server with a shell, with the click that was just tried."""
    said = {"order_reference": order, "amount_minor": AMOUNT_MINOR, "currency": program.currency}
    body = json.dumps({**said, "click_ids": [click_id or CLICK_PLACEHOLDER]}, ensure_ascii=False)
    return (
        f"SECRET='…'\nbody='{body}'\nt=$(date +%s)\n"
        'v1=$(printf \'%s.%s\' "$t" "$body" | openssl dgst -sha256 -hmac "$SECRET" -r'
        " | cut -d' ' -f1)\n"
        "curl -i -d \"$body\" -H 'Content-Type: application/json' \\\n"
        '  -H "Handsel-Signature: t=$t,v1=$v1" \\\n'
        f"  {links_url(program.pk)}/postback/{program.pk}"
    )


def pixel_example(program: Program, click_id: str = "", order: str = FIRST_ORDER) -> str:
    """An image on the page that thanks the buyer, with the click that was just tried."""
    return (
        f'<img src="{links_url(program.pk)}/pixel.gif?program={program.pk}'
        f"&order_reference={order}&amount_minor={AMOUNT_MINOR}&currency={program.currency}"
        f"&click_ids={click_id or CLICK_PLACEHOLDER}"
        '" alt="" width="1" height="1">'
    )
