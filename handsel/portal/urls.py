"""Addresses of the portal."""

from django.urls import path

from handsel.portal.views import (
    activity,
    agreements,
    calculator,
    customers,
    earnings,
    home,
    link,
    links,
    offers,
    payouts,
    postbacks,
    promises,
    questions,
    replays,
    sub_ids,
    visits,
    you,
)

app_name = "portal"

# Before the receipts of earnings, whose ids stand in the same place.
QUESTIONS = "earnings/questions/"
questions_urlpatterns = [
    path(QUESTIONS, questions.questions, name="questions"),
    path(f"{QUESTIONS}<str:pk>/", questions.question, name="question"),
    path(f"{QUESTIONS}<str:pk>/message/", questions.message, name="question-message"),
    path(f"{QUESTIONS}<str:pk>/answer/", questions.answer, name="question-answer"),
    path(f"{QUESTIONS}<str:pk>/settlement/", questions.settlement, name="question-settlement"),
    path(f"{QUESTIONS}<str:pk>/withdrawal/", questions.withdrawal, name="question-withdrawal"),
    path("earnings/<str:pk>/question/", questions.new, name="question-new"),
    path(
        "earnings/not-credited/<str:pk>/question/",
        questions.new_missed,
        name="question-missed-new",
    ),
]

# And these, for the same reason.
PAYOUTS = "earnings/payouts/"
payouts_urlpatterns = [
    path(PAYOUTS, payouts.payouts, name="payouts"),
    path(f"{PAYOUTS}account/", payouts.account, name="payee"),
    path(f"{PAYOUTS}account/change/", payouts.account_change, name="payee-change"),
    path(f"{PAYOUTS}<str:pk>/", payouts.statement, name="statement"),
    path(f"{PAYOUTS}<str:pk>/lines.csv", payouts.statement_lines, name="statement-lines"),
    path(f"{PAYOUTS}<str:pk>/proof.json", payouts.proof, name="statement-proof"),
]

# And these before the links.
POSTBACKS = "links/postbacks/"
postbacks_urlpatterns = [
    path(POSTBACKS, postbacks.postbacks, name="postbacks"),
    path(f"{POSTBACKS}new/", postbacks.new, name="postback-new"),
    path(f"{POSTBACKS}<str:pk>/", postbacks.postback, name="postback"),
    path(f"{POSTBACKS}<str:pk>/change/", postbacks.change, name="postback-change"),
    path(f"{POSTBACKS}<str:pk>/sample/", postbacks.sample, name="postback-sample"),
    path(f"{POSTBACKS}<str:pk>/secret/", postbacks.secret, name="postback-secret"),
    path(f"{POSTBACKS}<str:pk>/switch/", postbacks.switch, name="postback-switch"),
    path(f"{POSTBACKS}<str:pk>/removal/", postbacks.removal, name="postback-removal"),
    path(f"{POSTBACKS}deliveries/<str:pk>/again/", postbacks.again, name="delivery-again"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("activity/", activity.activity, name="activity"),
    path("calculator/", calculator.calculator, name="calculator"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/offers/<str:pk>/", offers.offer, name="offer"),
    path("agreements/offers/<str:pk>/replay/", replays.of_offer, name="offer-replay"),
    path("agreements/offers/<str:pk>/acceptance/", offers.acceptance, name="offer-acceptance"),
    path("agreements/offers/<str:pk>/refusal/", offers.refusal, name="offer-refusal"),
    path("agreements/<str:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<str:pk>/ending/", agreements.ending, name="agreement-ending"),
    path(
        "agreements/<str:pk>/ending/withdrawal/",
        agreements.ending_withdrawal,
        name="agreement-ending-withdrawal",
    ),
    path("agreements/<str:pk>/agreement.pdf", agreements.pdf, name="agreement-pdf"),
    path("agreements/<str:pk>/terms.json", agreements.terms_json, name="agreement-terms"),
    path("agreements/<str:pk>/acceptance/", agreements.acceptance, name="agreement-acceptance"),
    *questions_urlpatterns,
    *payouts_urlpatterns,
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/export.csv", earnings.export, name="earnings-export"),
    path("earnings/tasks/", promises.promises, name="promises"),
    path("earnings/tasks/<str:pk>/new/", promises.new, name="submission-new"),
    path("earnings/customers/", customers.lifetime_customers, name="lifetime-customers"),
    path("earnings/not-credited/", earnings.not_credited_list, name="not-credited"),
    path("earnings/not-credited/<str:pk>/", earnings.not_credited, name="not-credited-receipt"),
    path("earnings/<str:pk>/", earnings.earning, name="earning"),
    path("earnings/<str:pk>/proof.json", earnings.proof, name="earning-proof"),
    *postbacks_urlpatterns,
    path("links/", links.links, name="links"),
    path("links/visits/", visits.visits, name="visits"),
    path("links/sub-ids/", sub_ids.sub_ids, name="sub-ids"),
    path("links/sub-ids/export.csv", sub_ids.export, name="sub-ids-export"),
    path("links/new/", links.new_link, name="link-new"),
    path("links/<str:pk>/", link.link, name="link"),
    path("links/<str:pk>/sub-ids.csv", sub_ids.of_link, name="link-sub-ids"),
    path("links/<str:pk>/disabling/", link.disabling, name="link-disabling"),
    path("links/<str:pk>/winner/", link.winner, name="link-winner"),
    *(
        path(f"links/<str:pk>/{part}/", link.change, {"part": part}, name=f"link-{part}")
        for part in (*link.PARTS, *link.ROUTING)
    ),
    path("links/<str:pk>/qr.svg", link.qr, {"kind": "svg"}, name="link-qr-svg"),
    path("links/<str:pk>/qr.png", link.qr, {"kind": "png"}, name="link-qr-png"),
    path("you/", you.you, name="you"),
    path("you/invitations/", you.invitation, name="invitation"),
    path("you/invitations/<str:pk>/revocation/", you.revocation, name="invitation-revocation"),
]
