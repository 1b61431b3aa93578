"""How a buyer is known: by the shop's own id, or by a hash of their e-mail address."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from unicodedata import normalize

from handsel.errors import InvalidInput

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
HASH = re.compile(r"[0-9a-f]{64}")
COUNTRY = re.compile(r"[A-Z]{2}")
SHOP_ID_LENGTH_MAX = 200


def normal_email(text: str) -> str:
    """An address as it is hashed: Unicode NFC, without spaces around it, in small letters.

    Dots and `+tags` stay, since only the mail server knows whether they mean something. Shops that
    send hashes themselves do the same: it is what advertising platforms ask of them, too.

        >>> normal_email(" Kari.Nordmann@Mail.Example ")
        'kari.nordmann@mail.example'
    """
    return normalize("NFC", text).strip().lower()


def email_hash(text: str) -> str:
    """SHA-256, in hexadecimal, of the address in its normal form; InvalidInput when it is none.

    It keeps the address out of our tables and lets two systems find the same buyer. It is no
    secret: who has an address can compute it, so it is erased with the customer.
    """
    email = normal_email(text)
    if not EMAIL.fullmatch(email):
        raise _invalid(
            "email", "This is no e-mail address.", "Send it as name@host, or leave it out."
        )
    return hashlib.sha256(email.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Buyer:
    """What an event says of who bought. Neither id nor hash: nobody in particular."""

    shop_customer_id: str = ""
    email_hash: str = ""
    country: str = ""

    @classmethod
    def read(cls, said: Mapping[str, object]) -> Self:
        """From `customer` in an event's body: `id`, `email` or `email_hash`, `country`.

        Raises InvalidInput with the field, as in `customer.email`.
        """
        shop_id = _text(said, "id")
        country = _text(said, "country").upper()
        hashed = _text(said, "email_hash").lower()
        email = _text(said, "email")
        if len(shop_id) > SHOP_ID_LENGTH_MAX:
            raise _invalid("id", "The customer's id is too long.", "Send at most 200 characters.")
        if country and not COUNTRY.fullmatch(country):
            raise _invalid("country", "This is no country code.", "Send two letters, as in NO.")
        if hashed and not HASH.fullmatch(hashed):
            raise _invalid(
                "email_hash", "This is no SHA-256 hash.", "Send 64 hexadecimal digits, or email."
            )
        return cls(shop_id, email_hash(email) if email else hashed, country)

    def by_one_name(self) -> "Buyer":
        """The same buyer by their id, or else by their e-mail: as somebody says who may say
        anything, and who is not to tell us that two customers are one."""
        return replace(self, email_hash="") if self.shop_customer_id else self

    @property
    def is_known(self) -> bool:
        return bool(self.shop_customer_id or self.email_hash)


def _text(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value:
        raise _invalid(name, f"customer.{name} is not text.", "Send text, or leave it out.")
    return value.strip()


def _invalid(name: str, message: str, remedy: str) -> InvalidInput:
    return InvalidInput(message, field=f"customer.{name}", remedy=remedy)
