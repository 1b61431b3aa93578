"""The page a visitor sees when a link leads nowhere: one file, no assets, four languages."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from handsel.tracking.http import NO_STORE, Response


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    explanation: str
    advice: str


WORDS = {
    "en": Words(
        "This link leads nowhere",
        "It may have been mistyped, or the offer behind it has ended.",
        "Go back to the page you came from, or visit the shop directly.",
    ),
    "sv": Words(
        "Den här länken leder ingenstans",
        "Den kan vara felskriven, eller så har erbjudandet bakom den upphört.",
        "Gå tillbaka till sidan du kom från, eller besök butiken direkt.",
    ),
    "nb": Words(
        "Denne lenken fører ingen steder",
        "Den kan være skrevet feil, eller tilbudet bak den er avsluttet.",
        "Gå tilbake til siden du kom fra, eller besøk butikken direkte.",
    ),
    "pl": Words(
        "Ten link donikąd nie prowadzi",
        "Mógł zostać wpisany z błędem albo oferta, do której prowadził, już się skończyła.",
        "Wróć na stronę, z której przychodzisz, albo odwiedź sklep bezpośrednio.",
    ),
}
# Norwegians ask for their language in three ways, and read each other's.
_RELATED = {"no": "nb", "nn": "nb"}

_STYLE = """
:root { color-scheme: light dark; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(oklch(0.972 0.006 126), oklch(0.19 0.012 170));
  color: light-dark(oklch(0.24 0.022 168), oklch(0.945 0.008 140));
  font: 1rem/1.6 "Inter Variable", Inter, system-ui, sans-serif;
}
main { max-width: 26rem; padding: 2rem; }
svg { width: 2.5rem; }
.brand { stroke: light-dark(#154031, #e9efe9); }
.partner { stroke: #e68c2c; }
h1 { font-size: 1.375rem; line-height: 1.3; margin: 1.5rem 0 0.75rem; text-wrap: balance; }
p { margin: 0 0 0.5rem; color: light-dark(oklch(0.42 0.02 160), oklch(0.795 0.012 150)); }
"""
_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
<main>
<svg viewBox="0 0 32 32" fill="none" stroke-width="4.4" aria-hidden="true">
<path class="brand" d="M5 2.5v27M5 14.6a6.9 6.9 0 0 1 13.8 0v4.3"/>
<path class="partner" d="M27 29.5v-27M27 17.4a6.9 6.9 0 0 1-13.8 0v-4.3"/>
</svg>
<h1>{title}</h1>
<p>{explanation}</p>
<p>{advice}</p>
</main>
</html>
"""
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()

_PAGES = {
    language: _PAGE.format(
        language=language,
        style=_STYLE,
        title=escape(words.title),
        explanation=escape(words.explanation),
        advice=escape(words.advice),
    ).encode()
    for language, words in WORDS.items()
}


def not_found_page(accept_language: str) -> Response:
    """In the language a browser asks for."""
    language = preferred_language(accept_language)
    headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-language", language),
        ("vary", "accept-language"),
        ("content-security-policy", f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex"),
        NO_STORE,
    ]
    return Response(404, headers, _PAGES[language])


def preferred_language(accept_language: str) -> str:
    """
    >>> preferred_language("de, nn;q=0.8, en;q=0.5")
    'nb'
    """
    ranked = []
    for part in accept_language.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        primary = tag.partition("-")[0].lower()
        language = _RELATED.get(primary, primary)
        if language in WORDS:
            ranked.append((_quality(quality), language))
    # The earlier of equals: `max` keeps the first.
    return max(ranked, key=lambda entry: entry[0], default=(0.0, "en"))[1]


def _quality(value: str) -> float:
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0
