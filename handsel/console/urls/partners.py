"""partners, links, codes, agreements"""

from django.urls import path

from handsel.console.views import (
    agreements,
    journeys,
    link,
    links,
    notes,
    partner,
    partners,
    settling,
    sub_ids,
    viewing,
)

urlpatterns = [
    path("partners/", partners.partners, name="partners"),
    path("partners/export.csv", partners.export, name="partners-export"),
    path("partners/new/", partners.new, name="partner-new"),
    path("partners/<str:pk>/", partner.profile, name="partner"),
    path("partners/<str:pk>/links/", partner.links, name="partner-links"),
    path("partners/<str:pk>/links/new/", partner.new_link, name="partner-link-new"),
    path("partners/<str:pk>/codes/new/", partner.new_code, name="partner-code-new"),
    path("partners/<str:pk>/agreement/", agreements.agreement, name="partner-agreement"),
    path("partners/<str:pk>/offer/", agreements.offer_new, name="partner-offer"),
    path("partners/<str:pk>/ending/", agreements.ending, name="partner-ending"),
    path(
        "partners/<str:pk>/ending/withdrawal/",
        agreements.ending_withdrawal,
        name="partner-ending-withdrawal",
    ),
    path("offers/<str:pk>/withdrawal/", agreements.offer_withdrawal, name="offer-withdrawal"),
    path("agreements/<str:pk>/agreement.pdf", agreements.pdf, name="agreement-pdf"),
    path("agreements/<str:pk>/terms.json", agreements.terms_json, name="agreement-terms"),
    path("partners/<str:pk>/commissions/", partner.commissions, name="partner-commissions"),
    path("partners/<str:pk>/adjustment/", settling.adjustment, name="partner-adjustment"),
    path("partners/<str:pk>/brought/", settling.brought, name="partner-brought"),
    path("partners/<str:pk>/payouts/", partner.payouts, name="partner-payouts"),
    path("partners/<str:pk>/questions/", partner.questions, name="partner-questions"),
    path("partners/<str:pk>/story/", partner.story, name="partner-story"),
    path("partners/<str:pk>/notes/", notes.new, name="partner-note-new"),
    path("notes/<str:pk>/removal/", notes.removal, name="note-removal"),
    path("partners/<str:pk>/state/", partner.state, name="partner-state"),
    path("partners/<str:pk>/example-key/", partner.example_key, name="partner-example-key"),
    path("partners/<str:pk>/invitation/", partner.invitation, name="partner-invitation"),
    path("partners/<str:pk>/view/", viewing.viewing, name="partner-view"),
    path("viewing/leaving/", viewing.leaving, name="viewing-leaving"),
    path("journeys/", journeys.journeys, name="journeys"),
    path("journeys/models.csv", journeys.export, name="journeys-export"),
    path("journeys/pairs.csv", journeys.pairs, name="journeys-pairs"),
    path("links/", links.links, name="links"),
    path("links/many/", links.many, name="links-many"),
    path("links/defaults/", link.defaults, name="link-defaults"),
    path("links/sub-ids/", sub_ids.sub_ids, name="sub-ids"),
    path("links/sub-ids/export.csv", sub_ids.export, name="sub-ids-export"),
    path("links/<str:pk>/", link.link, name="link"),
    path("links/<str:pk>/sub-ids.csv", sub_ids.of_link, name="link-sub-ids"),
    *(
        path(f"links/<str:pk>/{part}/", link.change, {"part": part}, name=f"link-{part}")
        for part in link.PARTS
    ),
    path("links/<str:pk>/switch/", link.switch, name="link-switch"),
    path("links/<str:pk>/winner/", link.winner, name="link-winner"),
    path("links/<str:pk>/qr.svg", link.qr, {"kind": "svg"}, name="link-qr-svg"),
    path("links/<str:pk>/qr.png", link.qr, {"kind": "png"}, name="link-qr-png"),
    path("codes/<str:pk>/disabling/", links.code_disabling, name="code-disabling"),
]
