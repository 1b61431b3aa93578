"""What a person reads on a page, and what must not be in one."""

import re
from html import unescape

from django.test import Client

UNSAFE = re.compile(
    r"\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*(src=|type=\"application/json\"))"
)
HIDDEN = re.compile(r"<(script|style|svg|head|template)\b.*?</\1>", re.DOTALL)
# Between these no space is read.
INLINE = re.compile(r"</?(span|b|small|a|code|time|i)\b[^>]*>")
TAG = re.compile(r"<[^>]+>")


def page_text(client: Client, url: str) -> str:
    """The words of a page, in order, with single spaces; the page obeys the strict policy."""
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    html = response.content.decode()
    assert not UNSAFE.search(html), UNSAFE.search(html)
    return text_of(html)


def text_of(html: str) -> str:
    inline = INLINE.sub(_gap, HIDDEN.sub(" ", html))
    return " ".join(unescape(TAG.sub(" ", inline)).replace("\N{NO-BREAK SPACE}", " ").split())


def _gap(tag: re.Match[str]) -> str:
    """Cents stand close to their whole part; all else that is set apart is read apart."""
    return "" if tag[1] == "span" else " "
