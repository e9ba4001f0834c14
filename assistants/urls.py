from __future__ import annotations

from django.urls import path

from assistants import api

rest = [path("assistants/<int:assistant_id>/try/", api.TryView.as_view())]
