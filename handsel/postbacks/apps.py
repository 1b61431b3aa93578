from django.apps import AppConfig


class PostbacksConfig(AppConfig):
    name = "handsel.postbacks"
    label = "postbacks"
