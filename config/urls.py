from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

import administration.urls
import agents.urls
import assistants.urls
import contacts.urls
import queues.urls
import reports.urls
import supervision.urls
import wrapup.urls
from administration.apps import discover
from config import health, metrics
from config.criteria import CriteriaViewSet
from config.schema import SchemaView
from core.consumers import UnknownConsumer

router = SimpleRouter()
router.register("quality/criteria", CriteriaViewSet)
rest: list[URLPattern | URLResolver] = [
    *agents.urls.rest,
    *queues.urls.rest,
    *contacts.urls.rest,
    *wrapup.urls.rest,
    *administration.urls.rest,
    *supervision.urls.rest,
    *assistants.urls.rest,
    *reports.urls.rest,
    *router.urls,
]
discover()  # a worker that needs an address has not done so yet
urlpatterns = [
    *agents.urls.pages,
    *contacts.urls.pages,
    *administration.urls.pages,
    *supervision.urls.pages,
    *reports.urls.pages,
    path("admin/", admin.site.urls),
    path("api/v1/", include(rest)),
    path("api/v1/schema/", SchemaView.as_view(), name="schema"),
    path(
        "api/v1/docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="schema", template_name="api/docs.html"
        ),
    ),
    path("metrics", metrics.metrics),
    path("healthz/live", health.live),
    path("healthz/ready", health.ready),
]
sockets = [
    *contacts.urls.sockets,
    *supervision.urls.sockets,
    re_path(r"", UnknownConsumer.as_asgi()),
]

handler400 = "core.problems.bad_request"
handler403 = "core.problems.permission_denied"
handler404 = "core.problems.not_found"
handler500 = "core.problems.server_error"
