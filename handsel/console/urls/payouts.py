"""batches, payouts, files for the bank"""

from django.urls import path

from handsel.console.views import payout_decisions as decide
from handsel.console.views import payout_settings, payouts

ONE = "payouts/<str:pk>/<str:payout_pk>/"

urlpatterns = [
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/proposal/", decide.proposal, name="batch-proposal"),
    path("payouts/<str:pk>/", payouts.batch, name="batch"),
    path("payouts/<str:pk>/choice/", decide.choice, name="batch-choice"),
    path("payouts/<str:pk>/approval/", decide.approval, name="batch-approval"),
    path("payouts/<str:pk>/discarding/", decide.discarding, name="batch-discarding"),
    path("payouts/<str:pk>/preview/", payouts.preview, name="batch-preview"),
    path("payouts/<str:pk>/file/", decide.file, name="batch-file"),
    path("payouts/<str:pk>/files/<str:file_pk>/", payouts.bank_file, name="bank-file"),
    path("payouts/<str:pk>/confirmation/", decide.confirmation, name="batch-confirmation"),
    path(ONE, payouts.payout, name="payout"),
    path(f"{ONE}clearing/", decide.clearing, name="payout-clearing"),
    path(f"{ONE}delay/", decide.delay, name="payout-delay"),
    path(f"{ONE}drop/", decide.drop, name="payout-drop"),
    path(f"{ONE}restoration/", decide.restoration, name="payout-restoration"),
    path(f"{ONE}payment/", decide.payment, name="payout-payment"),
    path(f"{ONE}failure/", decide.failure, name="payout-failure"),
    path(f"{ONE}return/", decide.comeback, name="payout-return"),
    path("settings/payouts/", payout_settings.payouts, name="settings-payouts"),
]
