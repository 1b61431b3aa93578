from django.urls import reverse


def page(client, commission, query=""):
    response = client.get(reverse("console:commission", args=[commission.pk]) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_receipt_tells_the_sum(as_ada, commission):
    text = page(as_ada, commission)

    assert "Why €10.50?" in text
    assert "€105.00" in text  # what counts: 125.00 less 20.00 tax
    assert "€105.00 × 10%" in text
