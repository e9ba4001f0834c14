"""Administration of articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.article_files import ArticleResource, ArticleUploadForm
from administration.admin.base import changed_by
from administration.admin.cells import number_in
from administration.admin.exchange import ExchangeAdmin
from administration.admin.forms import SettingForm
from administration.admin.scope import OwnFilter, own_organisation
from administration.services import changes, learning
from contacts.access import own_miss
from core import clock, markdown
from queues.models import Article
from queues.models.article import MAX_TITLE

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


BODY = forms.Textarea(attrs={"rows": 20, "class": "article", "dir": "auto"})


class ArticleForm(SettingForm):
    class Meta:
        widgets = {"body": BODY}


@admin.register(Article)
class ArticleAdmin(ExchangeAdmin):
    form = ArticleForm
    resource_classes = [ArticleResource]
    upload_form = ArticleUploadForm
    list_display = ("title", "language", "queue_names", "state", "updated_at")
    list_filter = ("state", "language", ("queues", OwnFilter))
    search_fields = ("folded",)
    change_form_template = "admin/queues/article/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("queues")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        article = kwargs["obj"]
        if article is not None:
            context["rendered"] = markdown.rendered(article.body)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what an assistant did not understand: `miss` is its number."""
        number, own = number_in(request.GET.get("miss", "")), own_organisation(request)
        if own is None or number is None:
            return super().get_changeform_initial_data(request)
        miss = own_miss(own, number)
        return {"title": learning.said_in(miss)[:MAX_TITLE] if miss else ""}

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        changes.save_article(
            form.instance,
            now=clock.now(),
            changed=changed_by(form),
            queues=form.cleaned_data.get("queues"),
        )

    def remove(self, request: HttpRequest, row: Any) -> None:
        changes.delete_article(row)

    @admin.display(description=_("Queues"))
    def queue_names(self, article: Any) -> str:
        return ", ".join(q.name for q in article.queues.all()) or gettext("Every queue")
