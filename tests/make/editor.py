"""A course editor's desk: an author, a manager, a draft, and what is typed there."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from lms.accounts.rules import Role
from lms.catalogue import queries, services
from lms.catalogue.rules import VersionState
from lms.jobs import films
from lms.jobs.demo import content
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, VersionId
from lms.kernel.settings import Settings
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import catalogue as make

Begin = Callable[..., Any]
Sign = Callable[..., Browser]

COURSE = {
    "title": "脚手架搭设与验收",
    "specialty": "building",
    "track": "elective",
    "year": "2026",
    "price": "30",
    "teacher": "高老师",
    "teacher_title": "工程师",
    "summary": "连墙件 & 剪刀撑\n\n逐项过一遍",
}
TEXT = {
    "title": "读方案",
    "kind": "document",
    "credit": "1",
    "minutes": "0.83",
    "body": "<p>我写了很久的正文</p>",
}
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n先验槽，后浇筑\n"
QUESTIONS = """连墙件缺失时怎么办？
* 停止作业并补设
- 下班后再补
? 缺失会使架体失稳。

验收由谁组织？
- 班组长
* 项目负责人"""


class Desk:
    """One association with an author and a manager, and a draft with one chapter."""

    def __init__(self, begin: Begin, sign: Sign, **over: object) -> None:
        with begin() as work:
            self.here: AssociationId = make.association(work, **over)
            accounts = [
                make_accounts.staff(
                    work, role, association_id=self.here, email=f"{role}@demo.example"
                )
                for role in (Role.AUTHOR, Role.MANAGER)
            ]
            self.version: VersionId = services.draft_course(
                work, self.here, make.facts()
            )
            self.chapter: UUID = services.add_chapter(
                work, self.here, self.version, "第一章"
            )
        self.author, self.manager = (sign(each) for each in accounts)
        self.page = f"/console/courses/{self.version}"
        self.new_lesson = f"{self.page}/chapters/{self.chapter}/lessons/new"

    def lessons(self) -> list[queries.LessonCard]:
        db.session.rollback()
        lines = queries.lesson_lines(db.session(), self.version)
        return [queries.lesson(db.session(), line.id) for line in lines]

    def seen(self) -> str:
        """Say what the manager's page says of the review that it shows."""
        page = self.manager.get(self.page).text
        found = re.search(r'name="seen" value="([^"]*)"', page)
        return html.unescape(found[1]) if found else ""

    def publish(self) -> TestResponse:
        """Look at the page, and press its button."""
        return self.manager.post(f"{self.page}/publish", {"seen": self.seen()})

    def state(self) -> VersionState:
        db.session.rollback()
        return queries.version(db.session(), self.version).state


def film(more: int = 0) -> tuple[io.BytesIO, str]:
    """A real film, made longer by an empty box that players skip."""
    body = content.film_path("film-11").read_bytes()
    if more:
        body += more.to_bytes(4, "big") + b"free" + bytes(more - 8)
    return io.BytesIO(body), "现场.mp4"


def upload(visitor: Browser, url: str) -> TestResponse:
    """Send a film of three megabytes, packed here: the client leaves files open."""
    sent = FileStorage(*film(3 * 2**20))
    fields = {"title": "现场", "kind": "film", "credit": "1", "film": sent}
    boundary, body = encode_multipart(fields)
    kind = f'multipart/form-data; boundary="{boundary}"'
    headers = {"X-CSRFToken": visitor.token()}
    return visitor.client.post(url, data=body, content_type=kind, headers=headers)


def work_on_films(desk: Desk) -> None:
    """Let the job make ready what came in."""
    app = desk.author.app
    films.run(app.extensions["lms.clock"], app.extensions["lms.ports"])
    db.session.remove()


def shelf(settings: Settings) -> list[Path]:
    """All that lies on the disks of films, ready or on their way."""
    folders = (settings.data_dir / "media", settings.uploads_dir)
    return sorted(one for at in folders for one in at.rglob("*") if one.is_file())
