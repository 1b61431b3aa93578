from django.apps import AppConfig
from prometheus_client import REGISTRY


class PostbacksConfig(AppConfig):
    name = "handsel.postbacks"
    label = "postbacks"

    def ready(self) -> None:
        from handsel.postbacks.metrics import PostbackFigures

        REGISTRY.register(PostbackFigures())
