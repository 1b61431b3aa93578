from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "handsel.portal"
    label = "portal"
