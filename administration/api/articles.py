"""REST: articles, what the organisation knows (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from administration.api.base import ConfigurationViewSet, SettingSerializer
from administration.services import changes
from core import clock
from queues.models import Article

if TYPE_CHECKING:
    from collections.abc import Collection


class ArticleSerializer(SettingSerializer[Article]):
    """A piece of what the organisation knows, for agents and assistants."""

    examples: ClassVar[dict[str, Any]] = {
        "title": "Delivery",
        "body": "# Europe\n\nWe deliver within **three** working days.",
        "language": "en",
        "state": "published",
    }

    class Meta:
        model = Article
        read_only_fields = ["updated_at"]


class ArticlesViewSet(ConfigurationViewSet[Article]):
    """What the organisation knows."""

    serializer_class = ArticleSerializer
    queryset = Article.objects.prefetch_related("queues")
    filterset_fields: ClassVar[list[str]] = ["state", "language", "queues"]
    ordering_fields: ClassVar[list[str]] = ["id", "title", "updated_at"]
    ordering: ClassVar[list[str]] = ["title", "id"]
    beside = ("queues",)

    def store(
        self, row: Article, *, changed: Collection[str] | None, beside: dict[str, Any]
    ) -> Article:
        queues = beside.get("queues")
        return changes.save_article(
            row, now=clock.now(), changed=changed, queues=queues
        )

    def remove(self, row: Article) -> None:
        changes.delete_article(row)
