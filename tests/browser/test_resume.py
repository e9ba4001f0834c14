"""A mailed link leads back to the chat, in another browser, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import expect

from agents.models import Presence, Socket
from contacts import jobs
from contacts.models import Message
from tests.browser.desk_steps import accept
from tests.browser.steps import bubbles, editor, say, start_chat, wait_until
from tests.post_office import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from agents.models import Organisation
    from queues.models import EntryPoint
    from tests.post_office import PostOffice


def test_a_mailed_link_leads_back_once(
    new_context: Callable[..., BrowserContext],
    acme: Organisation,
    direct: EntryPoint,
    desk: Page,
    post_office: PostOffice,
) -> None:
    acme.mail_unread_after_minutes = 5
    acme.save(update_fields=["mail_unread_after_minutes"])
    direct.prechat_fields = [
        {"name": "name", "label": "Name", "type": "text"},
        {"name": "email", "label": "Email", "type": "email"},
    ]
    direct.save(update_fields=["prechat_fields"])
    page = new_context().new_page()
    page.goto(f"/chat/{direct.key}/")
    form = page.get_by_role("region", name="Before the chat")
    form.get_by_label("Name").fill("Dora")
    form.get_by_label("Email").fill("dora@example.com")
    start_chat(page)
    expect(editor(page)).to_be_editable()
    accept(desk, "Dora")
    page.close()
    here = Socket.objects.filter(address__startswith="customer")
    wait_until(desk, lambda: not here.exists())
    say(desk, "Here it is")
    expect(desk.get_by_role("log")).to_contain_text("Sent")

    # Six minutes have passed since, and she is not back.
    before = timezone.now() - timedelta(minutes=6)
    Presence.objects.filter(address__startswith="customer").update(last_heard_at=before)
    Message.objects.update(created_at=before)
    jobs.mail_links(timezone.now())
    post_office.sends()
    (letter,) = post_office.letters
    (link,) = [line for line in text_of(letter).splitlines() if "#resume=" in line]
    path = link.partition("acme.example")[2]

    other = new_context().new_page()
    other.goto(path)
    expect(bubbles(other)).to_have_text(["Here it is"])
    assert "#" not in other.url
    say(other, "Thank you")
    expect(bubbles(desk)).to_have_text(["Here it is", "Thank you"])

    third = new_context().new_page()
    third.goto(path)
    expect(third.get_by_role("alert")).to_contain_text("This link has been used")
    expect(third.get_by_role("button", name="Start chat")).to_be_visible()
