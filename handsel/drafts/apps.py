from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "handsel.drafts"
    label = "drafts"
