from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "handsel.programs"
    label = "programs"
