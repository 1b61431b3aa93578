from handsel.clock import now
from handsel.domains.models import TrackingDomain
from handsel.domains.queries import forget_hosts
from handsel.environment import environment
from handsel.links.addresses import link_url
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.rows.scope import seen_by


def has_name(link: Link, **fields: object) -> None:
    TrackingDomain.objects.create(
        brand_id=link.brand_id,
        program=link.program,
        host="go.acme.example",
        **{"verified_at": now(), "primary_since": now(), **fields},
    )
    forget_hosts()


def test_a_link_is_on_the_shared_name_until_there_is_another(bens_link: Link) -> None:
    assert link_url(bens_link) == f"{environment().links_url}/ben"


def test_a_link_is_on_its_brands_own_name_for_the_partner_too(bens_link: Link, ben: Member) -> None:
    has_name(bens_link)
    with seen_by([ben.organization_id]):
        assert link_url(bens_link).partition("://")[2].startswith("go.acme.example")


def test_a_name_that_does_not_work_is_in_no_address(bens_link: Link) -> None:
    has_name(bens_link, verified_at=None)
    assert link_url(bens_link) == f"{environment().links_url}/ben"


def test_a_hundred_links_ask_once_for_their_name(
    bens_link: Link, django_assert_max_num_queries: object
) -> None:
    has_name(bens_link)
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        for _ in range(100):
            link_url(bens_link)
