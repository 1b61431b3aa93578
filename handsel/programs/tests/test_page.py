from typing import Any

import pytest

from handsel.activity.models import Activity
from handsel.engine.terms import Hold
from handsel.errors import InvalidInput
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.programs.page import (
    AddressTaken,
    PageNotWritten,
    change_page,
    hide_page,
    publish_page,
)
from handsel.programs.queries import first_group, terms_version
from handsel.programs.services import change_group_terms


def words(**other: Any) -> dict[str, Any]:
    """What a brand says of its program."""
    return {
        "slug": "acme-friends",
        "headline": "Share what lasts",
        "pitch": "Knitwear made in Hardanger.",
        "loved": ["Honest words"],
        "forbidden": ["Ads on our name"],
        "reader": "Ada",
        "answer_days": 2,
        "kinds_wanted": ["content"],
        "countries_wanted": ["NO"],
        "reach_min": 500,
        **other,
    }


def test_a_page_is_written_and_written_again(program: Program, ada: Member) -> None:
    change_page(program.pk, **words(), actor=ada)
    change_page(program.pk, **words(headline="Share wool"), actor=ada)

    program.refresh_from_db()
    assert (program.page.headline, program.answer_days) == ("Share wool", 2)
    assert Activity.objects.filter(verb="program.page-changed").count() == 2


def test_a_page_is_there_from_its_publication_until_it_is_hidden(
    program: Program, ada: Member
) -> None:
    assert change_page(program.pk, **words(), actor=ada).published_at is None
    published = publish_page(program.pk, actor=ada).published_at

    assert published is not None
    assert publish_page(program.pk, actor=ada).published_at == published
    assert change_page(program.pk, **words(), actor=ada).published_at == published
    assert hide_page(program.pk, actor=ada).published_at is None


def test_what_was_not_written_is_not_published(program: Program, ada: Member) -> None:
    with pytest.raises(PageNotWritten):
        publish_page(program.pk, actor=ada)


def test_two_pages_do_not_share_an_address(program: Program, ada: Member, mallory: Member) -> None:
    taken = Program.objects.get(brand=mallory.organization).slug

    with pytest.raises(AddressTaken):
        change_page(program.pk, **words(slug=taken), actor=ada)


@pytest.mark.parametrize("slug", ["", "a", "Å", "a/b", "-wool", "w" * 61])
def test_an_address_is_made_of_plain_letters(program: Program, ada: Member, slug: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        change_page(program.pk, **words(slug=slug), actor=ada)

    assert refused.value.field == "slug"


def test_terms_are_numbered_by_their_changes(program: Program, ada: Member, terms: Any) -> None:
    group = first_group(program)
    assert terms_version(group) == (1, group.created_at)

    change_group_terms(group.pk, terms, actor=ada)
    assert terms_version(group).number == 1

    better = terms.model_copy(update={"hold": Hold(days=1)})
    change_group_terms(group.pk, better, actor=ada, reason="The season is over.")

    assert terms_version(group).number == 2
    assert group.versions.get(number=2).reason == "The season is over."
    assert terms_version(group).since > group.created_at
