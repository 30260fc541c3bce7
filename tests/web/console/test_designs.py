"""证书样式: edited by the desk, seen before it is published, published by a manager."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from lms.accounts.rules import Role
from lms.catalogue.models import Association
from lms.credentials import queries
from lms.credentials.rules.designs import DEFAULT, Layout, Part
from lms.kernel.db import db
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import credentials as make

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
PAGE = "/console/designs"


class Office:
    """An association with a clerk and a manager."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        with begin() as work:
            self.here = make.association(work)
            staff = [
                make_accounts.staff(
                    work, role, association_id=self.here, email=f"{role}@demo.example"
                )
                for role in (Role.CLERK, Role.MANAGER)
            ]
        self.begin = begin
        self.clerk, self.manager = (sign(each) for each in staff)

    def draft(self) -> queries.DraftCard:
        db.session.rollback()
        return queries.draft(db.session(), self.here)

    def fields(self, **over: object) -> dict[str, Any]:
        known = {
            "revision": str(self.draft().revision),
            "layout": "modern",
            "accent": "#17406d",
            "ink": "#1c1a17",
            "heading": DEFAULT.heading,
            "title": "结业证书",
            "subtitle": DEFAULT.subtitle,
            "sentence": "兹证明{name}完成{hours}学时，成绩{score}分。",
            "extra": "",
            "seal_across": "-4",
            "seal_down": "2",
            "shown": ["photo", "score"],
        }
        return {**known, **over}


@pytest.fixture
def office(begin: Begin, browser_of: Sign) -> Office:
    return Office(begin, browser_of)


def test_a_clerk_saves_and_a_manager_publishes(office: Office) -> None:
    saved = office.clerk.post(PAGE, office.fields())
    assert saved.status_code == 303
    held = office.draft()
    assert held.design.layout is Layout.MODERN
    assert held.design.seal == (-4, 2)
    assert held.design.shown == {Part.PHOTO, Part.SCORE}

    page = office.manager.get(PAGE).text
    assert "有未发布的草稿" in page
    assert "正在使用：系统自带样式" in page
    published = office.manager.post(f"{PAGE}/publish", {"revision": held.revision})
    assert published.status_code == 303
    assert "正在使用：第 1 版" in office.clerk.get(PAGE).text
    assert queries.current_design(db.session(), office.here).title == "结业证书"


def test_a_clerk_cannot_publish(office: Office) -> None:
    office.clerk.post(PAGE, office.fields())

    assert office.clerk.post(f"{PAGE}/publish", {"revision": 1}).status_code == 403
    assert "请负责人打开本页发布" in office.clerk.get(PAGE).text


def test_who_edited_does_not_publish_where_two_are_wanted(office: Office) -> None:
    office.manager.post(PAGE, office.fields())

    refused = office.manager.post(f"{PAGE}/publish", {"revision": 1})

    assert refused.status_code == 403
    assert "双人办理" in refused.text
    assert queries.current_design(db.session(), office.here) == DEFAULT


def test_where_one_is_enough_a_manager_does_both(office: Office) -> None:
    with office.begin() as work:
        work.session.get_one(Association, office.here).two_person = False
    office.manager.post(PAGE, office.fields())

    assert office.manager.post(f"{PAGE}/publish", {"revision": 1}).status_code == 303


def test_the_specimen_follows_what_is_typed_and_nothing_is_kept(
    office: Office,
) -> None:
    drawn = office.clerk.post(f"{PAGE}/preview", office.fields())

    assert drawn.mimetype == "image/svg+xml"
    assert drawn.text.startswith("<svg ")
    assert drawn.text != office.clerk.get(f"{PAGE}/draft.svg").text
    assert office.draft().revision == 0


def test_a_drawing_comes_pressed_to_who_takes_it_so(office: Office) -> None:
    plain = office.clerk.get(f"{PAGE}/0.svg")
    small = office.clerk.get(f"{PAGE}/0.svg", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 2


def test_without_script_the_button_shows_the_specimen(office: Office) -> None:
    page = office.clerk.post(PAGE, office.fields(deed="preview", title="结业证明"))

    assert page.status_code == 200
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert 'value="结业证明"' in page.text
    assert office.draft().revision == 0


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"sentence": "兹证明{姓名}"}, "sentence", "姓名"),
        ({"sentence": "{name"}, "sentence", "花括号"),
        ({"accent": "#ffff00"}, "accent", "太浅"),
        ({"accent": "javascript:alert(1)"}, "accent", "颜色"),
        ({"title": ""}, "title", "请填写"),
        ({"title": "合格𱁬"}, "title", "𱁬"),
        ({"subtitle": "中文"}, "subtitle", "英文"),
        ({"title": "注册证书"}, "title", "不能做得像注册证书"),
        ({"heading": "住房和城乡建设部"}, "title", "建设部"),
        ({"subtitle": "IDENTITY CARD"}, "subtitle", "identity card"),
        ({"extra": "国务院监制"}, "extra", "国务院"),
        ({"seal_across": "99"}, "seal_across", ""),
        ({"layout": "../../etc"}, "layout", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    office: Office, typed: dict[str, str], field: str, said: str
) -> None:
    page = office.clerk.post(PAGE, office.fields(**typed))
    answer = office.clerk.post(f"{PAGE}/preview", office.fields(**typed))

    assert page.status_code == answer.status_code == 422
    assert said in page.text
    assert field in (answer.json or {})["wrong"]
    assert office.draft().revision == 0


