"""Findings in words: what was seen, and what to do in the DNS form. A test finds unworded codes."""

from collections.abc import Sequence

from babel.lists import format_list
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.domains.findings import Finding, read_finding
from handsel.domains.models import TrackingDomain
from handsel.ui.locales import reader_locale
from handsel.ui.wording import Said

Words = tuple[str | Promise, str | Promise]

IN_FORM = _("In the DNS form of your domain:")

WORDINGS: dict[str, Words] = {
    "leads-here": (_("The DNS leads here."), ""),
    "leads-here-via": (_("The DNS leads here, by way of %(via)s."), ""),
    "address-copied": (
        _("The DNS leads here, by an address."),
        _("That works until this server moves. A CNAME record follows it by itself:"),
    ),
    "record-missing": (_("The DNS does not know %(host)s yet."), IN_FORM),
    "other-target": (_("%(host)s leads to %(found)s."), IN_FORM),
    "stray-address": (
        _("Some visitors are led to %(addresses)s."),
        _("Take the records away that lead there, so that all come here."),
    ),
    "wildcard": (
        _("A record for every name below %(zone)s leads %(host)s to %(found)s."),
        _("Add a record for this name alone; it goes before the other."),
    ),
    "proxied": (
        _("%(proxy)s stands in front of this name."),
        _(
            "Switch its proxy off for this record (“DNS only”), or ask whoever runs this server to"
            " trust its networks: otherwise every visitor seems to be %(proxy)s."
        ),
    ),
    "dns-silent": (
        _("The name servers of %(zone)s do not answer."),
        _("Ask where your domain is registered, and check again in a while."),
    ),
    "target-unknown": (
        _("%(target)s, the name of this server’s links, has no address itself."),
        _("Its operator has to mend that first."),
    ),
    "no-public-name": (
        _("This server’s links have no public name yet that a record could lead to."),
        _("Its operator sets HANDSEL_TRACKING_URL, as https://go.shop.example."),
    ),
    "caa-forbids": (
        _("A CAA record at %(place)s lets only %(allowed)s issue certificates."),
        _("Add a second one beside it:"),
    ),
    "private-address": (
        _("The address %(addresses)s lies in a private network, where no visitor gets to."),
        _("Lead the name to a public address."),
    ),
    "no-answer": (
        _("Nothing answers on port %(port)s."),
        _("Whoever runs this server looks whether its proxy is up and takes this name."),
    ),
    "certificate-missing": (
        _("There is no certificate for this name yet."),
        _("It is asked for when the name is first visited: check again in a minute."),
    ),
    "certificate-expired": (
        _("The certificate has run out."),
        _("Whoever runs this server looks why it was not renewed."),
    ),
    "certificate-other-name": (
        _("The certificate is for another name."),
        _("Whoever runs this server adds this name to its proxy; see its guide to domains."),
    ),
    "certificate-untrusted": (
        _("Browsers do not trust the certificate: %(detail)s."),
        _("Whoever runs this server takes one from a known authority."),
    ),
    "certificate-valid": (_("The certificate is good."), ""),
    "answers": (_("Links answer on this name."), ""),
    "not-ours": (
        _("Another server answers on this name."),
        _("Whoever runs this server lets its proxy hand this name on to tracking."),
    ),
}


def said(finding: Finding) -> Said:
    """The sentence for a finding and the advice, in the active language."""
    code = finding.code
    if code == "leads-here" and finding.params.get("via"):
        code = "leads-here-via"
    message, remedy = WORDINGS[code]
    blanks = {name: _joined(value) for name, value in finding.params.items()}
    return Said(str(message) % blanks, str(remedy) % blanks)


def amiss(domain: TrackingDomain) -> str:
    """What the last check found to be wrong first of all; empty where it found nothing."""
    findings = map(read_finding, domain.findings)
    wrong = next((finding for finding in findings if finding.state == "wrong"), None)
    return said(wrong).message if wrong else ""


def _joined(value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return value
    return format_list(value, style="or", locale=reader_locale()) if value else "—"
