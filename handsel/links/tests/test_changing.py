import json
from datetime import UTC, datetime, timedelta

import pytest

from handsel.activity.models import Activity
from handsel.clock import now
from handsel.errors import InvalidInput
from handsel.links.changing import (
    LinksNotChanged,
    RoutingNotAllowed,
    change_defaults,
    change_link,
    change_links,
    end_split,
    plan_changes,
)
from handsel.links.destinations import DestinationNotAllowed
from handsel.links.directions import LinkChange, Rule, Scheduled, SplitWish, VariantWish, read_split
from handsel.links.models import Link
from handsel.links.services import create_link
from handsel.links.tests.test_links import feed
from handsel.organizations.models import Organization
from handsel.partnerships.services import end_partnership
from handsel.programs.models import Program
from handsel.programs.services import DomainInUse, change_program
from handsel.tracking.links import read_link
from handsel.tracking.routing import NEVER_MS

SHOP = "https://acme.example"
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SWEDEN = Rule(url=f"{SHOP}/se", countries=("SE",))
SPLIT = SplitWish(variants=(VariantWish(url=f"{SHOP}/a"), VariantWish(url=f"{SHOP}/b", weight=3)))


def verbs(link):
    rows = Activity.objects.filter(subject_id=link.pk).order_by("pk")
    return list(rows.values_list("verb", flat=True))


def payload():
    [(_slug, found)] = feed()
    return found


def tracked():
    """Ben's link as tracking reads it from the feed."""
    return read_link(json.dumps(payload()))


def test_tracking_hears_where_a_link_leads(bens_link, ada):
    change = LinkChange(
        rules=(SWEDEN,),
        split=SPLIT,
        schedule=(Scheduled(at=NOON, url=f"{SHOP}/sale"),),
        utm={"utm_source": "{partner}"},
        subs={"s1": "qr"},
        expires_at=NOON + timedelta(days=30),
    )
    change_link(bens_link.pk, change, actor=ada)

    link = tracked()
    routing = link.routing
    assert routing is not None
    assert link.subs == {"s1": "qr"}
    assert routing.ends_ms == (NOON + timedelta(days=30)).timestamp() * 1000
    assert [choice.url for _, choice in routing.schedule] == [f"{SHOP}/sale?utm_source=ben-s-blog"]
    assert routing.rules[0].countries == {"SE"}
    assert routing.split is not None
    assert routing.split.ends == (1, 4)


def test_a_plain_link_brings_nothing_more_to_tracking(bens_link):
    assert tracked().routing is None
    assert not payload().keys() & {"rules", "split", "utm", "ends_ms", "schedule", "partner_name"}


def test_the_program_end_reaches_tracking_before_it_comes(bens_link, program):
    end = now() + timedelta(days=3)
    Program.objects.filter(pk=program.pk).update(ended_at=end)

    routing = tracked().routing
    assert routing is not None
    assert routing.ends_ms == int(end.timestamp() * 1000)
    assert routing.ends_ms < NEVER_MS


def test_a_partnership_that_ends_later_ends_its_links_then(bens_link, bens, ada):
    end_partnership(bens.pk, actor=ada, reason="Sold the blog.")

    assert payload()["ends_ms"] <= now().timestamp() * 1000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "https://evil.example/"}, "url"),
        ({"url": ""}, "url"),
        ({"fallback_url": "https://evil.example/"}, "fallback_url"),
        ({"rules": (Rule(url="https://evil.example", countries=("SE",)),)}, "rules.0.url"),
        ({"rules": (SWEDEN, Rule(url=SHOP))}, "rules.1"),
        ({"rules": (Rule(url=SHOP, countries=("XX",)),)}, "rules.0.countries"),
        ({"schedule": (Scheduled(at=NOON, url="http:/x"),)}, "schedule.0.url"),
        ({"schedule": (Scheduled(at=NOON, url=SHOP), Scheduled(at=NOON))}, "schedule"),
        (
            {"split": SplitWish(variants=(VariantWish(url=SHOP), VariantWish(url="//x")))},
            "split.variants.1.url",
        ),
        ({"utm": {"hs_click": "x"}}, "utm.hs_click"),
        ({"utm": {"utm_source": "{sub6}"}}, "utm.utm_source"),
        ({"subs": {"s1": "a\x00b"}}, "subs.s1"),
    ],
)
def test_what_cannot_be_is_named_and_changes_nothing(bens_link, ada, change, field):
    with pytest.raises(InvalidInput) as refused:
        change_link(bens_link.pk, LinkChange(name="New", **change), actor=ada)

    assert refused.value.field == field
    assert refused.value.remedy
    bens_link.refresh_from_db()
    assert (bens_link.name, bens_link.rules) == ("", [])


