"""The page of materials: what is asked, what came, what is refused in words."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import imageio_ffmpeg
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from lms.kernel.db import db
from lms.policy.flow import MaterialKind, Party
from lms.policy.flow import Path as Way
from lms.policy.model import Application, Province
from lms.registration.models import ApplicationRow
from lms.registration.queries import applications
from lms.registration.queries import dossier as queries
from lms.registration.rules.states import Status
from lms.registration.services import dossier as services
from lms.web import dossier_upload
from tests.conftest import START, Browser
from tests.make import dossier as make
from tests.make import people, pictures
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)
TODAY = START.date()


class World:
    """A person of Shandong with an application in hand, and a stranger."""

    def __init__(self, begin: Callable[..., Any], browser_of: Any) -> None:
        self.begin = begin
        with begin() as work:
            made = people.person(work, province=Province.SHANDONG)
            other = people.person(work, province=Province.SHANDONG, name="王外人")
            self.one = make.application(work, made.person_id)
            self.theirs = make.application(work, other.person_id)
            self.person_id = made.person_id
        self.browser: Browser = browser_of(made.account_id)

    def url(self, tail: str, one: UUID | None = None) -> str:
        return f"/me/applications/{one or self.one}/{tail}"

    def send(
        self, kind: str, *files: tuple[bytes, str], json: bool = False, **said: str
    ) -> Any:
        data: dict[str, Any] = {f"{kind}-{k}": v for k, v in said.items()}
        data[f"{kind}-files"] = [(io.BytesIO(raw), name) for raw, name in files]
        headers = {"Accept": "application/json"} if json else {}
        return self.browser.post(
            self.url(f"materials/{kind}"),
            data,
            headers=headers,
            content_type="multipart/form-data",
        )

    def dossier(self) -> queries.DossierCard:
        db.session.remove()
        card = applications.application(db.session(), self.one)
        return queries.dossier(db.session(), card, TODAY)


@pytest.fixture
def world(begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def page_jpeg(words: str = "contract", mode: str = "RGB") -> bytes:
    picture = Image.new(mode, (900, 1270), "white")
    draw = ImageDraw.Draw(picture)
    for y in range(60, 1200, 40):
        draw.text((60, y), f"{words} {y}", fill="black", font_size=24)
    out = io.BytesIO()
    picture.convert("L" if mode == "1" else mode).save(out, "JPEG")
    return out.getvalue()


def pdf(pages: int = 1, *, acts: bool = False) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    if acts:
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject("app.alert(1)"),
            }
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    folder = tmp_path_factory.mktemp("films")

    def film(seconds: float, sound: str = "sine=f=440") -> bytes:
        place: Path = folder / f"{seconds}-{bool(sound)}.mp4"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"]
        command += ["-f", "lavfi", "-i", f"testsrc=d={seconds}:s=320x240:r=10"]
        if sound:
            command += ["-f", "lavfi", "-i", f"{sound}:d={seconds}", "-shortest"]
        subprocess.run([*command, str(place)], check=True)
        return place.read_bytes()

    return film


def test_the_page_says_in_the_provinces_words_what_is_asked(world: World) -> None:
    text = world.browser.get(world.url("materials")).text
    for words in ("申请表", "身份证", "劳动合同", "本人视频", "申请人持身份证有声视频"):
        assert words in text
    assert "还没交" in text
    assert 'capture="environment"' in text
    assert 'accept="video/*"' in text


def test_another_persons_dossier_is_not_there(world: World) -> None:
    for tail in ("materials", "forms/application.pdf"):
        assert world.browser.get(world.url(tail, world.theirs)).status_code == 404
    sent = world.browser.post(world.url("materials/contract", world.theirs), {})
    assert sent.status_code == 404


def test_photographed_pages_become_one_pdf_that_can_be_read_again(
    world: World,
) -> None:
    sent = world.send(
        "contract",
        (page_jpeg("first"), "1.jpg"),
        (page_jpeg("second", "L"), "2.jpg"),
        (pdf(), "3.pdf"),
        contract_until="2029-01-01",
    )
    assert sent.status_code == 303
    held = world.dossier().current[MaterialKind.CONTRACT]
    assert (held.media, held.pages) == ("application/pdf", 3)
    got = world.browser.get(world.url(f"papers/{held.id}"))
    assert got.mimetype == "application/pdf"
    assert got.headers["Cache-Control"] == "no-store"
    assert len(PdfReader(io.BytesIO(got.data)).pages) == 3


def test_what_a_machine_has_looked_at_is_not_called_checked(world: World) -> None:
    world.send("contract", (pdf(), "c.pdf"), contract_until="2029-01-01")
    text = world.browser.get(world.url("materials")).text

    assert "系统只检查了：文件能打开、所填的合同截止日期。" in text
    assert "内容是否真实、清楚，由窗口人员审看。" in text
    assert "检查通过" not in text


def test_a_contract_a_day_too_short_is_said_to_be_so(world: World) -> None:
    world.send("contract", (pdf(), "c.pdf"), contract_until="2027-11-20")
    text = world.browser.get(world.url("materials")).text
    assert "合同到 2027-11-20 截止，从申请之日起不满一年" in text
    world.send("contract", contract_until="2027-11-21")
    found = world.dossier()
    row = found.row(MaterialKind.CONTRACT)
    assert row is not None
    assert row.done
    assert [one.version for one in found.versions(MaterialKind.CONTRACT)] == [2, 1]


def test_both_sides_of_the_card_are_two_pictures(world: World) -> None:
    world.send("id_card", (page_jpeg("front"), "a.jpg"))
    row = world.dossier().row(MaterialKind.ID_CARD)
    assert row is not None
    assert [one.code for one in row.faults] == ["dossier.one_side"]
    world.send("id_card", (page_jpeg("front"), "a.jpg"), (page_jpeg("back"), "b.jpg"))
    row = world.dossier().row(MaterialKind.ID_CARD)
    assert row is not None
    assert not row.faults


def test_a_film_with_sound_is_taken_and_plays_in_parts(
    world: World, films: Callable[..., bytes]
) -> None:
    sent = world.send("video", (films(6), "me.mp4"), json=True)
    assert sent.status_code == 200
    assert sent.json["next"].endswith("#video")
    held = world.dossier().current[MaterialKind.VIDEO]
    assert held.millis == 6000
    part = world.browser.get(
        world.url(f"papers/{held.id}"), headers={"Range": "bytes=0-99"}
    )
    assert (part.status_code, len(part.data)) == (206, 100)


@pytest.mark.parametrize(
    ("seconds", "sound", "words"),
    [(4, "sine=f=440", "视频只有 4.0 秒"), (6, "", "视频没有声音")],
)
def test_a_short_or_silent_film_is_kept_and_said_to_be_so(
    world: World, films: Callable[..., bytes], seconds: int, sound: str, words: str
) -> None:
    assert world.send("video", (films(seconds, sound), "me.mp4")).status_code == 303
    assert words in world.browser.get(world.url("materials")).text


def refused() -> dict[str, tuple[str, bytes, str]]:
    bomb = io.BytesIO()
    Image.new("L", (9000, 9000)).save(bomb, "PNG")
    flat = pdf()
    return {
        "a program": ("contract", b"MZ\x90\0" + b"\0" * 200, "JPG"),
        "an archive": ("contract", b"PK\x03\x04" + b"\0" * 200, "JPG"),
        "an archive behind a PDF": (
            "contract",
            flat + b"PK\x05\x06" + b"\0" * 18,
            "附带了其他内容",
        ),
        "a page behind a PDF": ("contract", flat + b"<script>", "附带了其他内容"),
        "a PDF with a script": ("contract", pdf(acts=True), "脚本"),
        "a broken PDF": ("contract", b"%PDF-1.7 nothing", "打不开"),
        "a picture that is a bomb": ("contract", bomb.getvalue(), "2500 万像素"),
        "a picture as a film": ("video", page_jpeg(), "不是能播放的视频"),
        "a torn film": ("video", b"\0\0\0\x18ftypmp42" + b"\0" * 900, "不是能播放的"),
        "a film as a paper": ("contract", b"\0\0\0\x18ftypmp42" + b"\0" * 900, "JPG"),
        "nothing": ("contract", b"", "这个文件是空的（0 字节）"),
        "a film of nothing": ("video", b"", "这个文件是空的（0 字节）"),
    }


@pytest.mark.parametrize("what", list(refused()))
def test_what_is_hostile_is_refused_in_words_and_nothing_is_kept(
    world: World, what: str
) -> None:
    kind, raw, words = refused()[what]
    sent = world.send(kind, (raw, "me.jpg"))
    assert sent.status_code == 422
    assert words in sent.text
    assert not world.dossier().history
    told = world.send(kind, (raw, "me.pdf"), json=True)
    assert told.status_code == 422
    assert words in told.json["detail"]


def test_what_is_larger_than_the_door_is_refused_at_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dossier_upload.FILM_BYTES < 200 * 2**20
    monkeypatch.setattr(dossier_upload, "FILM_BYTES", 50_000)
    assert world.send("video", (b"0" * 60_000, "long.mp4")).status_code == 413
    told = world.send("video", (b"0" * 60_000, "long.mp4"), json=True)
    assert told.json["detail"] == "文件或内容过大。"
    assert not world.dossier().history


def test_a_picture_under_a_wrong_name_is_taken_for_what_it_is(world: World) -> None:
    world.send("contract", (page_jpeg(), "scan.pdf"), open_ended="y")
    assert world.dossier().current[MaterialKind.CONTRACT].pages == 1


def test_the_form_is_filled_in_and_signed_by_the_stored_signature(
    world: World,
) -> None:
    got = world.browser.get(world.url("forms/application.pdf"))
    text = PdfReader(io.BytesIO(got.data)).pages[0].extract_text()
    assert "二级注册建造师注册申请表" in text
    assert "张建国" in text
    assert not PdfReader(io.BytesIO(got.data)).pages[0].images[1:]
    sent = world.browser.post(world.url("materials/form/stored"), {})
    assert sent.status_code == 303
    found = world.dossier()
    row = found.row(MaterialKind.FORM)
    assert row is not None
    assert not row.faults
    held = found.current[MaterialKind.FORM]
    body = queries.opened(db.session(), world.person_id, held)
    assert len(list(PdfReader(io.BytesIO(body)).pages[0].images)) == 2


def test_a_form_that_this_application_does_not_need_is_not_there(
    world: World,
) -> None:
    assert world.browser.get(world.url("forms/information.pdf")).status_code == 404
    assert world.browser.get(world.url("forms/secrets.pdf")).status_code == 404


def test_what_was_taken_back_is_asked_for_again(world: World) -> None:
    world.send("contract", (pdf(), "c.pdf"), open_ended="y")
    first = world.dossier().current[MaterialKind.CONTRACT]
    sent = world.browser.post(world.url("materials/contract/withdraw"), {})
    assert sent.status_code == 303
    row = world.dossier().row(MaterialKind.CONTRACT)
    assert row is not None
    assert row.state == "missing"
    assert world.browser.get(world.url(f"papers/{first.id}")).status_code == 404


def test_once_it_lies_with_the_desk_nothing_can_be_changed(world: World) -> None:
    world.send("contract", (pdf(), "c.pdf"), open_ended="y")
    with world.begin() as work:
        row = work.session.get_one(ApplicationRow, world.one)
        row.status = Status.GRANTED
        row.closed_at = work.now
    page = world.browser.get(world.url("materials"))
    assert "交上去" not in page.text
    assert world.send("contract", (pdf(), "c.pdf")).status_code == 422
    done = world.browser.post(world.url("materials/contract/withdraw"), {})
    assert done.status_code == 422


class Changing(World):
    """A person who changes particulars, where one PDF is asked for."""

    def __init__(self, begin: Callable[..., Any], browser_of: Any) -> None:
        super().__init__(begin, browser_of)
        with begin() as work:
            made = people.person(work, province=Province.SHANDONG, name="李更名")
            self.one = make.application(
                work,
                made.person_id,
                kind=Application.CHANGE,
                path=Way.PERSONAL_INFORMATION,
                by=Party.PERSON,
            )
            self.person_id = made.person_id
        self.browser = browser_of(made.account_id)


def test_papers_are_merged_into_one_pdf_of_two_megabytes(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    world = Changing(begin, browser_of)
    assert world.browser.post(world.url("merge"), {}).status_code == 422
    noise = Image.effect_noise((1400, 1900), 80).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "PDF", save_all=True, append_images=[noise], quality=95)
    with begin() as work:
        for kind in ("id_card", "household", "qualification"):
            ready = make.ready(MaterialKind(kind), body=out.getvalue())
            services.hand_in(work, world.one, ready, Party.PERSON)
    assert world.browser.post(world.url("merge"), {}).status_code == 303
    found = world.dossier()
    held = found.current[MaterialKind.BUNDLE]
    assert held.pages == 6
    assert held.size <= 2 * 2**20
    row = found.row(MaterialKind.BUNDLE)
    assert row is not None
    assert row.done
    world.send("household", (pictures.wall_jpeg(), "c.jpg"))
    row = world.dossier().row(MaterialKind.BUNDLE)
    assert row is not None
    assert [one.code for one in row.faults] == ["dossier.bundle_stale"]


def test_photo_and_signature_come_from_the_profile_by_one_button(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    world = World(begin, browser_of)
    with begin() as work:
        made = people.person(work, name="乌云")
        world.one = make.application(
            work, made.person_id, province=Province.INNER_MONGOLIA
        )
    world.browser = browser_of(made.account_id)
    page = world.browser.get(world.url("materials")).text
    assert "用个人中心的照片" in page
    for kind in (MaterialKind.PHOTO, MaterialKind.SIGNATURE):
        sent = world.browser.post(world.url(f"materials/{kind}/stored"), {})
        assert sent.status_code == 303
        row = world.dossier().row(kind)
        assert row is not None
        assert row.done
        held = world.dossier().current[kind]
        got = world.browser.get(world.url(f"papers/{held.id}"))
        assert (got.mimetype or "").startswith("image/")
    elsewhere = world.browser.post(world.url("materials/contract/stored"), {})
    assert elsewhere.status_code == 404


def test_a_photo_on_a_dark_ground_is_said_to_be_so(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    world = World(begin, browser_of)
    with begin() as work:
        made = people.person(work, name="乌云")
        world.one = make.application(
            work, made.person_id, province=Province.INNER_MONGOLIA
        )
    world.browser = browser_of(made.account_id)
    dark = pictures.face_jpeg(background="#204080")
    assert world.send("photo", (dark, "me.jpg")).status_code == 303
    assert "照片背景不是白色" in world.browser.get(world.url("materials")).text
    assert world.send("photo", (pictures.face_jpeg(), "me.jpg")).status_code == 303
    row = world.dossier().row(MaterialKind.PHOTO)
    assert row is not None
    assert row.done
