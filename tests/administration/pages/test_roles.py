"""Who gets into the administration: administrators and the platform's superuser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from agents.models import Agent, Organisation, Role, Team
from contacts.models import Contact
from tests import factories
from tests.administration.pages.site import IDS, MODELS, filled, page
from tests.administration.pages.world import everything, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model
    from django.test import Client

OTHERS = [Role.AGENT, Role.SUPERVISOR, Role.INTEGRATION]


def addresses() -> Iterator[str]:
    """Yield every address of the administration, with rows of "mine" in it."""
    rows = world("mine")
    for name in ("index", "password_change", "jsi18n", "autocomplete"):
        yield reverse(f"admin:{name}")
    for model in MODELS:
        yield reverse("admin:app_list", args=[model._meta.app_label])
        yield page(model, "changelist")
        yield page(model, "add")
        for name in ("change", "delete", "history"):
            yield page(model, name, rows[model].pk)


@pytest.mark.django_db
@pytest.mark.parametrize("role", OTHERS)
def test_other_roles_get_nothing(client: Client, role: Role) -> None:
    asked = list(addresses())
    somebody = factories.AgentFactory.create(
        organisation=Organisation.objects.get(slug="mine-org"), role=role
    )
    client.force_login(somebody)
    before = everything()

    for address in asked:
        for response in (client.get(address), client.post(address, {"post": "yes"})):
            assert response.status_code == 302, address
            assert response["Location"].startswith(reverse("admin:login"))
            assert client.get(response["Location"]).status_code == 403

    assert everything() == before


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    for address in addresses():
        response = client.get(address, follow=True)

        last, _ = response.redirect_chain[-1]
        assert last.startswith(f"{reverse('sign-in')}?next=/admin/"), address


def test_signing_in_leads_back(client: Client, ada: Agent) -> None:
    wanted = page(Team, "changelist")
    first = client.get(wanted, follow=True)
    sign_in = first.redirect_chain[-1][0]

    response = client.post(
        sign_in, {"email": ada.email, "password": factories.PASSWORD}, follow=True
    )

    assert response.redirect_chain[-1][0] == wanted
    assert response.status_code == 200


def test_administrators_find_the_floor_and_the_reports(
    client: Client, ada: Agent, root: Agent
) -> None:
    places = {reverse("floor"), reverse("reports")}

    client.force_login(ada)
    hers = client.get(reverse("admin:index"))
    client.force_login(root)
    nobodys = client.get(reverse("admin:index"))

    for place in places:
        assert f'<a href="{place}"' in hers.content.decode()
        assert f'<a href="{place}"' not in nobodys.content.decode()
        client.force_login(ada)
        assert client.get(place).status_code == 200


def test_who_loses_the_role_is_out_at_once(client: Client, ada: Agent) -> None:
    client.force_login(ada)
    assert client.get(reverse("admin:index")).status_code == 200

    Agent.objects.filter(pk=ada.pk).update(role=Role.SUPERVISOR)

    assert client.get(reverse("admin:index")).status_code == 302


def test_who_is_deactivated_is_out_at_once(client: Client, ada: Agent) -> None:
    client.force_login(ada)

    Agent.objects.filter(pk=ada.pk).update(is_active=False)

    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.telling
@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_the_superuser_sees_every_organisation(
    client: Client, root: Agent, model: type[Model]
) -> None:
    one, other = world("one"), world("other")
    client.force_login(root)

    response = client.get(page(model, "changelist"))

    shown = set(response.context["cl"].queryset)
    assert {one[model], other[model]} <= shown
    for rows in (one, other):
        assert client.get(page(model, "change", rows[model].pk)).status_code == 200


def test_the_superuser_chooses_the_organisation(
    client: Client, root: Agent, acme: Organisation, globex: Organisation
) -> None:
    client.force_login(root)

    client.post(page(Team, "add"), {"organisation": globex.pk, "name": "Night shift"})

    assert Team.objects.get(name="Night shift").organisation == globex


def test_the_superuser_cannot_mix_organisations(
    client: Client, root: Agent, acme: Organisation, globex: Organisation
) -> None:
    client.force_login(root)

    response = client.post(
        page(Team, "add"),
        {
            "organisation": globex.pk,
            "name": "Night shift",
            "multimedia_profile": acme.default_multimedia_profile_id,
        },
    )

    assert response.status_code == 200
    assert "does not exist in the organisation" in response.content.decode()
    assert not Team.objects.filter(name="Night shift").exists()


def test_a_new_organisation_can_work(client: Client, root: Agent) -> None:
    client.force_login(root)
    address = page(Organisation, "add")
    sent = {
        **filled(client.get(address)),
        "name": "Initech",
        "slug": "initech",
        "administrator_name": "Ina",
        "administrator_email": "ina@initech.example",
        "administrator_password": factories.PASSWORD,
    }

    client.post(address, sent)

    initech = Organisation.objects.get(slug="initech")
    assert initech.default_multimedia_profile is not None
    assert initech.idle_codes.filter(is_default=True).exists()
    assert initech.wrapup_codes.filter(is_default=True).exists()


@pytest.mark.django_db
def test_what_happened_is_read_only(client: Client, ada: Agent) -> None:
    contact = factories.ContactFactory.create(organisation=ada.organisation)
    client.force_login(ada)

    assert client.get(page(Contact, "add")).status_code == 403
    assert client.get(page(Contact, "delete", contact.pk)).status_code == 403
    response = client.post(page(Contact, "change", contact.pk), {"state": "ended"})

    assert response.status_code == 403
    contact.refresh_from_db()
    assert contact.state == "queued"
