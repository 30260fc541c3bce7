"""A person's browser on the running house, and the watch that is kept on each page.

A `Tour` walks by what is visible, keeps a picture of each page, and notes every fault:
what axe-core calls serious or critical, what the console complains of (refusals by the
content policy among it), and pages that weigh more than they may without pictures.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
)

PAGE_BYTES = 300_000
PLAYER_BYTES = 450_000
PATIENCE_MS = 15_000
_GRAVE = {"serious", "critical"}
_PICTURES = {"Image", "Media"}
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_AXE = {"resultTypes": ["violations"], "preload": False}


@dataclass(frozen=True)
class Screen:
    """What a person holds in hand, or has on the desk."""

    name: str
    wide: int
    high: int
    touch: bool = False


DESK = Screen("desk", 1280, 900)
PHONE = Screen("phone", 390, 844, touch=True)


def launched(playwright: Playwright, *more: str) -> Browser:
    """Start the machine's Chromium, which asks nobody in the background."""
    found = os.environ.get("LMS_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, _NAMES)), None
    )
    if not found:
        raise RuntimeError("Chromium is needed: install it, or set LMS_TEST_CHROMIUM")
    return playwright.chromium.launch(
        executable_path=found,
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-sync",
            "--no-first-run",
            "--mute-audio",
            *more,
        ],
    )


def opened(browser: Browser, base_url: str, screen: Screen) -> BrowserContext:
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": screen.wide, "height": screen.high},
        has_touch=screen.touch,
        is_mobile=screen.touch,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


class Scale:
    """Weighs each page: what came over the line for it, without pictures and films."""

    def __init__(self, page: Page) -> None:
        self.now = ""
        self._bytes: dict[str, float] = defaultdict(float)
        self._of: dict[str, tuple[str, str]] = {}
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.on("Network.requestWillBeSent", self._asked)
        self.cdp.on("Network.responseReceived", self._seen)
        self.cdp.on("Network.loadingFinished", self._came)
        self.cdp.on("Page.frameNavigated", self._arrived)
        self.cdp.send("Network.enable")
        self.cdp.send("Page.enable")
        # Every page is weighed as for somebody who was never here.
        self.cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _asked(self, told: dict[str, Any]) -> None:
        self._of[told["requestId"]] = (told["loaderId"], told.get("type", "Other"))

    def _seen(self, told: dict[str, Any]) -> None:
        # A film that a script fetches in pieces is a film.
        if told["response"]["mimeType"].startswith("video/"):
            loader, _kind = self._of.get(told["requestId"], ("", ""))
            self._of[told["requestId"]] = (loader, "Media")

    def _came(self, told: dict[str, Any]) -> None:
        loader, kind = self._of.get(told["requestId"], ("", "Other"))
        if kind not in _PICTURES:
            self._bytes[loader] += told["encodedDataLength"]

    def _arrived(self, told: dict[str, Any]) -> None:
        if "parentId" not in told["frame"]:
            self.now = told["frame"]["loaderId"]

    @property
    def weight(self) -> int:
        return int(self._bytes[self.now])


