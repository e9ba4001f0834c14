from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WrapUpConfig(AppConfig):
    name = "wrapup"
    verbose_name = _("Wrap-up")
