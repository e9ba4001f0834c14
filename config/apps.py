from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

from config import names


class ParleyConfig(AppConfig):
    name = "config"
    verbose_name = "Parley"

    def ready(self) -> None:
        names.translate()
        # Binds tasks to our Celery app in every process, not in the workers alone.
        import_module("config.celery")
