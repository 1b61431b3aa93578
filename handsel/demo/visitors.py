"""Invented visitors: what browsers say, and where they come from."""

import random
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from handsel.demo.networks import COUNTRIES, network_in

PHONES = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{small} like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.{small} Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel {small}) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/{major}.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; SM-S92{small}B) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/{major}.0.0.0 Mobile Safari/537.36",
)
COMPUTERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/{major}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.{small} Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:{major}.0) Gecko/20100101 Firefox/{major}.0",
)
TABLETS = (
    "Mozilla/5.0 (iPad; CPU OS 18_{small} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.{small} Mobile/15E148 Safari/604.1",
)
BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.24.20 A",
)
LANGUAGES = {
    "GB": "en-GB,en;q=0.9", "IE": "en-IE,en;q=0.9", "DE": "de-DE,de;q=0.9,en;q=0.6",
    "FR": "fr-FR,fr;q=0.9,en;q=0.5", "NO": "nb-NO,nb;q=0.9,en;q=0.7",
    "SE": "sv-SE,sv;q=0.9,en;q=0.7",
    "DK": "da-DK,da;q=0.9,en;q=0.7", "ES": "es-ES,es;q=0.9", "PT": "pt-PT,pt;q=0.9,en;q=0.6",
    "PL": "pl-PL,pl;q=0.9", "NL": "nl-NL,nl;q=0.9,en;q=0.7", "BE": "fr-BE,fr;q=0.9,nl;q=0.6",
    "FI": "fi-FI,fi;q=0.9,en;q=0.6",
}  # fmt: skip

# How many of a kind's visitors hold a phone; of the rest, one in ten has a tablet.
ON_PHONES = {"influencer": 0.86, "content": 0.58, "coupon": 0.47, "loyalty": 0.55, "business": 0.2}
BOT_SHARE, PREFETCH_SHARE = 0.045, 0.012
FROM_ELSEWHERE = 0.18

Fetch = Mapping[str, str]
NAVIGATION: Fetch = {"site": "cross-site", "mode": "navigate", "dest": "document", "user": "?1"}
PREFETCH: Fetch = {**NAVIGATION, "purpose": "prefetch"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """As tracking writes it: `name` stands for one address and browser for one day."""

    name: str
    ip: str
    agent: str
    fetch: Fetch
    country: str = "GB"

    @property
    def language(self) -> str:
        return LANGUAGES.get(self.country, LANGUAGES["GB"])


def visitor(
    chance: random.Random, kind: str, country: str = "GB", *, is_buyer: bool = False
) -> Visitor:
    """Somebody who follows a link of a partner of this kind and country; now and then a machine.
    A buyer is from there, of the readers a few are from elsewhere."""
    if not is_buyer and chance.random() < FROM_ELSEWHERE:
        country = chance.choice(COUNTRIES)
    draw = 1.0 if is_buyer else chance.random()
    agent = chance.choice(BOTS) if draw < BOT_SHARE else _browser(chance, kind)
    fetch = {} if draw < BOT_SHARE else NAVIGATION
    if BOT_SHARE <= draw < BOT_SHARE + PREFETCH_SHARE:
        fetch = PREFETCH
    name = urlsafe_b64encode(chance.randbytes(15)).decode()
    return Visitor(name, network_in(country, chance), agent, fetch, country)


def _browser(chance: random.Random, kind: str) -> str:
    draw = chance.random()
    phones = ON_PHONES.get(kind, 0.5)
    family = PHONES if draw < phones else TABLETS if draw > 0.96 else COMPUTERS
    return chance.choice(family).format(
        major=chance.randrange(128, 145), small=chance.randrange(1, 9)
    )