def test_a_change_is_remembered_with_what_was_before(bens_link, ada):
    change_link(bens_link.pk, LinkChange(url=f"{SHOP}/hats"), actor=ada)

    [row] = Activity.objects.filter(verb="link.changed")
    assert row.data == {"before": {"url": SHOP}, "after": {"url": f"{SHOP}/hats"}}


def test_asking_for_what_is_so_changes_nothing(bens_link, ada):
    change = LinkChange(rules=(SWEDEN,), split=SPLIT, utm={"a": "b"}, disabled=True)
    change_link(bens_link.pk, change, actor=ada)
    before = (verbs(bens_link), feed())
    change_link(bens_link.pk, change, actor=ada)

    assert (verbs(bens_link), feed()) == before


def test_what_is_not_named_stays(bens_link, ada):
    change_link(bens_link.pk, LinkChange(rules=(SWEDEN,)), actor=ada)
    link = change_link(bens_link.pk, LinkChange(name="Blog"), actor=ada)

    assert len(link.rules) == 1


def leave(program, *domains):
    """The program keeps these domains only."""
    change_program(
        program.pk,
        name=program.name,
        site_url=program.site_url,
        domains=list(domains),
        fallback_url="",
        answer_days=program.answer_days,
        payout_day=program.payout_day,
        payout_net_days=program.payout_net_days,
        actor=None,
    )


def test_a_link_to_a_lost_domain_is_not_switched_on_again(bens_link, program, ada):
    """Whoever owns the domain by now would get the program's visitors."""
    change_link(bens_link.pk, LinkChange(disabled=True), actor=ada)
    leave(program, "new.example")
    [planned] = plan_changes([bens_link.pk], LinkChange(disabled=False))
    with pytest.raises(DestinationNotAllowed) as refused:
        change_link(bens_link.pk, LinkChange(disabled=False), actor=ada)

    assert planned.refusal is not None
    assert (refused.value.field, planned.refusal.field) == ("url", "url")
    change_link(bens_link.pk, LinkChange(disabled=False, url="https://new.example/"), actor=ada)
    assert payload()["disabled"] is False


def test_a_domain_to_which_a_link_falls_back_is_kept(bens_link, program, ada):
    change = LinkChange(fallback_url=f"{SHOP}/over", disabled=True)
    change_link(bens_link.pk, change, actor=ada)
    with pytest.raises(DomainInUse) as refused:
        leave(program, "new.example")

    assert refused.value.field == "domains"
    change_link(bens_link.pk, LinkChange(fallback_url=""), actor=ada)
    leave(program, "new.example")


OLD, NEW = f"{SHOP}/old", "https://new.example/"
AGO, SINCE, LATER = (now() + timedelta(days=days) for days in (-9, -1, 9))


def variants(*urls):
    return SplitWish(variants=tuple(VariantWish(url=url) for url in urls))


@pytest.mark.parametrize(
    "change",
    [
        {"rules": (Rule(url=OLD, countries=("SE",)),)},
        {"split": variants(NEW, OLD)},
        {"schedule": (Scheduled(at=LATER, url=OLD),)},
        {"schedule": (Scheduled(at=AGO, url=OLD), Scheduled(at=LATER, url=NEW))},
    ],
)
def test_a_domain_to_which_a_link_sends_some_visitors_is_kept(bens_link, program, ada, change):
    leave(program, *program.domains, "new.example")
    change_link(bens_link.pk, LinkChange(url=NEW, **change), actor=ada)
    with pytest.raises(DomainInUse, match=OLD):
        leave(program, "new.example")

    change_link(bens_link.pk, LinkChange(disabled=True), actor=ada)
    leave(program, "new.example")


def test_a_domain_that_no_visitor_gets_to_any_more_can_be_left(bens_link, program, ada):
    leave(program, *program.domains, "new.example")
    schedule = (Scheduled(at=AGO, url=OLD), Scheduled(at=SINCE, url=NEW), Scheduled(at=LATER))
    change = LinkChange(url=NEW, schedule=schedule, split=variants(NEW, OLD))
    change_link(bens_link.pk, change, actor=ada)
    end_split(bens_link.pk, "a", actor=ada)

    leave(program, "new.example")


def test_a_link_can_be_switched_on_again(bens_link, ada):
    change_link(bens_link.pk, LinkChange(disabled=True), actor=ada)
    assert payload()["disabled"] is True
    change_link(bens_link.pk, LinkChange(disabled=False), actor=ada)

    assert payload()["disabled"] is False
    assert verbs(bens_link) == ["link.created", "link.disabled", "link.enabled"]


