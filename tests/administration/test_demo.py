from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from agents.models import Agent, IdleCode, MultimediaProfile, Organisation, Role
from queues.models import Assistant, EntryPoint, Hours, PredefinedResponse, Queue
from queues.queries import article_passages
from wrapup.models import WrapUpCode

pytestmark = pytest.mark.django_db
APPS = {"agents", "queues", "contacts", "wrapup", "reports"}


def rows() -> dict[str, list[dict[str, object]]]:
    """Return every row of every table of ours."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label in APPS
    }


@pytest.fixture
def demo() -> None:
    call_command("demo", verbosity=0)


@pytest.fixture
def acme(demo: None) -> Organisation:
    return Organisation.objects.get(slug="acme")


@pytest.fixture
def globex(demo: None) -> Organisation:
    return Organisation.objects.get(slug="globex")


def test_a_second_run_changes_nothing(demo: None) -> None:
    before = rows()

    call_command("demo", verbosity=0)

    assert rows() == before


def test_it_keeps_what_was_changed_and_adds_what_is_missing(acme: Organisation) -> None:
    alice = Agent.objects.get(email="alice@acme.example")
    alice.display_name = "Alice A."
    alice.set_password("something else 42")
    alice.save(update_fields=["display_name", "password"])
    EntryPoint.objects.get(key="acme-direct").delete()

    call_command("demo", verbosity=0)

    alice.refresh_from_db()
    assert alice.display_name == "Alice A."
    assert alice.check_password("something else 42")
    assert EntryPoint.objects.filter(key="acme-direct").exists()


@pytest.mark.parametrize(
    ("email", "name", "role"),
    [
        ("admin@acme.example", "Ada", Role.ADMINISTRATOR),
        ("sam@acme.example", "Sam", Role.SUPERVISOR),
        ("alice@acme.example", "Alice", Role.AGENT),
        ("bob@acme.example", "Bob", Role.AGENT),
        ("carol@acme.example", "Carol", Role.AGENT),
        ("admin@globex.example", "Greta", Role.ADMINISTRATOR),
        ("gina@globex.example", "Gina", Role.AGENT),
    ],
)
def test_the_people(demo: None, email: str, name: str, role: Role) -> None:
    person = Agent.objects.select_related("organisation").get(email=email)

    assert (person.display_name, person.role) == (name, role)
    assert person.check_password("parley-demo")
    assert person.is_active
    assert person.organisation is not None
    assert person.email.endswith(f"@{person.organisation.slug}.example")


def test_the_superuser_belongs_to_no_organisation(demo: None) -> None:
    root = Agent.objects.get(email="root@parley.example")

    assert root.is_superuser
    assert root.organisation is None
    assert root.check_password("parley-demo")


def test_everybody_but_the_administrator_is_in_front_line(acme: Organisation) -> None:
    team = acme.teams.get()

    members = {agent.display_name for agent in team.agents.all()}

    assert team.name == "Front line"
    assert members == {"Sam", "Alice", "Bob", "Carol"}


def test_the_queues_have_a_description_and_are_served(acme: Organisation) -> None:
    queues = {queue.name: queue for queue in Queue.objects.filter(organisation=acme)}

    assert queues.keys() == {"Sales", "Support", "Billing"}
    for queue in queues.values():
        assert queue.description
        assert [team.name for team in queue.teams.all()] == ["Front line"]


def test_chat_is_the_default_profile(acme: Organisation) -> None:
    profile = MultimediaProfile.objects.get(organisation=acme)

    assert (profile.name, profile.blending_mode, profile.chat) == ("Chat", "blended", 3)
    assert acme.default_multimedia_profile == profile


def test_a_response_asks_the_customer_to_close_the_chat(acme: Organisation) -> None:
    responses = PredefinedResponse.objects.filter(organisation=acme)

    assert responses.count() > 1
    assert responses.filter(text__contains="close the chat").exists()


def test_articles_answer_what_customers_ask(
    acme: Organisation, globex: Organisation
) -> None:
    assert acme.articles.count() == 10
    for asked, title in (
        ("How long does delivery take?", "Delivery"),
        ("Where is my parcel", "Delivery"),
        ("I want my money back", "Returns"),
        ("can i pay by paypal", "Payment"),
        ("it is broken, is there a warranty?", "Warranty"),
        ("When are you open on Saturdays?", "Opening hours"),
        ("How do I redeem a gift card?", "Gift cards"),
        ("Please cancel my order", "Changing or cancelling an order"),
        ("I need an invoice with our VAT number", "Invoices"),
        ("I forgot my password", "Your account"),
        ("delete all you know of me, privacy", "Privacy"),
    ):
        [best, *_] = article_passages(acme.pk, asked, queue_id=None, limit=3)
        assert best.title == title, asked
    assert not article_passages(globex.pk, "warranty", queue_id=None, limit=1)


def test_the_codes_and_their_defaults(acme: Organisation) -> None:
    wrapup_codes = WrapUpCode.objects.filter(organisation=acme)
    idle_codes = IdleCode.objects.filter(organisation=acme)

    names = set(wrapup_codes.values_list("name", flat=True))
    assert names == {"Resolved", "Escalated", "No answer", "Wrong number"}
    assert wrapup_codes.get(is_default=True).name == "Resolved"
    names = set(idle_codes.values_list("name", flat=True))
    assert names == {"Break", "Meeting"}
    assert idle_codes.get(is_default=True).name == "Break"


def test_the_entry_points(acme: Organisation) -> None:
    web = EntryPoint.objects.get(key="acme-web")
    direct = EntryPoint.objects.get(key="acme-direct")
    assistant = Assistant.objects.get(organisation=acme, kind="scripted")

    assert web.assistant == assistant
    assert assistant.intents.exists()
    assert direct.assistant is None
    assert web.queue == direct.queue
    assert web.queue.name == "Support"


def test_the_page_of_the_model_waits_for_one(acme: Organisation) -> None:
    point = EntryPoint.objects.get(key="acme-help")

    assert not point.is_active
    assert point.assistant is not None
    assert (point.assistant.kind, point.assistant.api_key) == ("llm", "")
    point.assistant.full_clean()


def test_the_model_that_the_operator_names_answers(
    acme: Organisation, settings: Any
) -> None:
    settings.LLM_URL = "http://models.example/v1"
    settings.LLM_KEY, settings.LLM_MODEL = "sk-key", "large"

    call_command("demo", verbosity=0)

    point = EntryPoint.objects.get(key="acme-help")
    assert point.is_active
    assert point.assistant is not None
    assert point.assistant.base_url == "http://models.example/v1"
    assert (point.assistant.model, point.assistant.api_key) == ("large", "sk-key")


def test_a_page_that_somebody_has_closed_stays_so(
    acme: Organisation, settings: Any
) -> None:
    settings.LLM_URL = "http://models.example/v1"
    call_command("demo", verbosity=0)
    EntryPoint.objects.filter(key="acme-help").update(is_active=False)

    call_command("demo", verbosity=0)

    assert not EntryPoint.objects.get(key="acme-help").is_active


def test_the_detectors(acme: Organisation) -> None:
    assert acme.sensitive_data_detectors == ["card", "card_verification", "iban"]


def test_globex_is_as_complete(globex: Organisation) -> None:
    assert globex.default_multimedia_profile is not None
    assert Queue.objects.get(organisation=globex).name == "Help"
    assert EntryPoint.objects.get(organisation=globex).key == "globex-web"
    for rows_of in (
        globex.teams,
        globex.idle_codes,
        globex.wrapup_codes,
        globex.predefined_responses,
        globex.articles,
        globex.assistants,
        globex.hours,
    ):
        assert rows_of.exists()


@pytest.mark.parametrize(
    "model", [MultimediaProfile, IdleCode, Hours, Queue, WrapUpCode]
)
def test_every_row_is_valid(demo: None, model: type[Queue]) -> None:
    for row in model.objects.all():
        row.full_clean()
