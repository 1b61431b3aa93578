from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import LONG_AGO, click_on
from handsel.conversions.tests.shop import Shop
from handsel.domains.tests.servers import Authority
from handsel.links.joining import add_partner
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.postbacks.calling import Caller
from handsel.postbacks.models import Postback
from handsel.postbacks.services import add_postback
from handsel.postbacks.tests.tracker import HOST, Tracker, tracker
from handsel.programs.models import Program

TEMPLATE = "/in?c={sub1}&e={event}&m={commission}"


async def here(host: str, port: int) -> list[str]:
    """A resolver to whom every name leads to this machine."""
    return ["127.0.0.1"]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("authority")
    return Authority(folder)


@pytest.fixture(name="tracker")
def a_tracker(authority: Authority) -> Iterator[Tracker]:
    with tracker(authority.context(HOST)) as server:
        yield server


@pytest.fixture(autouse=True)
def private_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an intranet: the trackers of tests are on this machine."""
    from handsel.environment import environment

    monkeypatch.setattr(environment(), "postback_private_hosts", True)


@pytest.fixture
def caller(authority: Authority) -> Caller:
    return Caller(allow_private=True, resolve=here, tls=authority.trusted())


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(program)


def _partner(program: Program, actor: Member, name: str, code: str) -> Partnership:
    slug = name.partition("'")[0].lower()
    return add_partner(program, name=name, slug=slug, code=code, actor=actor, valid_from=LONG_AGO)


@pytest.fixture
def bens(program: Program, ada: Member) -> Partnership:
    """Ben's partnership with Acme, a year old."""
    return _partner(program, ada, "Ben's Blog", "BEN10")


@pytest.fixture
def cleos(program: Program, ada: Member) -> Partnership:
    """Another partner of Acme."""
    return _partner(program, ada, "Cleo's Coupons", "CLEO5")


@pytest.fixture
def postback(bens: Partnership, ben: Member, tracker: Tracker) -> Postback:
    return add_postback(bens, url=tracker.url + TEMPLATE, actor=ben)


@pytest.fixture
def earn(shop: Shop, bens_link: Link) -> Callable[[str], Commission]:
    """`earn("L-1")`: Ben's 10.00 of an order that came by his link."""

    def order(reference: str = "L-1") -> Commission:
        shop.order(reference, click_ids=[click_on(bens_link)])
        evaluate_due()
        return Commission.objects.get(conversion__order_reference=reference)

    return order


@pytest.fixture(scope="session")
def authority_file(authority: Authority) -> str:
    """Where processes beside a test find whom to trust."""
    return str(authority._folder / "authority.pem")
