"""资格自测, as a visitor sees it."""

import re
from datetime import date

import pytest

from lms.policy.flows import flows_for
from lms.policy.model import Province
from tests.conftest import Browser
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

FULL = {
    "province": "national",
    "application": "renewal",
    "applied_on": "2026-11-20",
    "born_on": "1985-07-04",
    "rows-0-code": "building",
    "rows-0-main": "y",
    "rows-0-valid_from": "2023-12-21",
    "rows-0-valid_until": "2026-12-20",
    "rows-0-required": "60",
    "rows-0-elective": "60",
}


def kinds_on(page: str) -> dict[str, str]:
    """Give the kinds that the page lets one choose, each with its name."""
    chooser = page.partition('id="application"')[2].partition("</select>")[0]
    return dict(re.findall(r'<option value="(\w+)"[^>]*>([^<]+)</option>', chooser))


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    ("application", "asked", "not_asked"),
    [
        ("renewal", "注册有效期止", "资格证书签发日期"),
        ("initial", "资格证书签发日期", "注册有效期止"),
        ("add_specialty", "资格证书签发日期", "这是主项专业"),
        ("change", "上一次变更执业单位", "已修必修学时"),
        ("re_registration", "注销（或失效）日期", "注册有效期止"),
        ("cancellation", "出生日期", "已修必修学时"),
        ("lost_reissue", "注册有效期止", "已修必修学时"),
    ],
)
def test_the_form_asks_only_what_the_application_needs(
    browser: Browser, application: str, asked: str, not_asked: str
) -> None:
    page = browser.get(f"/assess?province=sichuan&application={application}").text

    assert asked in page
    assert not_asked not in page
    assert "四川政务服务网" in page


@pytest.mark.parametrize("province", list(Province))
@pytest.mark.parametrize("applied_on", ["2022-06-01", "2023-12-31", "2026-11-21"])
def test_only_what_the_province_takes_on_that_day_is_offered(
    browser: Browser, province: Province, applied_on: str
) -> None:
    page = browser.get(f"/assess?province={province}&applied_on={applied_on}").text

    taken = {
        flow.application for flow in flows_for(province, date.fromisoformat(applied_on))
    }
    assert set(kinds_on(page)) == taken


def test_what_a_province_does_not_take_is_declined_in_its_own_words(
    browser: Browser,
) -> None:
    asked = browser.get("/assess?province=guizhou&application=lost_reissue").text
    sent = browser.post(
        "/assess", {**FULL, "province": "guizhou", "application": "lost_reissue"}
    )

    assert sent.status_code == 422
    for page in (asked, sent.text):
        assert "lost_reissue" not in kinds_on(page)
        assert "贵州省不办理“遗失补办”" in page
        assert "贵州已启用电子证书，不再补发纸质证书" in page


def test_a_kind_with_one_special_way_is_called_by_it(browser: Browser) -> None:
    page = browser.get("/assess?province=chongqing").text
    sent = {**FULL, "province": "chongqing", "application": "lost_reissue"}

    assert kinds_on(page)["lost_reissue"] == "纸质证书换领电子证书"
    assert "可以申请纸质证书换领电子证书" in browser.post("/assess", sent).text


@pytest.mark.parametrize(
    ("applied_on", "words"),
    [
        ("2026-11-20", "2026-11-20 当天就是最后一日"),
        ("2026-11-21", "已过申请的最后一日"),
        ("2025-10-03", "从 2025-10-03 算起还有 413 天"),
    ],
)
def test_days_are_counted_from_the_day_asked_about_and_it_is_named(
    browser: Browser, applied_on: str, words: str
) -> None:
    page = text_of(browser.post("/assess", {**FULL, "applied_on": applied_on}).text)

    assert words in page
    assert "从今天" not in page


def test_days_from_today_are_said_to_be(browser: Browser) -> None:
    inner = {**FULL, "province": "inner_mongolia", "applied_on": "2026-11-21"}

    assert "从今天算起还有 29 天" in text_of(browser.post("/assess", inner).text)


def test_an_unknown_choice_falls_back_to_the_usual_one(browser: Browser) -> None:
    page = browser.get("/assess?province=mars&application=none").text

    assert "内蒙古政务服务网" in page


def test_who_has_everything_may_apply(browser: Browser) -> None:
    answer = browser.post("/assess", FULL)

    assert answer.status_code == 200
    assert "可以申请延续注册" in answer.text
    assert "原因与下一步" not in answer.text


def test_who_lacks_something_is_told_all_of_it_with_its_clause(
    browser: Browser,
) -> None:
    sent = {
        **FULL,
        "province": "inner_mongolia",
        "rows-0-required": "42",
        "rows-1-code": "municipal",
        "rows-1-valid_from": "2023-12-21",
        "rows-1-valid_until": "2026-12-20",
        "rows-1-required": "30",
        "rows-1-elective": "10",
        "substituted": "16",
    }

    page = text_of(browser.post("/assess", sent).text)

    assert "暂不能申请延续注册" in page
    assert "建筑工程 必修还差 18 学时。" in page
    assert "市政公用工程 选修还差 4 学时。" in page
    assert "选修中含充抵 16 学时" in page
    assert "本人尚未作出书面承诺。" in page
    assert "内建行函〔2022〕508号 一(二)" in page
    assert "申请最后一日 2026-12-20" in page
    assert "内蒙古政务服务网" in page


