"""commissions, conversions, customers, events, ledger"""

from django.urls import path

from handsel.console.views import (
    bindings,
    commissions,
    conversions,
    crediting,
    customers,
    decisions,
    events,
    ledger,
)

urlpatterns = [
    path("commissions/", commissions.commissions, name="commissions"),
    path("commissions/export.csv", commissions.export, name="commissions-export"),
    path("commissions/<str:pk>/", commissions.commission, name="commission"),
    path("commissions/<str:pk>/proof.json", commissions.proof, name="commission-proof"),
    path("commissions/<str:pk>/approval/", decisions.approval, name="commission-approval"),
    path("commissions/<str:pk>/refusal/", decisions.refusal, name="commission-refusal"),
    path("commissions/<str:pk>/withholding/", decisions.withholding, name="commission-withholding"),
    path("commissions/<str:pk>/release/", decisions.release, name="commission-release"),
    path("conversions/", conversions.conversions, name="conversions"),
    path("conversions/export.csv", conversions.export, name="conversions-export"),
    path("conversions/<str:pk>/", conversions.conversion, name="conversion"),
    path("conversions/<str:pk>/credit/", crediting.credit, name="conversion-credit"),
    path("credits/<str:pk>/withdrawal/", crediting.withdrawal, name="credit-withdrawal"),
    path("customers/", customers.customers, name="customers"),
    # Before the customers, whose ids stand in the same place.
    path("customers/lifetime/", bindings.bindings, name="bindings"),
    path("customers/lifetime/<str:pk>/", bindings.binding, name="binding"),
    path("customers/lifetime/<str:pk>/ending/", bindings.ending, name="binding-ending"),
    path("customers/lifetime/<str:pk>/move/", bindings.move, name="binding-move"),
    path("customers/<str:pk>/assignment/", bindings.assignment, name="customer-assignment"),
    path("customers/<str:pk>/", customers.customer, name="customer"),
    path("events/", events.events, name="events"),
    path("events/live/", events.live, name="events-live"),
    path("events/export.csv", events.export, name="events-export"),
    path("events/clicks/<str:pk>/", events.click, name="click"),
    path("events/impressions/<str:pk>/", events.impression, name="impression"),
    path("events/<str:pk>/", events.event, name="event"),
    path("events/<str:pk>/retrial/", events.retrial, name="event-retrial"),
    path("ledger/", ledger.journal, name="ledger"),
    path("ledger/balances/", ledger.balances, name="ledger-balances"),
]
