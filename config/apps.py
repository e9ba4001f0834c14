from __future__ import annotations

from importlib import import_module

import django_stubs_ext
from django.apps import AppConfig

from config import names

# Makes Django's generic classes subscriptable at run time, as types spell them. Not in
# the settings, which the supervisor reads too: it loads half of Django.
django_stubs_ext.monkeypatch()


class ParleyConfig(AppConfig):
    name = "config"
    verbose_name = "Parley"

    def ready(self) -> None:
        names.translate()
        # Binds tasks to our Celery app in every process, not in the workers alone.
        import_module("config.celery")
