from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "handsel.papers"
    label = "papers"
