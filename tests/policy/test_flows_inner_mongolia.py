"""内建行函〔2022〕508号, sentence by sentence: Inner Mongolia's flows."""

from datetime import date

import pytest

from lms.policy import flows
from lms.policy.flow import (
    Case,
    Check,
    Limit,
    MaterialKind,
    Need,
    Party,
    Path,
    Since,
    StepName,
)
from lms.policy.flows import inner_mongolia
from lms.policy.library import rules_for
from lms.policy.model import Application, Province
from tests.policy.shelf import asked, flow, line, paper, read

HERE = Province.INNER_MONGOLIA
RENEWAL = flow(HERE, Application.RENEWAL)


def test_renewal_is_asked_for_before_the_end() -> None:
    """应在有效期届满前提出延续注册申请。"""
    assert rules_for(HERE, date(2026, 11, 21)).closes_days_before == 0
    assert "在有效期届满前提出延续注册申请" in read(RENEWAL)


@pytest.mark.parametrize(
    ("on", "open_"),
    [
        (date(2022, 8, 4), False),
        (date(2022, 8, 5), True),
        (date(2022, 12, 31), True),
        (date(2023, 1, 1), False),
    ],
)
def test_what_had_run_out_could_be_renewed_until_the_last_day_of_2022(
    on: date, open_: bool
) -> None:
    """注册证书已过期的应于2022年12月31日前提出延续申请。"""
    found = flows.flow_for(HERE, Application.RENEWAL, Path.ONE_OFF, on)
    assert (found is not None) is open_
    if found is not None:
        assert found.only == {Case.EXPIRED}


def test_what_was_not_renewed_is_void_and_registers_anew() -> None:
    """自2022年12月31日起证书失效的可按规定申请重新注册。"""
    one_off = flow(HERE, Application.RENEWAL, Path.ONE_OFF, date(2022, 9, 1))
    assert "证书失效" in read(one_off)
    assert line(flow(HERE, Application.RE_REGISTRATION))[-1] is StepName.CERTIFICATE


def test_person_and_employer_commit_in_writing_to_the_study_done() -> None:
    """由建造师本人，受聘企业对完成继续教育情况作出书面承诺。"""
    assert Need.PERSON_COMMITMENT in RENEWAL.step(StepName.FILL).needs
    assert Need.EMPLOYER_COMMITMENT in RENEWAL.step(StepName.EMPLOYER).needs
    for party in (Party.PERSON, Party.EMPLOYER):
        words = RENEWAL.commitments[party]
        assert "书面承诺" in words
        assert "继续教育" in words
    assert "未附文本" in RENEWAL.commitment_source


def test_both_keep_the_papers_and_hand_none_in() -> None:
    """应当保存继续教育培训，养老保险缴纳，到岗履职等资料。"""
    for party in (Party.PERSON, Party.EMPLOYER):
        words = RENEWAL.commitments[party]
        for kept in ("继续教育培训", "养老保险缴纳", "到岗履职", "音频、视频", "核查"):
            assert kept in words
    assert MaterialKind.STUDY not in asked(RENEWAL)
    assert MaterialKind.CONTRACT not in asked(RENEWAL)


def test_the_validity_runs_from_the_grant() -> None:
    """有效期从准予延续注册之日起计算。"""
    assert "从准予延续注册之日起计算" in read(RENEWAL)
    assert "有效期至65周岁当日" in read(RENEWAL)


def test_certificates_carry_the_holders_signature() -> None:
    """启用个人签名模块。"""
    renewed = flow(HERE, Application.RENEWAL)
    for one in (renewed, flow(HERE, Application.INITIAL)):
        assert Need.SIGNATURE in one.step(StepName.FILL).needs
        assert MaterialKind.SIGNATURE in asked(one)


def test_the_holder_uploads_a_photo_on_white() -> None:
    """持证人上传的1寸白底免冠照。"""
    photo = paper(RENEWAL, MaterialKind.PHOTO)
    assert photo.title == "1寸白底免冠照"
    assert Check.WHITE_GROUND in photo.checks


@pytest.mark.parametrize(
    ("on", "open_"),
    [
        (date(2022, 8, 7), False),
        (date(2022, 8, 8), True),
        (date(2022, 12, 31), True),
        (date(2023, 1, 1), False),
    ],
)
def test_the_employer_supplies_signatures_until_the_last_day_of_2022(
    on: date, open_: bool
) -> None:
    """需于2022年12月31日前由聘用企业进行签名补录。"""
    found = flows.flow_for(
        HERE, Application.LOST_REISSUE, Path.SIGNATURE_SUPPLEMENT, on
    )
    assert (found is not None) is open_
    if found is not None:
        assert found.starts is Party.EMPLOYER
        assert line(found) == [
            StepName.FILL,
            StepName.CONFIRM,
            StepName.CERTIFICATE,
        ]
        assert Need.SIGNATURE in found.step(StepName.CONFIRM).needs
        assert "新旧底版电子证书均可正常使用" in read(found)


def test_unsigned_certificates_are_void_from_2023_on() -> None:
    """2023年1月1日起无个人签名，不显示注册有效期的证书失效。"""
    assert date(2023, 1, 1) == inner_mongolia.UNSIGNED_VOID_SINCE
    assert "无个人签名、不显示注册有效期的证书失效" in read(
        flow(HERE, Application.CHANGE)
    )


def test_a_print_is_signed_by_hand() -> None:
    """打印电子证书后在个人签名处手写本人签名。"""
    assert "手写本人签名" in read(RENEWAL)
    assert "笔迹不一致的，该证书无效" in read(RENEWAL)


def test_use_by_the_employer_needs_the_holders_authorisation() -> None:
    """调用证书信息时需建造师本人确认。"""
    assert inner_mongolia.AUTHORISED in RENEWAL.notices


def test_cancellation_goes_through_the_employer_within_ten_working_days() -> None:
    """应通过聘用企业在内蒙古政务服务网提交注销申请。"""
    one = flow(HERE, Application.CANCELLATION)
    assert line(one)[:2] == [StepName.FILL, StepName.EMPLOYER]
    assert "聘用企业" in one.step(StepName.EMPLOYER).office
    decide = one.step(StepName.DECIDE)
    assert (decide.limit, decide.since) == (Limit.CANCEL, Since.FILED)
    assert rules_for(HERE, date(2026, 4, 28)).limits.cancel == 10


def test_either_side_may_ask_for_cancellation_in_writing() -> None:
    """二级建造师或聘用企业可提交书面申请办理注销注册。"""
    one = flow(HERE, Application.CANCELLATION, Path.WRITTEN)
    assert one.starters == {Party.PERSON, Party.EMPLOYER, Party.TELLER}
    assert one.only == {Case.DISMISSED}


def test_the_written_way_has_a_public_notice_and_an_announcement() -> None:
    """对注销注册信息进行公示，公示期无异议的直接办理注销注册并公告。"""
    one = flow(HERE, Application.CANCELLATION, Path.WRITTEN)
    assert line(one) == [
        StepName.FILL,
        StepName.ACCEPT,
        StepName.NOTICE,
        StepName.DECIDE,
        StepName.ANNOUNCE,
    ]
    assert one.notice_days > 0
    assert one.announced


def test_the_ten_days_do_not_bind_the_written_way() -> None:
    """采取此情形办理注销注册的不适用10个工作日时限。"""
    one = flow(HERE, Application.CANCELLATION, Path.WRITTEN)
    assert all(step.limit is None for step in one.steps)
