"""What is asked of every page: that it fits, is named, speaks one language, can be
walked by keyboard alone, and that axe-core finds nothing at all.

`Judge` holds one person's page of a browser and gives faults as sentences.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from http import HTTPStatus
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Error, Page

from tests.browser import DESK, Screen

_AXE = json.dumps({"resultTypes": ["violations"], "preload": False})
_MOST_STEPS = 400

_HEAD = """() => ({
  lang: document.documentElement.lang,
  title: document.title,
  heads: [...document.querySelectorAll("h1")].filter((h) => h.checkVisibility()).length,
  lit: [...document.querySelectorAll(".rail, .tabbar, .top-nav")]
    .filter((nav) => nav.checkVisibility({ visibilityProperty: true }))
    .map((nav) => nav.querySelectorAll("[aria-current=page]").length),
})"""

_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const out = [...document.querySelectorAll("body *")].filter(
    (one) => one.checkVisibility() && one.getBoundingClientRect().right > wide + 1,
  );
  return out.slice(-3).map((one) => one.outerHTML.slice(0, 120));
}"""

_KEYS = """(whole) => {
  const CAN = "a[href], button, input:not([type=hidden]), select, textarea, summary," +
    "[tabindex], audio[controls], video[controls], iframe, [contenteditable]";
  const root = whole ? document.body : document.querySelector("main");
  const shown = (one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]");
  const radios = new Set();
  const due = [...root.querySelectorAll(CAN)].filter((one) => {
    if (one.disabled || !shown(one)) return false;
    if (one.tabIndex < 0) return one.matches("a, button, input, select, textarea");
    if (one.type !== "radio") return true;
    const name = `${one.form?.action} ${one.name}`;
    return !radios.has(name) && radios.add(name);
  });
  const met = new Set();
  const dim = new Set();
  const ringed = (one) => {
    for (let at = one, n = 0; at && n < 5; at = at.parentElement, n += 1) {
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      if (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) return true;
    }
    return false;
  };
  const told = (one) => one.outerHTML.replace(/\\s+/g, " ").slice(0, 140);
  document.addEventListener("focusin", ({ target }) => {
    met.add(target.type === "radio" ? `${target.form?.action} ${target.name}` : target);
    const box = target.getBoundingClientRect();
    if (target === document.querySelector("main")) return;
    if (!ringed(target)) dim.add(`no ring: ${told(target)}`);
    const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0;
    if (!seen || box.left > innerWidth) dim.add(`out of sight: ${told(target)}`);
  });
  const dates = due.filter((one) => /date|time|month/.test(one.type)).length;
  window.walkKeys = () => ({
    missed: due
      .filter((one) =>
        !met.has(one.type === "radio" ? `${one.form?.action} ${one.name}` : one))
      .map(told),
    dim: [...dim],
  });
  if (!whole) root.focus();
  return due.length + 5 * dates + 1;
}"""

_ASKING = """() => {
  const form = [...document.querySelectorAll("form[data-confirm]")].find(
    (one) => one.checkValidity() && one.querySelector("button")?.checkVisibility(),
  );
  form?.querySelector("button").focus();
  return Boolean(form);
}"""

_ASKED = """() => {
  const open = document.querySelector("dialog[open]");
  return open ? open.contains(document.activeElement) : null;
}"""


class Kind(Enum):
    """What a browser finds at an address."""

    PAGE = "page"
    FILE = "file"
    NOTHING = "nothing"


class Judge:
    """One person's way past pages; `faults` of what is heard are taken by `heard`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._heard: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._heard.append(f"script: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location["url"]
            # The world's films are rows without a piece of film; and a picture that is
            # opened by itself asks for an icon that pages name elsewhere.
            if "/media/" in where or where.endswith("/favicon.ico"):
                return
            self._heard.append(f"console: {message.text} {where}")

    def open(self, place: str) -> Kind:
        """Go there, and tell what is there."""
        self._set(DESK)
        self._heard.clear()
        try:
            answer = self.page.goto(place)
        except Error as error:
            if "Download is starting" in error.message:
                return Kind.FILE
            raise
        if answer is None or answer.status != HTTPStatus.OK:
            return Kind.NOTHING
        html = answer.headers.get("content-type", "").startswith("text/html")
        return Kind.PAGE if html else Kind.FILE

    def heard(self) -> list[str]:
        found, self._heard = self._heard, []
        return found

    def _set(self, screen: Screen) -> None:
        self.page.set_viewport_size({"width": screen.wide, "height": screen.high})

    # -- what is asked ---------------------------------------------------------------

    def head(self, language: str) -> Iterator[str]:
        """Ask for one heading, a title of its own, and the language that is spoken."""
        found = self._ask(_HEAD)
        if found["lang"] != language:
            yield f"lang is {found['lang']}"
        if found["heads"] != 1:
            yield f"{found['heads']} headings of the first level"
        if not found["title"].partition(" · ")[0].strip() or "·" not in found["title"]:
            yield f"its title is {found['title']!r}"
        for count in found["lit"]:
            if count > 1:
                yield f"{count} entries of one navigation are lit"

    def lit(self) -> Iterator[str]:
        """Ask that the navigation shows where one is, on this screen."""
        if [n for n in self._ask(_HEAD)["lit"] if n != 1]:
            yield "no single entry of the navigation is lit"

    def fits(self, screen: Screen) -> Iterator[str]:
        """Ask that nothing hangs out of the screen's right edge."""
        self._set(screen)
        for one in self._ask(_WIDE):
            yield f"hangs out at {screen.wide}: {one}"

    def axe(self) -> Iterator[str]:
        """Ask axe-core, and let nothing pass."""
        self.page.evaluate(AXE_SCRIPT)
        found = self._ask(f"axe.run({_AXE})")
        for one in found["violations"]:
            for node in one["nodes"][:3]:
                yield f"axe {one['id']}: {node['html'][:140]}"

    def keys(self, *, whole: bool) -> Iterator[str]:
        """Step with Tab: everything is met, with a ring and in sight."""
        steps = self.page.evaluate(_KEYS, whole)
        for _try in range(3):
            for _step in range(min(steps, _MOST_STEPS)):
                self.page.keyboard.press("Tab")
            found = self._ask("() => walkKeys()")
            if not found["missed"]:
                break
        yield from (f"Tab does not come to {one}" for one in found["missed"])
        yield from found["dim"]

    def asks_first(self) -> Iterator[str]:
        """Press Enter on what asks first: a dialog comes, and Escape ends it."""
        place = self.page.url
        if not self._ask(_ASKING):
            return
        self.page.keyboard.press("Enter")
        inside = self._ask(_ASKED)
        if inside is not True:
            yield f"Enter on what asks first: focus in a dialog is {inside}"
        self.page.keyboard.press("Escape")
        if self._ask(_ASKED) is not None or self.page.url != place:
            yield "Escape does not close the dialog"

    def menu(self) -> Iterator[str]:
        """Open and shut the account's menu with Enter and Escape."""
        summary = self.page.locator("details[data-menu] > summary")
        opened = "document.querySelector('details[data-menu]').open"
        summary.focus()
        for key, then in (("Enter", True), ("Escape", False), ("Space", True)):
            self.page.keyboard.press(key)
            if self._ask(opened) is not then:
                yield f"after {key} the menu is {'shut' if then else 'open'}"
        self.page.keyboard.press("Escape")

    def _ask(self, script: str) -> Any:
        return self.page.evaluate(script)
