from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "handsel.links"
    label = "links"
