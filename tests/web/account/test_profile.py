"""The personal centre, as its owner sees it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.kernel.db import db
from lms.people import queries, services
from lms.people.models import Correction
from lms.people.rules import IdentityFacts, PhotoState, Section
from lms.policy.model import Specialty
from tests.conftest import Browser, HandClock
from tests.make import people as make
from tests.make import pictures
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)


@pytest.fixture
def newcomer(begin: Callable[..., Any]) -> make.Made:
    with begin() as work:
        return make.account(work, name="张建国")


@pytest.fixture
def mine(newcomer: make.Made, browser_of: Callable[..., Browser]) -> Browser:
    return browser_of(newcomer.account_id)


@pytest.fixture
def whole(begin: Callable[..., Any]) -> make.Made:
    with begin() as work:
        made = make.person(work, specialties=(Specialty.BUILDING, Specialty.WATER))
        services.lock_profile(work, made.person_id, "order:1")
        return made


def upload(picture: bytes, name: str = "a.jpg", **more: str) -> dict[str, Any]:
    return {"picture": (io.BytesIO(picture), name), **more}


def test_the_centre_leads_to_what_is_missing(mine: Browser) -> None:
    page = mine.get("/me").text

    assert "0%" in page
    assert "接着填写：身份信息" in page


def test_a_profile_is_filled_step_by_step(mine: Browser, newcomer: make.Made) -> None:
    number = make.id_number()
    steps: list[tuple[str, dict[str, Any], str]] = [
        (
            "/me/identity",
            {"name": "张建国", "id_number": number, "sensitive": "y"},
            "/me/photo",
        ),
        ("/me/photo", upload(pictures.face_jpeg()), "/me/signature"),
        ("/me/signature", upload(pictures.signature_png()), "/me/qualification"),
        (
            "/me/qualification",
            {"printed": "building:房屋建筑工程", "number": "1502032018",
             "issued_on": "2018-10-01"},
            "/me/qualification",
        ),
        (
            "/me/registration",
            {"number": "蒙2152020202100001", "province": "inner_mongolia",
             "on_building": "y", "from_building": "2024-03-01",
             "until_building": "2027-02-28"},
            "/me/employer",
        ),
        (
            "/me/employer",
            {"name": "包头市第一建筑有限公司", "uscc": "91150203ma0n00000g"},
            "/me",
        ),
    ]  # fmt: skip
    for where, sent, following in steps:
        answer = mine.post(where, sent)
        assert answer.status_code == 303, answer.text
        assert answer.headers["Location"] == following

    card = queries.profile(db.session(), newcomer.person_id)
    assert card.completeness.percent == 100
    assert card.qualifications[0].printed_as == "房屋建筑工程"
    assert card.registration is not None
    assert card.registration.main.code is Specialty.BUILDING
    page = mine.get("/me").text
    assert "100%" in page
    assert number not in page
    assert f"1502**********{number[-4:]}" in page
    for section in Section:
        assert mine.get(f"/me/{section}").status_code == 200


def test_a_wrong_number_keeps_what_was_typed(mine: Browser) -> None:
    answer = mine.post(
        "/me/identity",
        {"name": "张建国", "id_number": "150203196103150011", "sensitive": "y"},
    )

    assert answer.status_code == 422
    assert "身份证号码有误" in answer.text
    assert 'value="150203196103150011"' in answer.text


def test_a_taken_number_tells_nothing_of_its_owner(
    mine: Browser, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        owner = make.person(work, name="王秘密")

    answer = mine.post(
        "/me/identity",
        {"name": "张建国", "id_number": owner.id_number, "sensitive": "y"},
    )

    assert answer.status_code == 422
    assert "请协会核对" in answer.text
    assert "王秘密" not in answer.text


def test_a_photo_without_a_face_says_why_and_can_go_to_people(
    mine: Browser, newcomer: make.Made
) -> None:
    answer = mine.post("/me/photo", upload(pictures.wall_jpeg(), sensitive="y"))
    assert answer.headers["Location"] == "/me/photo"
    page = mine.get("/me/photo").text
    assert "没有找到清晰的正面人脸" in page
    assert mine.get("/me/photo-draft.jpg").data.startswith(b"\xff\xd8")
    assert mine.get("/me/photo.jpg").status_code == 404

    mine.post("/me/photo/review")

    photo = queries.profile(db.session(), newcomer.person_id).photo
    assert photo is not None
    assert photo.state is PhotoState.TO_REVIEW
    assert "待协会审核" in mine.get("/me").text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"<svg/>", "只接受 JPG、PNG 或 WebP", id="svg"),
        pytest.param(b"\xff\xd8\xff broken", "图片打不开", id="broken"),
        pytest.param(b"", "请先选择一张图片", id="nothing"),
    ],
)
def test_a_bad_upload_is_told_at_the_field(
    mine: Browser, body: bytes, told: str
) -> None:
    answer = mine.post("/me/photo", upload(body, sensitive="y"))

    assert answer.status_code == 422
    assert told in answer.text


def test_pictures_are_their_owners_and_are_not_kept(
    whole: make.Made, browser_of: Callable[..., Browser], browser: Browser
) -> None:
    answer = browser_of(whole.account_id).get("/me/photo.jpg")

    assert answer.data == pictures.inch_jpeg()
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.get("/me/photo.jpg").status_code == 303


def test_a_registration_needs_a_main_one_of_two(
    begin: Callable[..., Any], browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        made = make.person(work, specialties=(Specialty.BUILDING, Specialty.WATER))
    rows = {
        f"{part}_{code}": value
        for code in ("building", "water")
        for part, value in (
            ("on", "y"), ("from", "2024-03-01"), ("until", "2027-02-28")
        )
    }  # fmt: skip
    sent = {"number": "蒙2152020202100001", "province": "inner_mongolia", **rows}
    mine = browser_of(made.account_id)

    answer = mine.post("/me/registration", sent)
    assert answer.status_code == 422
    assert "请选择一个主项专业" in answer.text
    wrong = mine.post(
        "/me/registration", {**sent, "main": "water", "until_water": "2023-01-01"}
    )
    assert wrong.status_code == 422
    assert "有效期止应晚于有效期起" in wrong.text
    assert mine.post("/me/registration", {**sent, "main": "water"}).status_code == 303


def test_a_locked_section_offers_a_correction_instead(
    whole: make.Made, browser_of: Callable[..., Browser]
) -> None:
    mine = browser_of(whole.account_id)

    page = mine.get("/me/identity").text
    assert "申请更正" in page
    assert 'name="id_number"' not in page
    forced = mine.post("/me/identity", {"name": "改名", "id_number": make.id_number()})
    assert forced.status_code == 422
    assert "资料已锁定" in forced.text


def test_a_correction_is_asked_followed_and_withdrawn(
    whole: make.Made,
    browser_of: Callable[..., Browser],
    begin: Callable[..., Any],
) -> None:
    with begin() as work:
        here = make.learner_of(work, whole.person_id)
    mine = browser_of(whole.account_id)
    sent = {
        "name": "内蒙古新天地建设有限公司",
        "uscc": "91110000600037341L",
        "association": str(here),
    }

    short = mine.post("/me/employer/correction", {**sent, "reason": "换"})
    assert short.status_code == 422
    assert "内蒙古新天地建设有限公司" in short.text
    asked = mine.post(
        "/me/employer/correction",
        {
            **sent,
            "reason": "已换到新单位工作",
            "paper": (io.BytesIO(pictures.wall_jpeg()), "p.jpg"),
        },
    )
    assert asked.status_code == 303
    row = db.session.scalar(select(Correction))
    assert row is not None
    assert row.paper is not None
    assert "办理中" in mine.get("/me").text

    mine.post(f"/me/corrections/{row.id}/withdraw")
    assert "已撤回" in mine.get("/me").text


def test_a_photo_may_be_corrected(
    whole: make.Made, browser_of: Callable[..., Browser], begin: Callable[..., Any]
) -> None:
    with begin() as work:
        here = make.learner_of(work, whole.person_id)
    mine = browser_of(whole.account_id)

    answer = mine.post(
        "/me/photo/correction",
        upload(pictures.face_jpeg(), association=str(here), reason="照片太旧了"),
    )

    assert answer.status_code == 303
    for section in Section:
        assert mine.get(f"/me/{section}/correction").status_code == 200


def test_anothers_request_is_not_found(
    mine: Browser, whole: make.Made, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        here = make.learner_of(work, whole.person_id)
        request = make.correction(work, whole, here)

    answer = mine.post(f"/me/corrections/{request}/withdraw")

    assert answer.status_code == 404
    assert mine.get("/me/employer/correction").status_code == 422


def test_looks_are_shown_to_their_owner(
    whole: make.Made, browser_of: Callable[..., Browser], begin: Callable[..., Any]
) -> None:
    with begin() as work:
        services.reveal_id_number(work, whole.person_id, "核对报名材料")

    assert "核对报名材料" in browser_of(whole.account_id).get("/me").text


def test_nothing_sensitive_is_kept_without_a_consent_of_its_own(
    mine: Browser, newcomer: make.Made
) -> None:
    fields = {"name": "张建国", "id_number": make.id_number()}

    refused = mine.post("/me/identity", fields)
    assert refused.status_code == 422
    assert "请单独同意后再保存" in refused.text
    assert mine.post("/me/photo", upload(pictures.face_jpeg())).status_code == 422
    card = queries.profile(db.session(), newcomer.person_id)
    assert not card.id_masked
    assert card.photo is None

    assert mine.post("/me/identity", fields | {"sensitive": "y"}).status_code == 303
    (consent,) = accounts.consents(db.session(), newcomer.account_id)
    assert (consent.subject, consent.agreed) == ("sensitive", True)
    assert "敏感个人信息" not in mine.get("/me/photo").text
    assert mine.post("/me/photo", upload(pictures.face_jpeg())).status_code == 303
    assert len(accounts.consents(db.session(), newcomer.account_id)) == 1


def test_a_consent_may_be_taken_back_and_what_it_covered_is_erased(
    mine: Browser, newcomer: make.Made, clock: HandClock
) -> None:
    number = make.id_number()
    fields = {"name": "张建国", "id_number": number, "sensitive": "y"}
    mine.post("/me/identity", fields)
    mine.post("/me/photo", upload(pictures.face_jpeg()))
    assert "撤回对敏感个人信息的同意" in mine.get("/account/security").text

    clock.pass_seconds(60)
    assert mine.post("/account/security/sensitive/withdraw").status_code == 303

    page = mine.get("/account/security").text
    assert "资料已删除" in page
    assert "撤回对敏感个人信息的同意" not in page
    card = queries.profile(db.session(), newcomer.person_id)
    assert not card.id_masked
    assert card.photo is None
    assert queries.id_free(db.session(), newcomer.person_id, number)
    assert mine.post("/account/security/sensitive/withdraw").status_code == 422
    del fields["sensitive"]
    assert mine.post("/me/identity", fields).status_code == 422


def test_after_the_first_payment_a_consent_stays(
    mine: Browser, newcomer: make.Made, begin: Callable[..., Any]
) -> None:
    fields = {"name": "张建国", "id_number": make.id_number(), "sensitive": "y"}
    mine.post("/me/identity", fields)
    with begin() as work:
        services.lock_profile(work, newcomer.person_id, "order:test")

    assert "撤回对敏感个人信息的同意" not in mine.get("/account/security").text
    answer = mine.post("/account/security/sensitive/withdraw")

    assert answer.status_code == 422
    db.session.rollback()
    assert queries.profile(db.session(), newcomer.person_id).id_masked
    assert len(accounts.consents(db.session(), newcomer.account_id)) == 1


def test_a_specialty_with_dates_counts_as_ticked_and_is_the_main_one_by_itself(
    mine: Browser, newcomer: make.Made
) -> None:
    paper = {"printed": "water:水利水电工程", "number": "1502032018"}
    mine.post("/me/qualification", {**paper, "issued_on": "2018-10-01"})
    bare = {"number": "蒙2152020202100001", "province": "inner_mongolia"}
    dated = {"from_water": "2025-01-02", "until_water": "2028-01-01"}

    nothing = mine.post("/me/registration", bare)
    saved = mine.post("/me/registration", bare | dated)

    assert nothing.status_code == 422
    assert "主项专业" not in nothing.text
    assert saved.status_code == 303
    held = queries.registration(db.session(), newcomer.person_id)
    assert held.main.code is Specialty.WATER


def test_a_name_is_corrected_without_typing_the_number_again(
    whole: make.Made,
    browser_of: Callable[..., Browser],
    begin: Callable[..., Any],
) -> None:
    with begin() as work:
        here = make.learner_of(work, whole.person_id)
    mine = browser_of(whole.account_id)
    sent = {"name": "王小明", "reason": "姓名写错一字", "association": str(here)}
    paper = (io.BytesIO(pictures.wall_jpeg()), "p.jpg")

    faulty = mine.post(
        "/me/identity/correction", {**sent, "reason": "换", "paper": paper}
    )
    asked = mine.post("/me/identity/correction", sent)
    row = db.session.scalar(select(Correction))
    assert row is not None
    with begin() as work:
        change = queries.correction(work.session, row.id).change

    assert "请重新选择这个文件" in faulty.text
    assert asked.status_code == 303
    assert isinstance(change, IdentityFacts)
    assert change.name == "王小明"
    assert change.id_number == whole.id_number
