from ninja import NinjaAPI

from handsel.api.problems import answer_with_problems
from handsel.api.views import conversions

api = NinjaAPI(title="Handsel", version="1", urls_namespace="api")
answer_with_problems(api)
api.add_router("/v1", conversions.router)

app_name = "api"
urlpatterns = api.urls[0]
