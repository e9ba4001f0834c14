from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import apps
from django.contrib.admin.templatetags import admin_list
from django.utils.translation import gettext_lazy as _

from administration import marks

# The apps whose rows have pages here, in the order of their sections.
SHOWN = ("agents", "queues", "wrapup", "reports", "contacts")


class AdministrationConfig(AppConfig):
    name = "administration"
    verbose_name = _("Administration")
    default = True


class ParleyAdminConfig(apps.SimpleAdminConfig):
    default = False
    default_site = "administration.site.ParleyAdminSite"

    def ready(self) -> None:
        super().ready()
        admin_list._boolean_icon = marks.yes_or_no  # type: ignore[attr-defined]
        if not settings.IS_WORKER:
            discover()


def discover() -> None:
    """Load the pages of the administration; once they are there nothing happens."""
    admin.autodiscover()
    # Rights come from roles and organisations, of which others' pages know nothing.
    for model in list(admin.site._registry):
        if model._meta.app_label not in SHOWN:
            admin.site.unregister(model)
