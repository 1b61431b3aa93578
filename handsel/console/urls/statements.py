"""the papers that go with payouts"""

from django.urls import path

from handsel.console.views import statements

# Before the payouts of a batch, whose ids stand in the same place.
ONE = "payouts/statements/<str:pk>/"

urlpatterns = [
    path(ONE, statements.statement, name="statement"),
    path(f"{ONE}lines.csv", statements.lines, name="statement-lines"),
    path(f"{ONE}proof.json", statements.proof, name="statement-proof"),
]
