"""A program's page as a stranger gets it: what is public of the program, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.timezone import localdate

from handsel.engine.terms import Clause, Terms, digest, sentences
from handsel.organizations.models import Member
from handsel.programs.models import Program, ProgramPage
from handsel.programs.queries import first_group, terms_of, terms_version
from handsel.recruiting.earnings import CLICK_RATE_PERCENT, Record, record_of
from handsel.recruiting.histogram import Histogram, histogram
from handsel.recruiting.usual import usual_of
from handsel.recruiting.wording import Fact, Question, deal_facts, questions
from handsel.rows.scope import as_system

READERS = range(500, 100_001, 500)
READERS_USUAL = 20_000


@dataclass(frozen=True)
class PublicPage:
    """Values only, no rows. `reader` is who answers: a person where the brand names one."""

    program_pk: str
    slug: str
    brand: str
    shop_url: str
    headline: str
    pitch: str
    loved: Sequence[str]
    forbidden: Sequence[str]
    reader: str
    answer_days: int
    payout_day: int
    terms: Terms
    version: int
    terms_since: date
    record: Record
    usual: Mapping[str, Decimal]
    """What the calculator starts from; see `usual`."""

    @property
    def terms_digest(self) -> str:
        return digest(self.terms)

    @property
    def clauses(self) -> list[Clause]:
        return sentences(self.terms)

    @cached_property
    def deal(self) -> list[Fact]:
        return deal_facts(self.terms, self.payout_day)

    @cached_property
    def questions(self) -> list[Question]:
        return questions(self.terms, payout_day=self.payout_day, answer_days=self.answer_days)

    @cached_property
    def drawing(self) -> Histogram | None:
        spread = self.record.spread
        return histogram(spread, self.record.currency) if spread else None


@dataclass(frozen=True)
class Guess:
    """What so many readers a month would likely bring; `range` is None when nobody knows."""

    readers: int
    range: tuple[int, int] | None
    click_rate_percent: int = CLICK_RATE_PERCENT
    least: int = READERS.start
    most: int = READERS[-1]
    step: int = READERS.step


def guess_of(record: Record, readers: str) -> Guess:
    """For a number as the slider sends it; whatever makes no sense is the usual one."""
    digits = readers.isascii() and readers.isdigit() and len(readers) < 10
    wanted = int(readers) if digits else READERS_USUAL
    within = min(max(wanted, READERS.start), READERS[-1])
    return Guess(within, record.range_for(within))


def published_page(slug: str) -> PublicPage | None:
    """The page at `/p/<slug>/` for whoever asks; None while its brand shows none."""
    with as_system():
        pages = ProgramPage.objects.filter(published_at__isnull=False, program__ended_at=None)
        page = pages.select_related("program__brand").filter(program__slug=slug).first()
        return _public(page) if page else None


def draft_page(program: Program, member: Member) -> PublicPage | None:
    """The page as its brand wrote it, published or not; None before anything was written."""
    pages = ProgramPage.objects.visible_to(member).select_related("program__brand")
    page = pages.filter(program=program).first()
    return _public(page) if page else None


def _public(page: ProgramPage) -> PublicPage:
    program = page.program
    group = first_group(program)
    version = terms_version(group)
    return PublicPage(
        program_pk=program.pk,
        slug=program.slug,
        brand=program.brand.name,
        shop_url=program.site_url,
        headline=page.headline,
        pitch=page.pitch,
        loved=page.loved,
        forbidden=page.forbidden,
        reader=page.reader or program.brand.name,
        answer_days=program.answer_days,
        payout_day=program.payout_day,
        terms=terms_of(group),
        version=version.number,
        terms_since=localdate(version.since),
        record=record_of(program),
        usual=usual_of(program),
    )
