"""Files and links between Alice's desk and Dora's page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from administration.services import changes
from core import clock
from tests.browser.steps import bubbles, editor, say
from tests.screening import documents

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from agents.models import Agent, Organisation

pytestmark = pytest.mark.usefixtures("scanner")

TEXT = b"The parcel is at the door."
CARD = b"4111 1111 1111 1111"
DROP = """([page, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  const zone = document.querySelector(page);
  zone.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true }));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}"""
PASTE = """(editor) => {
  const data = new DataTransfer();
  data.items.add(new File(["Hello"], "pasted.txt", { type: "text/plain" }));
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
}"""


PASTE_CELLS = """(editor) => {
  const data = new DataTransfer();
  data.setData("text/plain", "1\\t2");
  data.items.add(new File(["?"], "image.png", { type: "image/png" }));
  const paste = new ClipboardEvent("paste", { clipboardData: data, cancelable: true });
  return editor.dispatchEvent(paste);
}"""


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": content}


def attach(page: Page, button: str, *files: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files(list(files))


def listed(page: Page) -> Locator:
    """Return the files above the editor."""
    return page.get_by_role("list", name="Files to be sent").get_by_role("listitem")


def ready(page: Page) -> Locator:
    return page.locator("[data-state=staged]")


def chip(page: Page, name: str) -> Locator:
    return page.get_by_role("log").get_by_role("button", name=f"Download {name}")


def test_an_open_page_hides_attach_once_files_are_switched_off(
    acme: Organisation, ada: Agent, doras: Page
) -> None:
    attaching = doras.get_by_role("button", name="Attach", exact=True)
    expect(attaching).to_be_visible()

    for is_on in (False, True):
        acme.attachments_enabled = is_on
        changes.save_organisation(
            acme, by=ada, now=clock.now(), changed={"attachments_enabled"}
        )
        expect(attaching).to_be_visible(visible=is_on)

    expect(editor(doras)).to_be_enabled()


def test_whoever_ends_the_chat_is_asked_for_files_on_their_way(
    desk: Page, doras: Page
) -> None:
    for page, button in ((desk, "Attachments"), (doras, "Attach")):
        page.route("**/attachments/", lambda _: None)  # they take for ever
        attach(page, button, file("note.txt", TEXT))
        expect(listed(page)).to_have_count(1)

    doras.get_by_role("button", name="End chat").click()
    asked = doras.get_by_role("dialog", name="End chat?")
    expect(asked).to_contain_text("files that are still on their way")
    asked.get_by_role("button", name="Keep chatting").click()
    doras.get_by_role("button", name="Remove note.txt").click()
    expect(listed(doras)).to_have_count(0)
    desk.get_by_role("button", name="End", exact=True).click()
    question = desk.get_by_role("alertdialog", name="Message not sent")
    expect(question).to_contain_text("Files are still on their way")
    expect(question.get_by_text("You have typed")).to_be_hidden()
    question.get_by_role("button", name="Keep writing").click()
    expect(listed(desk)).to_have_count(1)
    expect(editor(doras)).to_be_enabled()

    desk.get_by_role("button", name="End", exact=True).click()
    question.get_by_role("button", name="End without sending").click()
    expect(doras.get_by_text("This chat has ended")).to_be_visible()


def test_a_number_in_a_name_is_hidden_and_its_sender_told(
    desk: Page, doras: Page
) -> None:
    for page, button in ((desk, "Attachments"), (doras, "Attach")):
        attach(page, button, file("4111 1111 1111 1111.txt", TEXT))

        expect(page.get_by_text("was hidden in the name of")).to_be_visible()
        expect(listed(page)).to_contain_text("____________1111.txt")
        expect(page.get_by_text("4111 1111")).to_have_count(0)


def test_an_agent_sends_files_and_the_customer_fetches_them(
    desk: Page, doras: Page
) -> None:
    attach(
        desk,
        "Attachments",
        file("parcel.png", documents.picture(size=(300, 200))),
        file("note.txt", TEXT),
        file("card.txt", CARD),
        file("tool.exe", b"MZ"),
    )

    expect(listed(desk)).to_have_count(4)
    expect(ready(desk)).to_have_count(2)
    expect(listed(desk).filter(has_text="“card.txt”")).to_contain_text(
        "there is a card number in it"
    )
    expect(listed(desk).filter(has_text="“tool.exe”")).to_contain_text(
        "a format that cannot be sent"
    )
    desk.get_by_role("button", name="Remove tool.exe").click()
    desk.get_by_role("button", name="Remove card.txt").click()
    expect(listed(desk)).to_have_count(2)
    say(desk, "Here it is")

    expect(listed(desk)).to_have_count(0)
    expect(bubbles(doras).last).to_have_text("Here it is")
    expect(doras.get_by_role("img", name="parcel.png")).to_have_js_property(
        "naturalWidth", 300
    )
    with doras.expect_download() as download:
        chip(doras, "note.txt").click()
    assert download.value.suggested_filename == "note.txt"
    assert Path(download.value.path()).read_bytes() == TEXT
    expect(chip(desk, "parcel.png")).to_be_visible()


def test_a_customer_drops_and_pastes_files_and_keeps_them_over_a_reload(
    desk: Page, doras: Page
) -> None:
    doras.evaluate(DROP, [".conversation", "dropped.txt", "Hello"])
    editor(doras).evaluate(PASTE)
    expect(ready(doras)).to_have_count(2)

    assert editor(doras).evaluate(PASTE_CELLS)  # the browser pastes the text
    expect(listed(doras)).to_have_count(2)

    doras.reload()
    expect(ready(doras)).to_have_count(2)
    with doras.expect_response("**/api/v1/chat/attachments/*/") as removal:
        doras.get_by_role("button", name="Remove pasted.txt").click()
    assert removal.value.status == 204
    attach(doras, "Attach", file("picked.txt", TEXT))
    expect(ready(doras)).to_have_count(2)
    doras.get_by_role("button", name="Send").click()

    expect(chip(desk, "dropped.txt")).to_be_visible()
    expect(chip(desk, "picked.txt")).to_be_visible()
    expect(chip(desk, "pasted.txt")).to_have_count(0)


def test_addresses_are_links_and_nothing_else_is(desk: Page, doras: Page) -> None:
    say(
        doras,
        "See (https://example.com/a?b=1), https://example.com/x. mailto:a@b.example "
        "javascript:alert(1) http://bank.example@evil.example "
        "https://evil.example/\u202egpj.exe",
    )

    links = bubbles(desk).last.get_by_role("link")
    expect(links).to_have_text(
        ["https://example.com/a?b=1", "https://example.com/x", "mailto:a@b.example"]
    )
    for link in links.all():
        expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
        expect(link).to_have_attribute("href", link.inner_text())
    expect(bubbles(doras).last.get_by_role("link")).to_have_count(3)


def test_without_a_network_a_file_is_tried_again(
    desk: Page, doras: Page, context_of_dora: BrowserContext
) -> None:
    context_of_dora.route("**/attachments/", lambda route: route.abort())
    attach(doras, "Attach", file("note.txt", TEXT))
    expect(listed(doras)).to_contain_text("the server cannot be reached")

    context_of_dora.unroute("**/attachments/")
    doras.get_by_role("button", name="Try note.txt again").click()

    expect(ready(doras)).to_have_count(1)
    say(doras, "There")
    expect(chip(desk, "note.txt")).to_be_visible()


@pytest.fixture
def context_of_dora(doras: Page) -> BrowserContext:
    return doras.context
