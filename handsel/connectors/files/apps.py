from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "handsel.connectors.files"
    label = "files"
