"""A refused form is answered with 422, so that machines hear it too, and with its whole page."""

import io

import pytest
from django.urls import reverse

from handsel.connectors.files.services import upload


@pytest.fixture
def file(program, ada):
    return upload(program, "till.csv", io.BytesIO(b"Order,Total\nL-1,12.50\n"), actor=ada)


FORMS = {
    "members": {"email": "no"},
    "partner-new": {"name": ""},
    "settings": {"name": ""},
    "settings-program": {"name": ""},
    "settings-payouts": {"iban": "NO1"},
    "settings-clicks": {"click_filter": "no"},
    "settings-page": {"slug": "É"},
    "domains": {"host": "not a host"},
    "keys": {"name": ""},
    "imports": {"file": ""},
    "links-many": {"all": "1", "step": "plan", "what": "url", "url": "javascript:x"},
    "link-defaults": {"utm_source": "{sub9}"},
}
OF_PARTNER = {"partner-link-new": {"url": "javascript:x"}, "partner-code-new": {"code": "?"}}
OF_LINK = {
    "link-address": {"url": ""},
    "link-parameters": {"others": "?"},
    "link-rules": {"rules-TOTAL_FORMS": "x"},
    "link-split": {"split-TOTAL_FORMS": "x"},
    "link-schedule": {"schedule-TOTAL_FORMS": "x"},
}
OF_FILE = {"import-reading": {"delimiter": "no"}, "import-check": {"column_0": "no"}}


@pytest.mark.parametrize("name", FORMS)
def test_a_refused_form_is_422(as_ada, bens_link, name):
    assert_refused(as_ada.post(reverse(f"console:{name}"), FORMS[name]))


@pytest.mark.parametrize("name", OF_PARTNER)
def test_a_refused_form_of_a_partner_is_422(as_ada, bens, name):
    assert_refused(as_ada.post(reverse(f"console:{name}", args=[bens.pk]), OF_PARTNER[name]))


@pytest.mark.parametrize("name", OF_LINK)
def test_a_refused_form_of_a_link_is_422(as_ada, bens_link, name):
    assert_refused(as_ada.post(reverse(f"console:{name}", args=[bens_link.pk]), OF_LINK[name]))


@pytest.mark.parametrize("name", OF_FILE)
def test_a_refused_form_of_a_file_is_422(as_ada, file, name):
    assert_refused(as_ada.post(reverse(f"console:{name}", args=[file.pk]), OF_FILE[name]))


def test_a_refused_form_of_terms_is_422(as_ada, bens):
    assert_refused(
        as_ada.post(reverse("console:group-terms", args=[bens.group_id]), {"percent": "-1"})
    )


def assert_refused(answer):
    assert answer.status_code == 422
    assert "<main" in answer.content.decode()  # the page with what was typed, not a bare notice
