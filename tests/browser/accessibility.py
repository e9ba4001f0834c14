"""What a page lacks for people who do not see, hear or point well: WCAG 2.2 AA and good
practice, as axe-core finds it."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Colours on their way from light to dark are no colours of ours.
RUN = """async ([rules, type]) => {
    const fades = document.getAnimations().filter((a) => a instanceof CSSTransition);
    await Promise.allSettled(fades.map((fade) => fade.finished));
    const { violations } = await axe.run(document, {
        runOnly: { type, values: rules },
        resultTypes: ["violations"],
    });
    return violations.flatMap(({ impact, id, nodes }) =>
        nodes.map((node) => `${impact} ${id}: ${node.target} ${node.html}`));
}"""


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page as it is now: all rules in the light, and the
    contrast in the dark, too."""
    page.wait_for_load_state("load")
    page.evaluate(AXE)
    page.emulate_media(color_scheme="light")
    found: list[str] = page.evaluate(RUN, [RULES, "tag"])
    page.emulate_media(color_scheme="dark")
    dark: list[str] = page.evaluate(RUN, [["color-contrast"], "rule"])
    page.emulate_media(color_scheme="light")
    where = page.url.split("/", 3)[3]
    return [
        f"/{where} {look}: {each}"
        for look, faults in (("", found), ("in the dark", dark))
        for each in faults
    ]
