from __future__ import annotations

from rest_framework.routers import SimpleRouter

from queues import api

router = SimpleRouter()
router.register("queues", api.QueuesViewSet)
router.register("entry-points", api.EntryPointsViewSet)
router.register("assistants", api.AssistantsViewSet)
router.register("predefined-responses", api.PredefinedResponsesViewSet)

rest = router.urls
