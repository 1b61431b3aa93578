from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "handsel.mail"
    label = "mail"
