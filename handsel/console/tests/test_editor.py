"""The editor of terms, from a draft to what newcomers get or one partner is offered."""

import json
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from handsel.cast import member_of
from handsel.drafts.models import Draft
from handsel.drafts.services import begin_draft
from handsel.engine.terms import canonical
from handsel.engine.terms.tests.everything import EVERYTHING
from handsel.organizations.models import Member
from handsel.partnerships.models import Offer
from handsel.programs.models import Group
from handsel.programs.queries import first_group, terms_of


class Controls(HTMLParser):
    """What a browser would send of the form `editor`, without any button."""

    def __init__(self) -> None:
        super().__init__()
        self.posted = QueryDict(mutable=True)
        self.inside = False
        self.select = ""
        self.options: list[tuple[str, bool]] = []
        self.area: tuple[str, str] | None = None

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "form":
            self.inside = said.get("id") == "editor"
        if not self.inside:
            return
        if tag == "input" and "name" in said and "disabled" not in said:
            ticked = said.get("type") != "checkbox" or "checked" in said
            if ticked:
                self.posted.appendlist(said["name"], said.get("value", "on"))
        elif tag == "select":
            self.select, self.options = said.get("name", ""), []
        elif tag == "option":
            self.options.append((said.get("value", ""), "selected" in said))
        elif tag == "textarea":
            self.area = (said["name"], "")

    def handle_data(self, data):
        if self.area:
            self.area = (self.area[0], self.area[1] + data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.inside and self.options:
            chosen = next((v for v, is_chosen in self.options if is_chosen), self.options[0][0])
            self.posted.appendlist(self.select, chosen)
        elif tag == "textarea" and self.area:
            name, text = self.area
            # A browser leaves out the first line end, and writes the others in two letters.
            self.posted.appendlist(name, text.removeprefix("\n").replace("\n", "\r\n"))
            self.area = None


def controls(response: HttpResponse) -> QueryDict:
    parser = Controls()
    parser.feed(response.content.decode())
    assert parser.posted
    return parser.posted


@pytest.fixture
def acme_client(client, ada, program, signed_in):
    return signed_in(client, ada)


@pytest.fixture
def group(program):
    return first_group(program)


@pytest.fixture
def draft(program, group, ada, terms):
    return begin_draft(program, terms, actor=ada, group=group)


def url(name, *args):
    return reverse(f"console:{name}", args=args)


def post(client, draft, posted, act, **changes):
    said = posted.copy()
    for name, value in changes.items():
        said[name] = value
    said["act"] = act
    return client.post(
        url("terms-draft", draft.pk),
        said.urlencode(),
        content_type="application/x-www-form-urlencoded",
    )


def test_a_form_that_is_sent_as_it_came_changes_nothing(acme_client, program, ada):
    draft = begin_draft(program, EVERYTHING, actor=ada, name="All")
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))

    post(acme_client, draft, posted, "look")

    data = acme_client.get(url("terms-draft-data", draft.pk)).content
    assert data == canonical(EVERYTHING)


def test_new_terms_of_a_group_are_for_those_who_join_later(acme_client, draft, group, bens):
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))

    answer = post(acme_client, draft, posted, "use", **{"t.pay.0.rate_ppm": "12.5"})
    group.refresh_from_db()
    draft.refresh_from_db()

    assert answer.url == url("group-offers", group.pk)
    assert terms_of(group).model_dump()["pay"][0]["rate_ppm"] == 125_000
    assert bens.agreements.get().terms["pay"][0]["rate_ppm"] == 100_000
    assert draft.used_at is not None


def test_rates_are_written_as_one_writes_them(acme_client, draft, ada):
    ada.user.language = "sv"
    ada.user.save(update_fields=["language"])
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))

    post(acme_client, draft, posted, "look", **{"t.pay.0.rate_ppm": "12,5 %"})
    draft.refresh_from_db()

    assert draft.written["pay"][0]["rate_ppm"] == 125_000


def test_nonsense_is_refused_beside_its_field_and_nothing_is_lost(acme_client, draft, group):
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))

    answer = post(
        acme_client,
        draft,
        posted,
        "use",
        **{"t.pay.0.rate_ppm": "a lot", "t.attribution.window_days": "45"},
    )
    again = controls(acme_client.get(url("terms-draft", draft.pk)))
    before = terms_of(group)
    group.refresh_from_db()

    assert answer.status_code == 422
    assert "“a lot” is no number" in answer.content.decode()
    assert again["t.pay.0.rate_ppm"] == "a lot"
    assert again["t.attribution.window_days"] == "45"
    assert terms_of(group) == before


