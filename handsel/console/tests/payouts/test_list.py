from django.urls import reverse

from handsel.console.tests.reading import page_text
from handsel.payouts.models import Batch
from handsel.payouts.services import discard_batch

URL = "/console/payouts/"


def test_before_the_first_batch_the_page_says_how_it_goes(as_ada, program):
    text = page_text(as_ada, URL)

    assert "No batch yet" in text
    assert "Add your account" in text
    assert "Propose the batch" not in text


def test_what_is_owed_is_told_before_it_is_collected(as_ada, owed):
    assert "Owed so far €31.50 Partners 2" in page_text(as_ada, URL)


def test_proposing_leads_to_the_batch(as_ada, owed):
    response = as_ada.post(reverse("console:batch-proposal"))
    batch = Batch.objects.get()

    assert response["Location"] == reverse("console:batch", args=[batch.pk])
    text = page_text(as_ada, URL)
    assert "€31.50 Waiting for approval" in text
    assert "waits for a decision" in text
    assert "Propose the batch" not in text


def test_one_batch_at_a_time(as_ada, batch):
    assert as_ada.post(reverse("console:batch-proposal")).status_code == 409
    assert Batch.objects.count() == 1


def test_a_batch_that_was_sent_back_is_not_listed(as_ada, batch, ada):
    discard_batch(batch.pk, reason="Too early", actor=ada)

    text = page_text(as_ada, URL)
    assert "No batch yet" in text
    assert "Propose the batch" in text
    assert "Payouts1" not in text


def test_managers_propose_and_viewers_do_not(as_mia, as_vera, owed):
    assert "Propose the batch" not in page_text(as_vera, URL)
    assert as_vera.post(reverse("console:batch-proposal")).status_code == 403
    assert "Propose the batch" in page_text(as_mia, URL)
    assert as_mia.post(reverse("console:batch-proposal")).status_code == 302


def test_others_see_none_of_it(as_mallory, batch, as_ben):
    assert "No batch yet" in page_text(as_mallory, URL)
    assert as_mallory.get(reverse("console:batch", args=[batch.pk])).status_code == 404
    assert as_ben.get(reverse("console:batch", args=[batch.pk])).status_code == 404


def test_the_navigation_counts_what_waits(as_ada, batch):
    html = as_ada.get(URL).content.decode()

    assert 'Payouts</span><span class="count" data-due' in html
