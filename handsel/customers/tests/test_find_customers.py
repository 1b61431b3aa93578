from threading import Barrier, Thread

import pytest
from django.db import connection

from handsel.customers.identity import Buyer, email_hash
from handsel.customers.models import Customer
from handsel.customers.services import find_customers
from handsel.errors import InvalidInput
from handsel.rows.scope import as_system

KARI, OLE = email_hash("kari@mail.example"), email_hash("ole@mail.example")


def find(program, **said):
    found = find_customers(program, [Buyer(**said)])
    return found.customers[0]


def test_the_same_buyer_is_found_again(program):
    first = find(program, shop_customer_id="17", email_hash=KARI)

    assert find(program, shop_customer_id="17") == first
    assert find(program, email_hash=KARI) == first
    assert Customer.objects.count() == 1


def test_nobody_in_particular_is_nobody(program):
    assert find(program, country="NO") is None
    assert not Customer.objects.exists()


def test_a_guest_becomes_the_customer_who_comes_with_the_same_email(program):
    guest = find(program, email_hash=KARI)
    customer = find(program, shop_customer_id="17", email_hash=KARI)

    assert customer == guest
    assert Customer.objects.get().shop_customer_id == "17"


def test_a_guest_is_merged_into_a_customer_who_was_known_by_another_name(program):
    guest = find(program, email_hash=KARI)
    known = find(program, shop_customer_id="17")

    found = find_customers(program, [Buyer(shop_customer_id="17", email_hash=KARI)])

    assert found.customers == [known]
    assert found.merged == {guest.pk: known.pk}
    assert find(program, email_hash=KARI) == known


def test_two_shop_ids_are_never_merged(program):
    kari = find(program, shop_customer_id="17", email_hash=KARI)
    flatmate = find(program, shop_customer_id="18", email_hash=KARI)

    assert kari != flatmate
    assert find(program, email_hash=KARI) == kari


def test_a_customer_keeps_the_first_email_and_still_takes_in_later_guests(program):
    kari = find(program, shop_customer_id="17", email_hash=KARI)
    guest = find(program, email_hash=OLE)

    found = find_customers(program, [Buyer(shop_customer_id="17", email_hash=OLE)])

    assert found.customers == [kari]
    assert found.merged == {guest.pk: kari.pk}


def test_one_call_may_name_a_buyer_in_several_ways(program):
    buyers = [
        Buyer(email_hash=KARI),
        Buyer(shop_customer_id="17"),
        Buyer(shop_customer_id="17", email_hash=KARI),
        Buyer(),
    ]
    found = find_customers(program, buyers)

    assert found.customers[:3] == [found.customers[1]] * 3
    assert found.customers[3] is None
    assert Customer.objects.filter(merged_into=None).count() == 1


def test_another_programs_customer_is_somebody_else(program, mallory):
    rival = mallory.organization.programs.get()

    assert find(program, shop_customer_id="17") != find(rival, shop_customer_id="17")


@pytest.mark.django_db(transaction=True)
def test_two_who_come_at_once_are_one(program):
    together, found = Barrier(4), []

    def come():
        try:
            with as_system():
                together.wait(timeout=10)
                found.append(find(program, shop_customer_id="17", email_hash=KARI).pk)
        finally:
            connection.close()

    threads = [Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"email": "kari"}, "customer.email"),
        ({"email_hash": "abc"}, "customer.email_hash"),
        ({"country": "Norway"}, "customer.country"),
        ({"id": 17}, "customer.id"),
        ({"id": "1" * 201}, "customer.id"),
        ({"id": "1\0"}, "customer.id"),
    ],
)
def test_what_is_no_buyer_is_refused_by_name(said, field):
    with pytest.raises(InvalidInput) as refused:
        Buyer.read(said)

    assert refused.value.field == field


def test_an_email_is_hashed_in_one_spelling():
    assert email_hash(" Kari@Mail.Example ") == KARI
    assert email_hash("kåri@mail.example") == email_hash("ka\u030ari@mail.example")