def test_what_the_checks_refuse_is_not_used(acme_client, draft, group):
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))
    posted["t.pay.0.rate_ppm"] = "100"
    posted["t.customer_discount._"] = "1"
    posted["t.customer_discount.rate_ppm"] = "20"
    posted["t.basis.before_discounts"] = "1"
    posted["t.pay.0.rate_ppm"] = "100"

    answer = post(acme_client, draft, posted, "use")

    assert answer.status_code == 422
    assert "A sale can cost 120%" in answer.content.decode()


def test_rules_are_added_moved_and_removed_by_buttons(acme_client, draft):
    page = acme_client.get(url("terms-draft", draft.pk))
    page = post(acme_client, draft, controls(page), "add t.pay", **{"choose.t.pay": "fixed"})
    added = controls(page)
    page = post(acme_client, draft, added, "up t.pay.1", **{"t.pay.1.amount_minor": "3.50"})
    moved = controls(page)
    page = post(acme_client, draft, moved, "remove t.pay.1")
    left = controls(page)

    assert added["t.pay.1.kind"] == "fixed"
    assert (moved["t.pay.0.kind"], moved["t.pay.0.amount_minor"]) == ("fixed", "3.50")
    assert moved["t.pay.1.kind"] == "percent"
    assert "t.pay.1.kind" not in left


def test_conditions_are_nested_by_buttons(acme_client, draft):
    page = acme_client.get(url("terms-draft", draft.pk))
    asks = {"choose.t.pay.0.when": "any_of"}
    page = post(acme_client, draft, controls(page), "ask t.pay.0.when", **asks)
    inner = "t.pay.0.when.any_of.0"
    page = post(
        acme_client, draft, controls(page), f"ask {inner}", **{f"choose.{inner}": "countries"}
    )
    page = post(acme_client, draft, controls(page), "remove t.pay.0.when.any_of.1")
    post(acme_client, draft, controls(page), "look", **{f"{inner}.countries": "se, no"})
    draft.refresh_from_db()

    assert draft.written["pay"][0]["when"] == {"any_of": [{"countries": ["SE", "NO"]}]}


def test_a_condition_that_asks_nothing_is_not_taken_for_one_that_always_holds(acme_client, draft):
    page = acme_client.get(url("terms-draft", draft.pk))
    asks = {"choose.t.pay.0.when": "skus"}
    page = post(acme_client, draft, controls(page), "ask t.pay.0.when", **asks)
    answer = post(acme_client, draft, controls(page), "use")

    assert answer.status_code == 422
    assert "Fill this in, or remove the condition." in answer.content.decode()


@pytest.mark.parametrize(
    "act", ["remove t.pay.99", "up t.pay.0", "put t.pay nonsense", "ask t.currency", "remove", "x"]
)
def test_a_button_that_makes_no_sense_changes_nothing(acme_client, draft, act):
    before = draft.written
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))

    answer = post(acme_client, draft, posted, act)
    draft.refresh_from_db()

    assert answer.status_code == 200
    assert draft.written["pay"][0]["rate_ppm"] == before["pay"][0]["rate_ppm"]


def test_the_words_are_shown_in_a_chosen_language(acme_client, draft):
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))

    english = post(acme_client, draft, posted, "look").content.decode()
    polish = post(acme_client, draft, posted, "look", words="pl").content.decode()

    assert '<ol class="stack gap-2" role="list" lang="pl">' in polish
    assert english.partition('role="list" lang=')[2] != polish.partition('role="list" lang=')[2]


def test_while_one_writes_only_what_it_means_is_answered(acme_client, draft):
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))
    posted["t.pay.0.rate_ppm"] = "8"

    answer = acme_client.post(
        url("terms-draft", draft.pk),
        posted.urlencode(),
        content_type="application/x-www-form-urlencoded",
        headers={"HX-Request": "true", "HX-Target": "preview"},
    ).content.decode()

    assert answer.lstrip().startswith("<aside")
    assert "<form" not in answer
    assert "8%" in answer
    assert "What it changes" in answer


