import re
import secrets

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.errors import DomainError, InvalidInput
from handsel.links.destinations import DestinationNotAllowed, refuse_unusable
from handsel.links.directions import LinkChange, Sub
from handsel.links.models import Code, Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.rows.scope import as_system

__all__ = [
    "CodeTaken",
    "DestinationNotAllowed",
    "SlugTaken",
    "create_code",
    "create_link",
    "disable_code",
    "disable_link",
    "free_code",
    "free_code_for",
    "free_slug_for",
]

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,79}")
CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{2,39}")
# What the tracking host answers itself.
RESERVED = {
    "r",
    "e",
    "i",
    "visit",
    "s-js",
    "pixel",
    "postback",
    "metrics",
    "healthz",
    "readyz",
    "robots",
}


class SlugTaken(DomainError):
    """Another link has this name in its address."""


class CodeTaken(DomainError):
    """Another partner of the program has this code."""


@transaction.atomic
def create_link(
    partnership: Partnership,
    *,
    url: str = "",
    slug: str = "",
    name: str = "",
    utm: dict[str, str] | None = None,
    subs: dict[Sub, str] | None = None,
    actor: Member | None,
) -> Link:
    """A tracking link to a page of the shop; a slug is made from the partner's name if need be."""
    program = partnership.program
    url = url or program.site_url
    said = LinkChange(url=url, utm=utm or {}, subs=subs or {})
    refuse_unusable(said, program.domains)
    fields = {
        "brand_id": partnership.brand_id,
        "partner_id": partnership.partner_id,
        "program": program,
        "partnership": partnership,
        "url": url,
        "name": name,
        "utm": dict(said.utm),
        "subs": dict(said.subs),
    }
    link = _with_slug(slug, fields) if slug else _with_free_slug(partnership.partner.name, fields)
    link.refresh_from_db(fields=["number"])
    record("link.created", link, actor=actor, data={"slug": link.slug, "url": url})
    return link


@transaction.atomic
def disable_link(pk: str, *, actor: Member | None, reason: str = "") -> Link:
    """Stop a link from earning; its visitors are sent to the program's fallback address."""
    link = Link.objects.select_for_update().get(pk=pk)
    if link.disabled_at is None:
        link.disabled_at = now()
        link.save(update_fields=["disabled_at"])
        record("link.disabled", link, actor=actor, reason=reason)
    return link


@transaction.atomic
def create_code(
    partnership: Partnership,
    *,
    code: str,
    buyer_discount_ppm: int = 0,
    actor: Member | None,
) -> Code:
    """A personal code. The shop must know it too: it gives the buyer their discount there."""
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise InvalidInput(
            _("“%(code)s” cannot be a code.") % {"code": code},
            field="code",
            remedy=_("Use 3 to 40 letters A–Z, digits, “-” or “_”."),
        )
    try:
        with transaction.atomic():
            made = Code.objects.create(
                brand_id=partnership.brand_id,
                partner_id=partnership.partner_id,
                program=partnership.program,
                partnership=partnership,
                code=code,
                buyer_discount_ppm=buyer_discount_ppm,
            )
    except IntegrityError:
        raise CodeTaken(
            _("The code %(code)s is taken in this program.") % {"code": code},
            field="code",
            remedy=_("Choose another."),
        ) from None
    record("code.created", made, actor=actor, data={"code": code})
    return made


@transaction.atomic
def disable_code(pk: str, *, actor: Member | None, reason: str = "") -> Code:
    """Stop a code from crediting its partner from now on."""
    code = Code.objects.select_for_update().get(pk=pk)
    if code.disabled_at is None:
        code.disabled_at = now()
        code.save(update_fields=["disabled_at"])
        record("code.disabled", code, actor=actor, reason=reason)
    return code


def free_code(partnership: Partnership) -> str:
    """A code nobody has in the program yet, made from the partner's name."""
    return free_code_for(partnership.partner.name, partnership.program)


def free_code_for(name: str, program: Program) -> str:
    """The same for who is no partner yet."""
    base = re.sub(r"[^A-Z0-9]", "", slugify(name).upper())[:20]
    base = base if len(base) >= 3 else f"{base}FRIEND"
    taken = set(
        Code.objects.filter(program=program, code__startswith=base).values_list("code", flat=True)
    )
    return next(c for n in range(10_000) if (c := f"{base}{n or ''}") not in taken)


def free_slug_for(name: str) -> str:
    """A link's name that nobody has yet, made from a name; another may still take it first."""
    base = _slug_base(name)
    with as_system():  # other brands' links are not to be seen, and take names all the same
        taken = set(Link.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else f"{base}-{secrets.token_hex(2)}"


def _slug_base(name: str) -> str:
    base = slugify(name)[:40].strip("-")
    return base if len(base) >= 2 and base not in RESERVED else f"go-{secrets.token_hex(3)}"


def _with_slug(slug: str, fields: dict[str, object]) -> Link:
    slug = slug.strip().lower()
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        raise InvalidInput(
            _("“%(slug)s” cannot be a link’s name.") % {"slug": slug},
            field="slug",
            remedy=_("Use 2 to 80 small letters a–z, digits or “-”."),
        )
    try:
        with transaction.atomic():
            return Link.objects.create(slug=slug, **fields)
    except IntegrityError:
        raise SlugTaken(
            _("Another link is called %(slug)s.") % {"slug": slug},
            field="slug",
            remedy=_("Choose another name."),
        ) from None


def _with_free_slug(name: str, fields: dict[str, object]) -> Link:
    base = _slug_base(name)
    for slug in (base, f"{base}-{secrets.token_hex(2)}", f"{base}-{secrets.token_hex(6)}"):
        try:
            return _with_slug(slug, fields)
        except SlugTaken:
            continue
    raise SlugTaken(
        _("No free name was found for %(name)s.") % {"name": name},
        field="slug",
        remedy=_("Choose one."),
    )
