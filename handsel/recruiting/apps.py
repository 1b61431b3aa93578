from django.apps import AppConfig


class RecruitingConfig(AppConfig):
    name = "handsel.recruiting"
    label = "recruiting"
