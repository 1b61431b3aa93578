import json

import pytest
from django.db import connection

from handsel.errors import InvalidInput
from handsel.links.models import Link
from handsel.links.services import (
    CodeTaken,
    DestinationNotAllowed,
    SlugTaken,
    create_code,
    create_link,
    disable_link,
)
from handsel.rows.scope import seen_by


def feed(after=0):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT slug, payload FROM tracking_links_feed WHERE seq > %s ORDER BY seq", [after]
        )
        return [(slug, json.loads(payload)) for slug, payload in cursor.fetchall()]


def test_a_partner_who_joins_has_a_link_and_a_code(bens):
    assert bens.links.get().slug == "ben"
    assert bens.codes.get().code == "BEN10"


def test_link_numbers_are_never_shared(bens, ada):
    first, second = (create_link(bens, actor=ada) for _ in range(2))

    assert 0 < first.number < second.number


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example",
        "https://acme.example.evil.example",
        "https://evilacme.example",
        "javascript:alert(1)",
        "//acme.example",
    ],
)
def test_a_link_leads_only_to_the_programs_own_domains(bens, ada, url):
    with pytest.raises(DestinationNotAllowed) as refused:
        create_link(bens, url=url, actor=ada)

    assert refused.value.field == "url"


def test_a_slug_belongs_to_one_link(bens, ada):
    with pytest.raises(SlugTaken):
        create_link(bens, slug="ben", actor=ada)


def test_a_code_belongs_to_one_partner_whatever_its_case(bens, ada):
    with pytest.raises(CodeTaken):
        create_code(bens, code="ben10", actor=ada)


def test_a_slug_that_tracking_answers_itself_is_refused(bens, ada):
    with pytest.raises(InvalidInput):
        create_link(bens, slug="pixel", actor=ada)


def test_tracking_hears_of_every_change_once(bens_link, ada):
    (before,) = feed()
    disable_link(bens_link.pk, actor=ada)
    (after,) = feed()

    assert before[1]["disabled"] is False
    assert after[1]["disabled"] is True
    assert after[1]["domains"] == ["acme.example"]


def test_another_brand_sees_neither_link_nor_code(bens_link, mallory):
    with seen_by([mallory.organization_id]):
        assert not Link.objects.filter(pk=bens_link.pk).exists()
    assert not Link.objects.visible_to(mallory).exists()
