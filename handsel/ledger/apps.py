from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "handsel.ledger"
    label = "ledger"
