from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin import apps

OURS = ("agents", "queues", "wrapup", "contacts")


class ParleyConfig(AppConfig):
    name = "config"
    verbose_name = "Parley"
    default = True

    def ready(self) -> None:
        # Binds tasks to our Celery app in every process, not in the worker alone.
        import_module("config.celery")
        import_module("config.audit").register()


class ParleyAdminConfig(apps.AdminConfig):
    default = False
    default_site = "config.admin.ParleyAdminSite"

    def ready(self) -> None:
        super().ready()
        # Rights come from roles and organisations, of which others' pages know nothing.
        for model in list(admin.site._registry):
            if model._meta.app_label not in OURS:
                admin.site.unregister(model)
