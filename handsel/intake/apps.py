from django.apps import AppConfig
from prometheus_client import REGISTRY


class IntakeConfig(AppConfig):
    name = "handsel.intake"
    label = "intake"

    def ready(self) -> None:
        from handsel.intake.metrics import IntakeFigures

        REGISTRY.register(IntakeFigures())
