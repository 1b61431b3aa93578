from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "handsel.customers"
    label = "customers"