def test_other_variants_are_another_split(bens_link, ada):
    first = read_split(change_link(bens_link.pk, LinkChange(split=SPLIT), actor=ada).split)
    calmer = SPLIT.model_copy(update={"decides": False})
    same = read_split(change_link(bens_link.pk, LinkChange(split=calmer), actor=ada).split)
    other = SplitWish(variants=SPLIT.variants[::-1])
    anew = read_split(change_link(bens_link.pk, LinkChange(split=other), actor=ada).split)

    assert first is not None
    assert same is not None
    assert anew is not None
    assert (same.started_at, same.decides) == (first.started_at, False)
    assert anew.started_at > first.started_at


def test_a_split_is_decided_once(bens_link, ada):
    change_link(bens_link.pk, LinkChange(split=SPLIT), actor=ada)
    end_split(bens_link.pk, "b", actor=None, reason="b: 190 of 4000")
    end_split(bens_link.pk, "a", actor=ada)

    routing = tracked().routing
    assert routing is not None
    assert routing.split is not None
    assert [choice.url for choice in routing.split.choices] == [f"{SHOP}/b"]
    assert verbs(bens_link).count("link.split-decided") == 1


def test_a_variant_that_is_none_cannot_win(bens_link, ada):
    with pytest.raises(InvalidInput):
        end_split(bens_link.pk, "a", actor=ada)


def test_a_partner_routes_only_where_its_brand_allows_it(bens_link, ben, ada, program):
    change = LinkChange(rules=(SWEDEN,))
    with pytest.raises(RoutingNotAllowed):
        change_link(bens_link.pk, change, actor=ben, by_partner=True)
    change_link(bens_link.pk, LinkChange(utm={"a": "b"}), actor=ben, by_partner=True)
    change_defaults(program, utm={}, partners_route=True, actor=ada)

    assert change_link(bens_link.pk, change, actor=ben, by_partner=True).rules


def test_many_links_are_changed_together_or_not_at_all(bens, bens_link, ada, mallory):
    other = create_link(bens, url=f"{SHOP}/x", actor=ada)
    theirs = Program.objects.get(slug="rival-pals")
    Link.objects.filter(pk=other.pk).update(program=theirs)
    change = LinkChange(url=f"{SHOP}/sale")
    with pytest.raises(LinksNotChanged) as refused:
        change_links([bens_link.pk, other.pk], change, actor=ada)

    assert {pk: type(error) for pk, error in refused.value.refusals.items()} == {
        other.pk: DestinationNotAllowed
    }
    bens_link.refresh_from_db()
    assert bens_link.url == SHOP
    change_links([bens_link.pk], change, actor=ada)
    bens_link.refresh_from_db()
    assert bens_link.url == f"{SHOP}/sale"


def test_a_plan_says_what_would_change_and_changes_nothing(bens_link, ada):
    [plan] = plan_changes([bens_link.pk], LinkChange(url=f"{SHOP}/sale", name=""))

    assert (plan.before, plan.after) == ({"url": SHOP}, {"url": f"{SHOP}/sale"})
    bens_link.refresh_from_db()
    assert bens_link.url == SHOP


def test_what_the_program_adds_reaches_all_its_links(bens_link, program, ada):
    change_defaults(program, utm={"utm_medium": "affiliate"}, partners_route=False, actor=ada)
    change_link(bens_link.pk, LinkChange(utm={"utm_source": "{slug}"}), actor=ada)

    assert tracked().routing.plain.url == f"{SHOP}/?utm_source=ben&utm_medium=affiliate"


def test_a_link_may_leave_out_what_its_program_adds(bens_link, program, ada):
    change_defaults(program, utm={"utm_medium": "affiliate"}, partners_route=False, actor=ada)
    change_link(bens_link.pk, LinkChange(utm={"utm_medium": ""}), actor=ada)

    assert tracked().routing is None


def test_a_partners_new_name_reaches_its_links(bens_link, program, ada):
    change_defaults(program, utm={"utm_source": "{partner}"}, partners_route=False, actor=ada)
    Organization.objects.filter(pk=bens_link.partner_id).update(name="Ben & Co")

    assert tracked().routing.plain.url == f"{SHOP}/?utm_source=ben-co"


def test_the_same_defaults_again_are_no_change(program, ada):
    for _ in range(2):
        change_defaults(program, utm={"a": "b"}, partners_route=True, actor=ada)

    assert Activity.objects.filter(verb="link-defaults.changed").count() == 1
