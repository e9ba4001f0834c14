from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from administration import views
from administration.api import (
    agents,
    articles,
    audit,
    blocks,
    hours,
    queues,
    tokens,
    wrapup,
)

router = SimpleRouter()
router.register("agents", agents.AgentsViewSet)
router.register("teams", agents.TeamsViewSet)
router.register("multimedia-profiles", agents.MultimediaProfilesViewSet)
router.register("idle-codes", agents.IdleCodesViewSet)
router.register("skills", agents.SkillsViewSet)
router.register("tokens", tokens.ApiTokensViewSet)
router.register("queues", queues.QueuesViewSet)
router.register("hours", hours.HoursViewSet)
router.register("entry-points", queues.EntryPointsViewSet)
router.register("assistants", queues.AssistantsViewSet)
router.register("articles", articles.ArticlesViewSet)
router.register("predefined-responses", queues.PredefinedResponsesViewSet)
router.register("wrapup-codes", wrapup.WrapUpCodesViewSet)
router.register("blocks", blocks.BlocksViewSet)

pages = [path("demo/", views.DemoShopView.as_view(), name="demo-shop")]
rest = [
    path("organisation/", agents.OrganisationView.as_view()),
    path("audit/", audit.AuditView.as_view()),
    *router.urls,
]
