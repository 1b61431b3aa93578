from django.apps import AppConfig


class DomainsConfig(AppConfig):
    name = "handsel.domains"
    label = "domains"
