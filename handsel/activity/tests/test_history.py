import pytest
from django.db import DatabaseError, connection, transaction

from handsel.activity.models import Activity
from handsel.activity.queries import history
from handsel.activity.services import record
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership


def test_both_sides_of_a_partnership_see_what_was_done(
    ada: Member, ben: Member, mallory: Member, bens: Partnership
) -> None:
    record("partnership.paused", bens, actor=ada, reason="Holidays")

    assert "Holidays" in [a.reason for a in history(ada, bens.pk)]
    assert "Holidays" in [a.reason for a in history(ben, bens.pk)]
    assert not history(mallory, bens.pk)


def test_what_lies_inside_an_organization_stays_there(ada: Member, ben: Member) -> None:
    record("member.joined", ada, actor=ada)

    assert history(ada, ada.pk)
    assert not history(ben, ada.pk)


@pytest.mark.parametrize("statement", ["UPDATE {} SET verb = 'x'", "DELETE FROM {}"])
def test_nobody_rewrites_the_past(ada: Member, statement: str) -> None:
    record("member.joined", ada, actor=ada)

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("activity_activity"))
    assert Activity.objects.filter(verb="member.joined").exists()
