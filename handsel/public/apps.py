from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "handsel.public"
    label = "public"
