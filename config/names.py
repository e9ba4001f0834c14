"""What people see of models and fields that have no name but the one in the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext_lazy, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

# Those that the administration shows; the others are in no language but the code's.
FIELDS = frozenset(
    [
        gettext_noop("action"),
        gettext_noop("address"),
        gettext_noop("agent"),
        gettext_noop("assistant"),
        gettext_noop("assistant outside hours"),
        gettext_noop("attributes"),
        gettext_noop("blending mode"),
        gettext_noop("body"),
        gettext_noop("buttons"),
        gettext_noop("changed by"),
        gettext_noop("channel"),
        gettext_noop("chat"),
        gettext_noop("closed at"),
        gettext_noop("colour"),
        gettext_noop("connected at"),
        gettext_noop("country"),
        gettext_noop("created at"),
        gettext_noop("created by"),
        gettext_noop("customer"),
        gettext_noop("default multimedia profile"),
        gettext_noop("description"),
        gettext_noop("display name"),
        gettext_noop("email"),
        gettext_noop("ended at"),
        gettext_noop("ended reason"),
        gettext_noop("entry point"),
        gettext_noop("expires at"),
        gettext_noop("fallback"),
        gettext_noop("farewell"),
        gettext_noop("first response threshold"),
        gettext_noop("from at"),
        gettext_noop("greeting"),
        gettext_noop("identity secret"),
        gettext_noop("idle code"),
        gettext_noop("instructions"),
        gettext_noop("key"),
        gettext_noop("kind"),
        gettext_noop("language"),
        gettext_noop("level"),
        gettext_noop("model"),
        gettext_noop("multimedia profile"),
        gettext_noop("name"),
        gettext_noop("opened at"),
        gettext_noop("organisation"),
        gettext_noop("overflow queue"),
        gettext_noop("phone"),
        gettext_noop("phrases"),
        gettext_noop("position"),
        gettext_noop("priority"),
        gettext_noop("queue"),
        gettext_noop("queues"),
        gettext_noop("rating comment"),
        gettext_noop("reason"),
        gettext_noop("reply"),
        gettext_noop("require second factor"),
        gettext_noop("role"),
        gettext_noop("scopes"),
        gettext_noop("service level threshold"),
        gettext_noop("skill"),
        gettext_noop("slug"),
        gettext_noop("social"),
        gettext_noop("state"),
        gettext_noop("state since"),
        gettext_noop("subject"),
        gettext_noop("team"),
        gettext_noop("teams"),
        gettext_noop("text"),
        gettext_noop("title"),
        gettext_noop("until at"),
        gettext_noop("updated at"),
        gettext_noop("value"),
        gettext_noop("voice"),
        gettext_noop("webhook secret"),
    ]
)
MODELS = frozenset(
    [
        gettext_noop("API tokens"),
        gettext_noop("agents"),
        gettext_noop("article"),
        gettext_noop("articles"),
        gettext_noop("assignment"),
        gettext_noop("assignments"),
        gettext_noop("block"),
        gettext_noop("blocks"),
        gettext_noop("contact"),
        gettext_noop("contact event"),
        gettext_noop("contact events"),
        gettext_noop("contacts"),
        gettext_noop("customer"),
        gettext_noop("customers"),
        gettext_noop("distribution group"),
        gettext_noop("distribution groups"),
        gettext_noop("entry point"),
        gettext_noop("entry points"),
        gettext_noop("idle code"),
        gettext_noop("idle codes"),
        gettext_noop("intent"),
        gettext_noop("intents"),
        gettext_noop("mail"),
        gettext_noop("mails"),
        gettext_noop("multimedia profile"),
        gettext_noop("multimedia profiles"),
        gettext_noop("organisation"),
        gettext_noop("organisations"),
        gettext_noop("predefined response"),
        gettext_noop("predefined responses"),
        gettext_noop("queue"),
        gettext_noop("queue visit"),
        gettext_noop("queue visits"),
        gettext_noop("queues"),
        gettext_noop("skill"),
        gettext_noop("skills"),
        gettext_noop("team"),
        gettext_noop("teams"),
        gettext_noop("virtual assistants"),
        gettext_noop("wrap-up codes"),
    ]
)


def translate() -> None:
    """Have these names follow the language of the page. Migrations do not hear of it:
    they go by what the code says."""
    for model in apps.get_models():
        options, said = model._meta, model._meta.original_attrs
        for attribute in ("verbose_name", "verbose_name_plural"):
            name = str(getattr(options, attribute))
            if attribute not in said and name in MODELS:
                setattr(options, attribute, gettext_lazy(name))
        for field in nameless(model):
            if str(field.verbose_name) in FIELDS:
                field.verbose_name = gettext_lazy(str(field.verbose_name))


def nameless(model: type[Model]) -> Iterator[Any]:
    """Yield the fields that are called as their attribute is."""
    fields: list[Any] = [*model._meta.local_fields, *model._meta.local_many_to_many]
    for field in fields:
        if field._verbose_name is None:
            yield field