def test_a_sentence_is_text_on_every_page(office: Office) -> None:
    office.clerk.post(PAGE, office.fields(extra="<script>alert(1)</script>{{7*7}}"))

    page = office.clerk.get(PAGE).text
    assert "<script>alert" not in page
    assert "49" not in office.draft().design.extra
    assert "<script" not in office.clerk.get(f"{PAGE}/draft.svg").text


def test_a_draft_that_a_colleague_changed_is_not_overwritten(office: Office) -> None:
    old = office.fields()
    office.clerk.post(PAGE, old)

    assert office.manager.post(PAGE, old).status_code == 409
    assert office.manager.post(f"{PAGE}/publish", {"revision": 0}).status_code == 409
    assert office.manager.post(f"{PAGE}/publish", {}).status_code == 409


def test_an_older_design_comes_back_as_a_draft(office: Office) -> None:
    office.clerk.post(PAGE, office.fields())
    office.manager.post(f"{PAGE}/publish", {"revision": 1})
    office.clerk.post(PAGE, office.fields(title="另一种"))
    office.manager.post(f"{PAGE}/publish", {"revision": 1})

    assert office.clerk.post(f"{PAGE}/1/take-up").status_code == 303
    assert office.draft().design.title == "结业证书"
    assert office.clerk.post(f"{PAGE}/9/take-up").status_code == 404
    assert office.clerk.get(f"{PAGE}/2.svg").mimetype == "image/svg+xml"
    assert office.clerk.get(f"{PAGE}/3.svg").status_code == 404
    assert office.clerk.get(f"{PAGE}/{10**23}.svg").status_code == 404

    assert office.clerk.post(f"{PAGE}/drop").status_code == 303
    assert office.draft().revision == 0


# -- the logo ---------------------------------------------------------------------


def picture(kind: str, size: tuple[int, int] = (400, 200)) -> bytes:
    """A red bar on white paper."""
    whole = Image.new("RGB", size, "white")
    whole.paste((200, 20, 30), (40, 40, size[0] - 40, size[1] - 40))
    out = io.BytesIO()
    whole.save(out, kind)
    return out.getvalue()


def sent(data: bytes, name: str = "logo.png") -> dict[str, Any]:
    return {"logo": (io.BytesIO(data), name)}


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_redrawn_trimmed_and_freed_of_its_paper(
    office: Office, kind: str
) -> None:
    marked = picture(kind) + b"<script>alert(1)</script>"
    answer = office.clerk.post(f"{PAGE}/logo", sent(marked))
    assert answer.status_code == 303

    kept = office.draft().design.logo
    assert b"script" not in kept
    logo = Image.open(io.BytesIO(kept))
    assert (logo.format, logo.mode) == ("PNG", "RGBA")
    assert 316 <= logo.width <= 340
    red = logo.getpixel((logo.width // 2, logo.height // 2))
    assert isinstance(red, tuple)
    assert red[0] > 180
    assert red[3] > 200
    assert "data:image/png;base64," in office.clerk.get(PAGE).text
    assert "<image " in office.clerk.get(f"{PAGE}/draft.svg").text

    office.clerk.post(f"{PAGE}/logo/remove")
    assert office.draft().design == replace(DEFAULT)


@pytest.mark.parametrize(
    "upload",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n broken",
        picture("PNG", (100, 100)),
    ],
)
def test_what_is_no_logo_is_refused(office: Office, upload: bytes) -> None:
    assert office.clerk.post(f"{PAGE}/logo", sent(upload)).status_code in {400, 422}
    assert office.draft().revision == 0


def test_a_logo_has_a_largest_upload(office: Office) -> None:
    head = (
        b'--x\r\nContent-Disposition: form-data; name="logo"; filename="l.png"\r\n\r\n'
    )
    body = head + picture("PNG") + bytes(2**20) + b"\r\n--x--\r\n"

    refused = office.clerk.client.post(
        f"{PAGE}/logo",
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": office.clerk.token()},
    )

    assert refused.status_code in {400, 422}
    assert "1 MB" in refused.text
