from __future__ import annotations

from django.apps import AppConfig


class WrapUpConfig(AppConfig):
    name = "wrapup"
    verbose_name = "Wrap-up"
