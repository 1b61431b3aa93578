from django.apps import AppConfig


class RelationsConfig(AppConfig):
    name = "handsel.relations"
    label = "relations"
