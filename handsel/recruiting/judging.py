"""What helps to judge an application: how it fits the page's wishes, and what one should look at.

Facts only, each with its code and parameters; the words are in `recruiting.wording`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils.timezone import localdate

from handsel.clock import now
from handsel.engine.values import Step
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program, ProgramPage
from handsel.recruiting.models import Application

# Where so many have their post that sharing the domain says nothing.
SHARED_DOMAINS = frozenset(
    """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com
    proton.me protonmail.com gmx.com gmx.net gmx.de web.de fastmail.com hey.com mail.com
    online.no telia.com bahnhof.se wp.pl o2.pl onet.pl interia.pl
    """.split()  # noqa: SIM905
)
# Hosts on which everybody has a page of their own below the same name.
SHARED_HOSTS = frozenset(
    """
    instagram.com tiktok.com youtube.com facebook.com x.com twitter.com pinterest.com threads.net
    linkedin.com twitch.tv linktr.ee substack.com medium.com
    """.split()  # noqa: SIM905
)
NEARBY = timedelta(days=30)


@dataclass(frozen=True)
class Wish:
    """One criterion of the program page, and whether the application meets it."""

    what: Step
    met: bool


@dataclass(frozen=True)
class Fit:
    wishes: Sequence[Wish]

    @property
    def met_total(self) -> int:
        return sum(wish.met for wish in self.wishes)

    @property
    def is_whole(self) -> bool:
        return self.met_total == len(self.wishes)


@dataclass(frozen=True)
class Known:
    """Partners of the program, by what an applicant may share with them: names only."""

    by_email: dict[str, str]
    by_domain: dict[str, str]
    by_host: dict[str, str]


@dataclass(frozen=True)
class Judged:
    """An application beside what helps to judge it; there are no signals once it is answered."""

    application: Application
    fit: Fit
    signals: Sequence[Step]
    late: bool


def judged(program: Program, member: Member | None, rows: Sequence[Application]) -> list[Judged]:
    """All of a list at once: partners, and other applications, are read once."""
    page = ProgramPage.objects.visible_to(member).filter(program=program).first()
    known, others = known_partners(program, member), _others(program, member, rows)
    today = localdate(now())
    return [
        Judged(
            row,
            fit_of(row, page),
            signals_of(row, known, others) if row.is_waiting else [],
            row.is_late(today),
        )
        for row in rows
    ]


def fit_of(application: Application, page: ProgramPage | None) -> Fit:
    """Each wish that the page names; none when it names none."""
    wishes = []
    if page and page.kinds_wanted:
        kinds = tuple(page.kinds_wanted)
        wishes.append(_wish("kind", application.kind in kinds, kinds=kinds))
    if page and page.countries_wanted:
        countries = tuple(page.countries_wanted)
        wishes.append(_wish("country", application.country in countries, countries=countries))
    if page and page.reach_min:
        wishes.append(_wish("reach", (application.reach or 0) >= page.reach_min, n=page.reach_min))
    return Fit(wishes)


def known_partners(program: Program, member: Member | None) -> Known:
    """For `signals_of`: read once for a whole list."""
    rows = (
        Partnership.objects.visible_to(member)
        .filter(program=program)
        .values_list("partner__name", "partner__email", "partner__site_url")
    )
    known = Known({}, {}, {})
    for name, email, site_url in rows:
        if email:
            known.by_email[email.casefold()] = name
            known.by_domain[_domain(email)] = name
        if host := host_of(site_url):
            known.by_host[host] = name
    return known


def signals_of(
    application: Application, known: Known, others: Iterable[Application] = ()
) -> list[Step]:
    """What one should look at before answering. `others` are the program's other applications."""
    return [
        *_shared_with_partners(application, known),
        *_shared_with_applicants(application, others),
        *([] if application.reach else [Step(code="reach_missing")]),
    ]


def host_of(url: str) -> str:
    """
    >>> host_of("https://www.layered.example/about"), host_of("@ines"), host_of("https://x.com/ines")
    ('layered.example', '', 'x.com/ines')
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    if host in SHARED_HOSTS:
        return f"{host}/{parts.path.strip('/').partition('/')[0].casefold()}"
    return host


def _shared_with_partners(application: Application, known: Known) -> list[Step]:
    signals = []
    domain = _domain(application.email)
    if name := known.by_email.get(application.email.casefold()):
        signals.append(Step(code="email_of_partner", params={"name": name}))
    elif domain not in SHARED_DOMAINS and (name := known.by_domain.get(domain)):
        signals.append(Step(code="domain_of_partner", params={"name": name, "domain": domain}))
    if name := known.by_host.get(host_of(application.place)):
        signals.append(Step(code="site_of_partner", params={"name": name}))
    return signals


def _shared_with_applicants(application: Application, others: Iterable[Application]) -> list[Step]:
    signals: list[Step] = []
    others = [other for other in others if other.pk != application.pk]
    nearby = sum(
        bool(other.asked_from)
        and other.asked_from == application.asked_from
        and abs(other.created_at - application.created_at) < NEARBY
        for other in others
    )
    if nearby:
        signals.append(Step(code="same_network", params={"number": nearby}))
    declined = [
        other.decided_at
        for other in others
        if other.status == Application.Status.DECLINED
        and other.decided_at
        and other.email.casefold() == application.email.casefold()
    ]
    if declined:
        latest = max(declined).date()
        signals.append(Step(code="declined_before", params={"declined_on": str(latest)}))
    return signals


def _others(
    program: Program, member: Member | None, rows: Sequence[Application]
) -> list[Application]:
    """The program's applications that share an address with one of these."""
    emails = {row.email for row in rows}
    networks = {row.asked_from for row in rows} - {""}
    sharing = Q(email__in=emails) | Q(asked_from__in=networks)
    return list(Application.objects.visible_to(member).filter(sharing, program=program))


def _domain(email: str) -> str:
    return email.rpartition("@")[2].casefold()


def _wish(code: str, met: bool, **params: tuple[str, ...] | int) -> Wish:
    return Wish(Step(code=code, params=params), met)
