import time
from threading import Thread

import pytest
from django.db import connection, transaction

from handsel.cast import member_of
from handsel.errors import DomainError
from handsel.organizations.models import Member, Organization
from handsel.organizations.services import LastOwner, change_role, members

WAITS_SECONDS_MAX = 10


def _demote(pk: str, outcome: list[str]) -> None:
    try:
        change_role(pk, Member.Role.VIEWER, actor=None)
        outcome.append("done")
    except DomainError as refusal:
        outcome.append(type(refusal).__name__)
    finally:
        connection.close()


def _until_it_waits_or_ends(thread: Thread) -> None:
    deadline = time.monotonic() + WAITS_SECONDS_MAX
    while thread.is_alive() and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone() == (True,):
                return
        time.sleep(0.01)


def two_at_once(acme: Organization, ada: Member) -> list[str]:
    """Ada and Siri, both owners, are demoted in two transactions that overlap."""
    siri = member_of(acme, "Siri")
    outcome: list[str] = []
    thread = Thread(target=_demote, args=(siri.pk, outcome))
    with transaction.atomic():
        change_role(ada.pk, Member.Role.VIEWER, actor=ada)
        thread.start()
        _until_it_waits_or_ends(thread)
    thread.join()
    return outcome


@pytest.mark.django_db(transaction=True)
def test_one_owner_is_left(acme: Organization, ada: Member) -> None:
    assert two_at_once(acme, ada) == [LastOwner.__name__]
    assert Member.objects.filter(role=Member.Role.OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_none_is_left(
    acme: Organization, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "_lock", lambda pk: Member.objects.get(pk=pk))

    assert two_at_once(acme, ada) == ["done"]
    assert not Member.objects.filter(role=Member.Role.OWNER).exists()
