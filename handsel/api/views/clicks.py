"""Clicks, and their sums by day, link, partnership, sub-id, country or device."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal, Self

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from handsel.api.access import ApiRequest, may_read
from handsel.api.bodies import reply
from handsel.api.inputs import QueryDay, QueryMoment
from handsel.api.paging import CursorUnusable, Listing, Page, next_page, page_of, refuse_unknown
from handsel.api.programs import ProgramMissing
from handsel.clicks.models import Click
from handsel.clicks.reports import Group, Sums, click_report, knows_partnerships
from handsel.clock import now
from handsel.errors import InvalidInput
from handsel.ids import SHAPE
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

router = Router(tags=["Clicks"])

REPORT_DAYS = 30
REPORT_DAYS_MAX = 1100
REPORT_ROWS_MAX = 1000

CameBy = Literal["link", "script"]


class PeriodUnusable(InvalidInput):
    """It ends before it begins, or is longer than three years."""


class FilterNotHere(InvalidInput):
    """Countries and devices are summed up by program, and no further."""


class ClickFilters(Listing):
    lookups: ClassVar = {
        "program": "program_id",
        "partnership": "partnership_id",
        "link": "link_id",
        **{f"sub{number}": f"subs__s{number}" for number in range(1, 6)},
        "clicked_since": "clicked_at__gte",
        "clicked_before": "clicked_at__lt",
    }

    program: str | None = Field(None, description="May be left out where there is only one.")
    partnership: str | None = None
    link: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-2")
    device: str | None = None
    sub1: str | None = None
    sub2: str | None = None
    sub3: str | None = None
    sub4: str | None = None
    sub5: str | None = None
    came_by: CameBy | None = None
    counts: bool | None = Field(None, description="`false`: those that were filtered out")
    filtered_reason: str | None = None
    clicked_since: QueryMoment | None = None
    clicked_before: QueryMoment | None = None


class ClickOut(Schema):
    """`counts`: it is in the sums, and may be paid for. `may_attribute`: an order may be credited
    to it. `filtered_reason` is a code: why one of the two is not so. Nothing here names a person:
    addresses are cut before they are kept, and not shown."""

    id: str
    program: str
    partnership: str
    link: str
    clicked_at: datetime
    recorded_at: datetime
    came_by: CameBy
    country: str
    device: str
    browser: str
    system: str
    language: str
    referrer: str
    destination: str
    destination_choice: str
    subs: dict[str, str]
    counts: bool
    may_attribute: bool
    filtered_reason: str | None

    @classmethod
    def of(cls, row: Click) -> Self:
        same = set(cls.model_fields) - {"id", "program", "partnership", "link"}
        return cls(
            id=row.click_id,
            program=row.program_id,
            partnership=row.partnership_id,
            link=row.link_id,
            **{name: getattr(row, name) for name in same},
        )


@router.get("/clicks", auth=may_read, response=Page[ClickOut])
def list_clicks(request: ApiRequest, filters: Query[ClickFilters]) -> HttpResponse:
    """Each click of one program, partnership or link, filtered ones too."""
    rows = Click.objects.visible_to(request.auth)
    if not (filters.partnership or filters.link):
        rows = rows.filter(_only_program(request, filters.program))
    return page_of(request, rows, filters, ClickOut.of, moment="clicked_at")


class ReportQuery(Schema):
    group: Group
    program: str | None = None
    partnership: str | None = None
    link: str | None = None
    since: QueryDay | None = Field(None, description="First day (UTC); 29 days before `until`")
    until: QueryDay | None = Field(None, description="Last day (UTC); today")
    limit: Annotated[int, Field(ge=1, le=REPORT_ROWS_MAX)] = REPORT_ROWS_MAX
    cursor: str | None = Field(None, max_length=1000, description="`next_cursor` of a page")

    def narrowed(self) -> Q:
        said = self.model_dump(include={"program", "partnership"}, exclude_none=True)
        return Q(**{f"{name}_id": value for name, value in said.items()})


class SumsOut(Schema):
    """`clicks` are those that count, `filtered` those that do not. `null` where a group is not
    summed up by it."""

    clicks: int
    filtered: int | None
    impressions: int | None

    @classmethod
    def of(cls, sums: Sums) -> Self:
        return cls(clicks=sums.clicks, filtered=sums.filtered, impressions=sums.impressions)


class SumsBy(SumsOut):
    """`key` is a day, an id, the value of a sub-id, an ISO country code or a kind of device. It is
    empty where that is not known, and for the values of a sub-id that are summed up together."""

    key: str


class ReportOut(Schema):
    """`total` is the sum of all pages."""

    group: Group
    since: date
    until: date
    items: list[SumsBy]
    total: SumsOut
    next_cursor: str | None


@router.get("/reports/clicks", auth=may_read, response=ReportOut)
def report_clicks(request: ApiRequest, query: Query[ReportQuery]) -> HttpResponse:
    """Clicks by day, link, partnership, one of five sub-ids, country or device, in the order of
    the key.

    Clicks without a first sub-id are in no row of `sub1`, and so on to `sub5`. Of each, a
    partnership has 1,000 different values on one day; further ones are summed up together, under
    an empty key. Countries and devices are known by program: a partner's key sees none, and they
    cannot be narrowed further."""
    refuse_unknown(request, query)
    since, until = _period(query)
    if not knows_partnerships(query.group) and (query.partnership or query.link):
        raise FilterNotHere(
            _("Countries and devices cannot be narrowed to a partnership or a link."),
            field="partnership" if query.partnership else "link",
            remedy=_("Leave it out, or group by something else."),
        )
    report = click_report(
        request.auth,
        query.group,
        query.narrowed() & _own(request, query),
        since=since,
        until=until,
        link=query.link,
        after=_after(query),
        limit=query.limit,
    )
    items = [SumsBy(key=key, **SumsOut.of(sums).model_dump()) for key, sums in report.rows]
    cursor = _cursor(query.group, items[-1].key) if report.more else None
    found = ReportOut(
        group=query.group,
        since=since,
        until=until,
        items=items,
        total=SumsOut.of(report.total),
        next_cursor=cursor,
    )
    return next_page(request, reply(200, found), cursor)


def _period(query: ReportQuery) -> tuple[date, date]:
    until = query.until or now().date()
    since = query.since or date.fromordinal(max(1, until.toordinal() - REPORT_DAYS + 1))
    if not 0 <= (until - since).days < REPORT_DAYS_MAX or until == date.max:
        raise PeriodUnusable(
            _("The report ends before it begins, or is longer than %(days)d days.")
            % {"days": REPORT_DAYS_MAX},
            field="since",
            remedy=_("Send since and until as 2026-11-01, the earlier first."),
        )
    return since, until


def _only_program(request: ApiRequest, named: str | None) -> Q:
    """A partner's rows lie under its partnerships, a brand's under its programs: the rows are
    sorted by these, and reading all of them at once would read everything."""
    own, joined = _places(request)
    if named is not None:
        joined = {pk: program for pk, program in joined.items() if program == named}
        return Q(program_id=named) if named in own else Q(partnership_id__in=list(joined))
    if len(own) + len(joined) > 1:
        raise ProgramMissing(
            _("It is not clear which program this is for."),
            field="program",
            remedy=_("Send program, partnership or link, the id of one of yours."),
        )
    return Q(program_id__in=own) if own else Q(partnership_id__in=list(joined))


def _own(request: ApiRequest, query: ReportQuery) -> Q:
    """What `visible_to` says too, in columns that the rollups are sorted by."""
    own, joined = _places(request)
    mine = Q(program_id__in=own)
    if joined and knows_partnerships(query.group):
        mine |= Q(partnership_id__in=list(joined))
    return mine


def _places(request: ApiRequest) -> tuple[list[str], dict[str, str]]:
    """The caller's own programs, and the programs of the partnerships it has as a partner."""
    own = Program.objects.visible_to(request.auth).values_list("pk", flat=True)
    mine = Partnership.objects.visible_to(request.auth)
    joined = mine.filter(partner_id=request.auth.organization_id)
    return list(own), dict(joined.values_list("pk", "program_id"))


def _cursor(group: Group, key: str) -> str:
    return urlsafe_b64encode(f"{group} {key}".encode()).decode().rstrip("=")


def _after(query: ReportQuery) -> str | None:
    """The key that the last page ended with."""
    if query.cursor is None:
        return None
    try:
        text = urlsafe_b64decode(query.cursor + "=" * (-len(query.cursor) % 4)).decode()
        group, _space, key = text.partition(" ")
        if group != query.group or "\0" in key:
            raise ValueError("A cursor of another report")
        if group == "day":
            date.fromisoformat(key)
        if group in ("link", "partnership") and not SHAPE.fullmatch(key):
            raise ValueError("No id")
    except ValueError:
        raise CursorUnusable(
            _("This is no cursor."),
            field="cursor",
            remedy=_("Send the next_cursor of a page as it is, or none for the first page."),
        ) from None
    return key