class Tour:
    """One person's way through the house."""

    def __init__(self, page: Page, screen: Screen, folder: Path) -> None:
        self.page = page
        self.screen = screen
        self.folder = folder
        self.faults: list[str] = []
        self.weights: dict[str, int] = {}
        self._axe = Axe()
        self._scale = Scale(page)
        self._forgiven: re.Pattern[str] | None = None
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._fault(f"script: {error}"))

    # -- the watch ------------------------------------------------------------------

    def _fault(self, words: str) -> None:
        self.faults.append(f"[{self.screen.name}] {self.page.url}\n    {words}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if self._forgiven is None or not self._forgiven.search(message.text):
            self._fault(f"console: {message.text}")

    @contextmanager
    def expecting(self, pattern: str) -> Iterator[None]:
        """Let the console say this much, as it does of a refusal that is meant."""
        self._forgiven = re.compile(pattern)
        yield
        self._forgiven = None

    def look(self, name: str, most_bytes: int = PAGE_BYTES) -> None:
        """Judge the page as it stands, and keep its picture."""
        self.page.wait_for_load_state("load")
        self._scale.cdp.send("Runtime.evaluate", {"expression": "0"})
        number = len(list(self.folder.glob("*.png"))) + 1
        picture = self.folder / f"{number:02d}-{name}.png"
        self.page.screenshot(path=picture, full_page=True, caret="initial")
        for fault in self._grave():
            self._fault(fault)
        self._fits()
        weight = self.weights[name] = self._scale.weight
        if weight > most_bytes:
            self._fault(f"{name} weighs {weight} bytes, more than {most_bytes}")

    def _grave(self) -> list[str]:
        found = self._axe.run(self.page, options=_AXE).response["violations"]
        return [
            f"axe {v['impact']}: {v['id']} at "
            + "; ".join(f"{n['target']} {n['html'][:120]}" for n in v["nodes"][:3])
            + f" ({v['nodes'][0]['any'][0]['message'] if v['nodes'][0]['any'] else ''})"
            for v in found
            if v["impact"] in _GRAVE
        ]

    def _fits(self) -> None:
        """Nothing may hang out of the screen's right edge."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > self.screen.wide:
            self._fault(f"the page is {wide} wide, the screen {self.screen.wide}")

    # -- walking --------------------------------------------------------------------

    def go(self, path: str) -> None:
        self.page.goto(path)

    def button(self, words: str | re.Pattern[str]) -> Locator:
        return self._seen(self.page.get_by_role("button", name=words))

    def link(self, words: str | re.Pattern[str]) -> Locator:
        return self._seen(self.page.get_by_role("link", name=words))

    @staticmethod
    def _seen(found: Locator) -> Locator:
        return found.filter(visible=True).first

    def press(self, target: Locator) -> None:
        """Click, or tap on a phone."""
        if self.screen.touch:
            target.tap()
        else:
            target.click()

    def follow(self, target: Locator) -> None:
        """Press what leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            self.press(target)

    def menu(self, desk: str, phone: str | None = None) -> None:
        """Take an entry of the main navigation; a phone has its bar at the foot."""
        nav = "底部导航" if self.screen.touch else "主导航"
        words = phone or desk if self.screen.touch else desk
        place = self.page.get_by_role("navigation", name=nav)
        self.follow(place.get_by_role("link", name=words, exact=True))

    def room(self, words: str) -> None:
        """Go to a room of the console: by the rail, or on a phone by the whole list."""
        if self.screen.touch:
            self.menu("全部功能", "全部")
            place = self.page.get_by_role("main")
        else:
            place = self.page.get_by_role("navigation", name="全部功能")
        self.follow(place.get_by_role("link", name=words, exact=True))

    def account_menu(self, words: str) -> None:
        self.press(self.page.locator("details[data-menu] > summary"))
        self.follow(self.page.locator("details[data-menu]").get_by_text(words))

    def says(self, words: str) -> None:
        """Wait until these words can be read."""
        self._seen(self.page.get_by_text(words)).wait_for()

    def pause(self, seconds: float) -> None:
        """Let time pass in the page, as only a film makes a person wait."""
        self.page.wait_for_timeout(seconds * 1000)

    def draw(self, pad: Locator) -> None:
        """Sign by finger on a phone, by mouse at a desk."""
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box
        spots = [
            (
                box["x"] + box["width"] * (0.15 + 0.07 * n),
                box["y"] + box["height"] * (0.3 + 0.4 * (n % 2)),
            )
            for n in range(10)
        ]
        if self.screen.touch:
            self._draw_by_finger(spots)
            return
        self.page.mouse.move(*spots[0])
        self.page.mouse.down()
        for spot in spots[1:]:
            self.page.mouse.move(*spot, steps=4)
        self.page.mouse.up()

    def _draw_by_finger(self, spots: list[tuple[float, float]]) -> None:
        for n, (x, y) in enumerate(spots):
            told = {
                "type": "touchMove" if n else "touchStart",
                "touchPoints": [{"x": x, "y": y}],
            }
            self._scale.cdp.send("Input.dispatchTouchEvent", told)
        end = {"type": "touchEnd", "touchPoints": []}
        self._scale.cdp.send("Input.dispatchTouchEvent", end)

    # -- the demonstration's outbox --------------------------------------------------

    def code_for(self, masked: str) -> str:
        """Read the newest code that went to an address."""
        for _try in range(20):
            answer = self.page.context.request.get("/demo/outbox.json")
            for message in json.loads(answer.text()):
                if message["to"] == masked and message["code"]:
                    return str(message["code"])
            threading.Event().wait(0.3)
        raise AssertionError(f"no code came for {masked}")

    def second_factor(self, masked: str) -> None:
        """Enter the code of the moment; one that was used already is waited out."""
        spent = ""
        for _try in range(200):
            code = self.code_for(masked)
            if code != spent:
                self.page.get_by_label("动态验证码").fill(code)
                with self.expecting("422|429"):
                    self.follow(self.button("验证并进入"))
                if not self.page.url.endswith("/account/factor"):
                    return
                spent = code
            threading.Event().wait(0.3)
        raise AssertionError(f"no code let {masked} in")

    def sign_in(self, email: str, password: str) -> None:
        self.go("/account/sign-in")
        self.page.get_by_label("手机号或邮箱").fill(email)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.follow(self.button("登录").and_(self.page.locator(".large")))

    def report(self) -> str:
        heavy = sorted(self.weights.items(), key=lambda each: -each[1])[:5]
        return (
            "\n".join(self.faults)
            + f"\npictures: {self.folder}\nheaviest: "
            + ", ".join(f"{name} {weight // 1000} kB" for name, weight in heavy)
        )
