from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "handsel.payouts"
    label = "payouts"