def test_the_line_is_drawn_to_scale_without_inline_style(browser: Browser) -> None:
    page = browser.post("/assess", {**FULL, "granted_on": "2026-12-01"}).text

    places = [float(x) for x in re.findall(r'cx="([\d.]+)%"', page)]
    assert places == sorted(places)
    assert len(places) >= 4
    assert all(0 <= place <= 100 for place in places)
    assert "style=" not in page
    assert "2026-12-01 至 2029-11-30" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"born_on": ""}, "请填写此项。"),
        ({"born_on": "1985-13-04"}, "请填写完整的日期。"),
        ({"born_on": "2026-11-22"}, "出生日期不能晚于今天"),
        ({"born_on": "2008-11-21"}, "还不满 18 周岁"),
        ({"born_on": "1906-11-19"}, "已超过 120 周岁"),
        ({"rows-0-code": ""}, "请填写此项。"),
        ({"rows-0-valid_until": ""}, "请填写此日期。"),
        ({"rows-0-valid_until": "2020-01-01"}, "截止日早于起始日，请检查。"),
        ({"rows-0-required": "sixty"}, "请填写数字"),
        ({"rows-0-required": "60.005"}, "请填写数字"),
        ({"substituted": "-1"}, "请填写数字"),
        ({"granted_on": "2026-11-19"}, "准予之日不能早于申请之日。"),
        ({"bar": "fraud"}, "请填写此项。"),
        ({"bar": "witchcraft", "bar_on": "2026-01-01"}, "请选择一项。"),
        (
            {
                "rows-1-code": "building",
                "rows-1-valid_from": "2023-12-21",
                "rows-1-valid_until": "2026-12-20",
            },
            "这个专业已经填过了。",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    browser: Browser, wrong: dict[str, str], words: str
) -> None:
    answer = browser.post("/assess", {**FULL, **wrong})

    assert answer.status_code == 422
    assert "请检查标红的内容" in answer.text
    assert words in answer.text
    assert 'value="2023-12-21"' in answer.text


@pytest.mark.parametrize(
    ("born_on", "applied_on"),
    [("2008-11-20", "2026-11-20"), ("1906-11-20", "2026-11-20")],
)
def test_the_youngest_and_the_oldest_are_answered(
    browser: Browser, born_on: str, applied_on: str
) -> None:
    sent = {**FULL, "born_on": born_on, "applied_on": applied_on}

    assert browser.post("/assess", sent).status_code == 200


def test_an_impossible_birth_is_told_at_its_field(browser: Browser) -> None:
    page = browser.post("/assess", {**FULL, "born_on": "2030-01-01"}).text

    assert re.search(r'id="born_on-error"[^§]{0,400}出生日期不能晚于今天', page)


def test_a_specialty_more_keeps_what_was_typed(browser: Browser) -> None:
    answer = browser.post("/assess", {**FULL, "step": "add"})

    assert answer.status_code == 200
    assert "rows-1-code" in answer.text
    assert 'value="2026-12-20"' in answer.text


def test_an_empty_further_specialty_is_left_out(browser: Browser) -> None:
    answer = browser.post("/assess", {**FULL, "rows-1-code": ""})

    assert "可以申请延续注册" in answer.text


def test_a_forged_post_is_refused(browser: Browser) -> None:
    assert browser.client.post("/assess", data=FULL).status_code == 400


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (
            {"application": "change", "change_kind": "employer"},
            "先注销注册，再申请重新注册",
        ),
        (
            {"application": "change", "change_kind": "information"},
            "条件已具备，申请变更注册时须签署书面承诺",
        ),
        ({"application": "cancellation"}, "可以申请注销注册"),
        (
            {"application": "re_registration", "deregistered_on": "2020-01-01",
             "rows-0-required": "", "rows-0-elective": ""},
            "建筑工程 选修还差 60 学时。",
        ),
        (
            {"application": "initial", "rows-0-qualified_on": "2020-01-01"},
            "资格证书签发已超过 3 年",
        ),
    ],
)  # fmt: skip
def test_every_kind_of_application_is_answered(
    browser: Browser, sent: dict[str, str], words: str
) -> None:
    answer = browser.post("/assess", {**FULL, "province": "guizhou", **sent})

    assert answer.status_code == 200
    assert words in answer.text


def test_another_application_keeps_what_was_filled_in_and_the_way_back_too(
    browser: Browser,
) -> None:
    away = browser.post("/assess", {**FULL, "application": "initial", "step": "edit"})

    assert '<input type="hidden" name="rows-0-valid_from" value="2023-12-21">' in (
        away.text
    )
    assert 'value="1985-07-04"' in away.text
    assert "请填写" not in away.text


def test_a_result_can_be_asked_for_again_with_the_same_answers(
    browser: Browser,
) -> None:
    shown = browser.post("/assess", FULL).text

    asked_again = shown.partition("data-again")[2]
    for name, value in FULL.items():
        assert f'name="{name}" value="{value}"' in asked_again
