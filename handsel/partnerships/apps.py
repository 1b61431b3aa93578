from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "handsel.partnerships"
    label = "partnerships"