def test_a_draft_for_one_partner_goes_on_to_an_offer(acme_client, program, ada, bens, terms):
    begun = acme_client.post(url("terms-drafts"), {"for": f"partnership:{bens.pk}"})
    draft = Draft.objects.get(partnership=bens)
    posted = controls(acme_client.get(begun.url))
    on = post(acme_client, draft, posted, "use", **{"t.pay.0.rate_ppm": "15"})
    shown = acme_client.get(on.url)
    form = shown.context["form"]
    said = {
        "rate": "10",
        "window_days": "30",
        "hold_days": "14",
        "as_data": form.initial["as_data"],
        "better_at_once": "on",
        "if_unanswered": "keep",
        "step": "send",
    }
    sent = acme_client.post(on.url, said)
    draft.refresh_from_db()

    assert on.url == f"{url('partner-offer', bens.pk)}?draft={draft.pk}"
    assert sent.status_code == 302
    assert Offer.objects.get(partnership=bens).terms["pay"][0]["rate_ppm"] == 150_000
    assert draft.used_at is not None


def test_a_draft_is_taken_up_again_after_days(acme_client, draft):
    Draft.objects.update(changed_at=timezone.now() - timedelta(days=3))

    listed = acme_client.get(url("terms-library")).content.decode()

    assert url("terms-draft", draft.pk) in listed


def test_a_used_draft_is_not_written_on(acme_client, draft):
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))
    post(acme_client, draft, posted, "use", **{"t.pay.0.rate_ppm": "12"})

    assert acme_client.get(url("terms-draft", draft.pk)).status_code == 404


@pytest.mark.parametrize("source", ["template:content", "template:leads", "template:season"])
def test_a_draft_starts_from_the_library(acme_client, source):
    begun = acme_client.post(url("terms-drafts"), {"from": source})
    posted = controls(acme_client.get(begun.url))
    made = post(acme_client, Draft.objects.get(), posted, "use", name="Writers")

    assert made.status_code == 302
    assert Group.objects.filter(name="Writers").exists()


def test_terms_travel_as_data(acme_client, program, ada, draft):
    data = acme_client.get(url("terms-draft-data", draft.pk)).content
    acme_client.post(url("terms-drafts"), {"from": "data", "data": data.decode()})
    copy = Draft.objects.exclude(pk=draft.pk).get()
    schema = json.loads(acme_client.get(url("terms-schema")).content)

    assert acme_client.get(url("terms-draft-data", copy.pk)).content == data
    assert schema["$id"] == "urn:handsel:terms:1"


@pytest.mark.parametrize("data", [b"", b"{", b'{"currency":"SEK","pay":[]}', b"[1]"])
def test_data_that_is_no_terms_is_refused(acme_client, data):
    answer = acme_client.post(url("terms-drafts"), {"from": "data", "data": data.decode()})

    assert answer.status_code == 422
    assert Draft.objects.count() == 0


def test_terms_in_another_currency_are_refused(acme_client, terms):
    data = canonical(terms).decode().replace("EUR", "SEK")
    answer = acme_client.post(url("terms-drafts"), {"from": "data", "data": data})

    assert answer.status_code == 422
    assert "Write the terms in EUR" in answer.content.decode()


def test_a_template_of_ones_own_is_kept_and_started_from(acme_client, draft):
    posted = controls(acme_client.get(url("terms-draft", draft.pk)))
    post(acme_client, draft, posted, "keep", template_name="House terms")
    template = Draft.objects.get(name="House terms")
    acme_client.post(url("terms-drafts"), {"from": f"own:{template.pk}"})

    assert template.is_template
    assert Draft.objects.filter(template_at=None).count() == 2


def test_others_neither_see_a_draft_nor_start_from_it(client, draft, bens, mallory, signed_in):
    stranger = signed_in(client, mallory)
    posted = {"for": f"partnership:{bens.pk}"}

    assert stranger.get(url("terms-draft", draft.pk)).status_code == 404
    assert stranger.post(url("terms-drafts"), posted).status_code == 404
    assert stranger.post(url("terms-drafts"), {"from": f"own:{draft.pk}"}).status_code == 404
    assert Draft.objects.count() == 1


def test_who_may_only_look_does_not_write(client, acme, program, draft, signed_in):
    viewer = member_of(acme, "Vera", Member.Role.VIEWER)
    as_viewer = signed_in(client, viewer)

    assert as_viewer.get(url("terms-library")).status_code == 200
    assert as_viewer.post(url("terms-draft", draft.pk), {}).status_code == 403
