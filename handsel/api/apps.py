from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "handsel.api"
    label = "api"
