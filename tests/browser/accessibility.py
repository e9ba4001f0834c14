"""What a page lacks for people who do not see, hear or point well: WCAG 2.2 AA and good
practice, as axe-core finds it, and what axe-core cannot see."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

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


# 1280 by 1024 at 400 %: people read it without scrolling to two sides. Tables of data
# may be wider, inside what scrolls them.
MAGNIFIED: ViewportSize = {"width": 320, "height": 256}
TOO_WIDE = """() => {
    const { scrollWidth, clientWidth } = document.scrollingElement;
    return scrollWidth > clientWidth ? [`${scrollWidth} pixels wide`] : [];
}"""
# As somebody without eyes for it may set them: lines, words and letters further apart.
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* {
        line-height: 1.5 !important;
        letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important;
    }`);
    document.adoptedStyleSheets.push(sheet);
}"""
PLAIN = "() => document.adoptedStyleSheets.pop() && null"
MOVING = """async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    const fades = document.getAnimations().filter((a) => a instanceof CSSTransition);
    await Promise.allSettled(fades.map((fade) => fade.finished));
    return document.getAnimations()
        .filter((each) => each.effect.getComputedTiming().endTime > 50)
        .map((each) => `moves: ${each.effect.target.outerHTML.slice(0, 100)}`);
}"""
BEGIN = """() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
}"""
# Press Tab all around: what is reached, and whether anything lies over it.
REACHED = """() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const spots = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8]].map(([x, y]) =>
        document.elementFromPoint(left + x * (right - left), top + y * (bottom - top)));
    const label = element.labels?.[0];
    const isSeen = spots.some((spot) => spot && (
        element.contains(spot) || spot.contains(element) || label?.contains(spot)));
    const kind = element.getAttribute("role") ?? element.localName;
    const said = element.ariaLabel ?? label?.textContent ?? element.textContent;
    return [`${kind} ${said.trim().split(/[\\s,]+/).slice(0, 2).join(" ")}`, isSeen];
}"""


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page as it is now: all rules in the light, the
    contrast in the dark, too; what is cut off where it is magnified, and what moves
    for those who want it to rest."""
    return [*_judged(page), *_magnified(page), *_restless(page)]


def walk(page: Page, *, most: int = 60) -> list[str]:
    """Press Tab until the page is left, and return what had the focus, in order. Fail
    where something with the focus is out of sight."""
    names: list[str] = []
    page.evaluate(BEGIN)
    for _ in range(most):
        page.keyboard.press("Tab")
        reached = page.evaluate(REACHED)
        if reached is None or reached[0] in names[:1]:
            break
        name, is_seen = reached
        assert is_seen, f"{name} is hidden, after {names}"
        names.append(name)
    return names


def _magnified(page: Page) -> list[str]:
    size = page.viewport_size
    page.set_viewport_size(MAGNIFIED)
    found: list[str] = page.evaluate(TOO_WIDE)
    page.evaluate(SPACED)
    spaced: list[str] = page.evaluate(TOO_WIDE)
    page.evaluate(PLAIN)
    if size:
        page.set_viewport_size(size)
    return [f"{page.url} at 400 %: {each}" for each in dict.fromkeys(found + spaced)]


def _restless(page: Page) -> list[str]:
    page.emulate_media(reduced_motion="reduce")
    found: list[str] = page.evaluate(MOVING)
    page.emulate_media(reduced_motion="no-preference")
    return [f"{page.url} {each}" for each in found]


def _judged(page: Page) -> list[str]:
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
