"""Fill what is searched and compared, and tell people of one name apart.

Of active colleagues whose names look alike the one who came first keeps it; the others
get a number behind theirs. Their names stay so if this is taken back.
"""

from core.folding import fill, folded_from
from core.text import folded
from django.db import migrations

SEARCHED = {
    "AccessToken": ("name",),
    "Agent": ("display_name", "email"),
    "IdleCode": ("name",),
    "MultimediaProfile": ("name", "description"),
    "Organisation": ("name", "slug"),
    "Team": ("name",),
}
LONGEST, LONGEST_FOLDED = 100, 200


def folded_name(agent):
    return folded(agent.display_name)[:LONGEST_FOLDED]


def fill_columns(apps, schema_editor):
    for name, of in SEARCHED.items():
        made = {"folded": folded_from(*of)}
        if name == "Agent":
            made["folded_name"] = folded_name
        fill(apps.get_model("agents", name)._base_manager.all(), made)
    tell_apart(apps.get_model("agents", "Agent"))


def tell_apart(model):
    agents = model._base_manager.filter(is_active=True, organisation__isnull=False)
    taken = set()
    for agent in agents.order_by("organisation", "pk").iterator():
        if (agent.organisation_id, agent.folded_name) in taken:
            rename(agent, agents.filter(organisation=agent.organisation_id))
        taken.add((agent.organisation_id, agent.folded_name))


def rename(agent, colleagues):
    names = set(colleagues.values_list("folded_name", flat=True))
    number, name = 2, agent.display_name
    while agent.folded_name in names:
        ending = f" {number}"
        agent.display_name = name[: LONGEST - len(ending)].rstrip() + ending
        agent.folded_name = folded_name(agent)
        number += 1
    agent.folded = folded_from(*SEARCHED["Agent"])(agent)
    agent.save(update_fields=["display_name", "folded_name", "folded"])


class Migration(migrations.Migration):
    # Each batch by itself: nobody waits long for its locks.
    atomic = False

    dependencies = [("agents", "0021_add_folded_columns")]

    operations = [migrations.RunPython(fill_columns, migrations.RunPython.noop)]
