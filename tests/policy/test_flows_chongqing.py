"""重庆电子注册证书 annexes 1 to 3, sentence by sentence: Chongqing's flows."""

from datetime import date

import pytest

from lms.policy import flows
from lms.policy.flow import (
    Case,
    Check,
    Flow,
    Issue,
    Limit,
    MaterialKind,
    Need,
    Party,
    Path,
    Since,
    StepName,
)
from lms.policy.library import rules_for
from lms.policy.model import Application, Province
from tests.policy.shelf import asked, flow, line, read

HERE = Province.CHONGQING
ALL = [one for one in flows.SHELF if one.province is HERE]
DECIDED = (
    Application.INITIAL,
    Application.ADD_SPECIALTY,
    Application.RE_REGISTRATION,
    Application.RENEWAL,
)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_the_person_is_looked_at_before_every_application(one: Flow) -> None:
    """每次申报相关业务前须进行人脸识别。"""
    assert Need.IDENTITY in one.step(StepName.FILL).needs
    assert "每次申报相关业务前，须进行人脸识别" in read(one)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_who_cannot_pass_by_face_comes_with_the_original(one: Flow) -> None:
    """若无法通过人脸认证的本人可携带身份证原件现场认证。"""
    assert "携带身份证原件前往重庆市工程建设政务服务中心现场认证" in read(one)


def test_the_employer_is_proved_on_line_or_on_site() -> None:
    """企业身份认证可选择新系统网上认证也可选择现场身份认证。"""
    one = flow(HERE, Application.INITIAL)
    assert Need.EMPLOYER_PROVED in one.step(StepName.EMPLOYER).needs
    assert "身份锁认证" in read(one)
    assert "工商注册所在地的区县住房城乡建设主管部门" in read(one)


def test_originals_are_scanned_and_uploaded() -> None:
    """填写申报信息并上传相应材料原件扫描件。"""
    one = flow(HERE, Application.INITIAL)
    assert Need.MATERIALS in one.step(StepName.FILL).needs
    scans = [m for m in one.materials if m.kind is not MaterialKind.PHOTO]
    assert all(
        Check.ORIGINAL in m.checks
        for m in scans
        if m.kind is not MaterialKind.SIGNATURE
    )


def test_the_application_is_compared_and_accepted_on_the_second_working_day() -> None:
    """聘用企业确认后上报，经系统数据比对，上报后第二个工作日在网上受理。"""
    one = flow(HERE, Application.RENEWAL)
    assert line(one)[:4] == [
        StepName.FILL,
        StepName.EMPLOYER,
        StepName.COMPARE,
        StepName.ACCEPT,
    ]
    accept = one.step(StepName.ACCEPT)
    assert (accept.limit, accept.since) == (Limit.ACCEPT, Since.FILED)
    assert "出具受理凭证" in accept.office
    assert rules_for(HERE, date(2026, 11, 21)).limits.accept == 2


@pytest.mark.parametrize("application", DECIDED)
def test_four_kinds_are_done_in_ten_working_days(application: Application) -> None:
    """自受理之日起10个工作日内办结。"""
    decide = flow(HERE, application).step(StepName.DECIDE)
    assert (decide.limit, decide.since) == (Limit.DECIDE, Since.ACCEPTED)
    assert rules_for(HERE, date(2026, 11, 21)).limits.decide == 10


def test_a_change_is_done_in_three_working_days() -> None:
    """变更注册自受理之日起3个工作日内办结。"""
    decide = flow(HERE, Application.CHANGE).step(StepName.DECIDE)
    assert (decide.limit, decide.since) == (Limit.CHANGE, Since.ACCEPTED)
    assert rules_for(HERE, date(2026, 11, 21)).limits.change == 3


def test_cancellation_is_complete_when_the_employer_confirms() -> None:
    """由聘用企业在新系统确认后即为完成注销注册。"""
    one = flow(HERE, Application.CANCELLATION)
    assert line(one) == [StepName.FILL, StepName.EMPLOYER]
    assert one.takes_effect is StepName.EMPLOYER
    assert "电子证书同步注销" in read(one)


@pytest.mark.parametrize(
    "application",
    [Application.RENEWAL, Application.ADD_SPECIALTY, Application.CHANGE],
)
def test_a_new_certificate_voids_the_old_one(application: Application) -> None:
    """生成并颁发新的电子注册证书，旧的失效。"""
    one = flow(HERE, application)
    assert Issue.CERTIFICATE in one.gives
    assert "旧的电子注册证书失效" in read(one)


def test_paper_is_exchanged_with_a_signature_and_keeps_its_validity() -> None:
    """上传本人签名照，领取电子证书，证书有效期维持不变。"""
    one = flow(HERE, Application.LOST_REISSUE, Path.PAPER_EXCHANGE)
    assert asked(one) == [MaterialKind.SIGNATURE]
    assert line(one) == [StepName.FILL, StepName.CERTIFICATE]
    assert one.takes_effect is StepName.FILL
    assert one.only == {Case.PAPER_HELD}
    assert "证书有效期维持不变" in read(one)


def test_no_paper_is_issued_again() -> None:
    """不再发放纸质注册证书。"""
    none = flows.not_offered(
        HERE, Application.LOST_REISSUE, Path.ORDINARY, date(2026, 11, 21)
    )
    assert none is not None
    assert "不再发放纸质注册证书" in none.words


def test_paper_is_not_used_from_2022_on() -> None:
    """自2022年1月1日起纸质注册证书不再使用。"""
    one = flow(HERE, Application.LOST_REISSUE, Path.PAPER_EXCHANGE)
    assert "自2022年1月1日起，纸质注册证书不再使用" in read(one)


def test_the_holder_claims_it_and_prints_are_equal() -> None:
    """本人登录电子证书管理栏领取，黑白或彩色打印件具有同等法律效力。"""
    said = read(flow(HERE, Application.INITIAL))
    assert "“电子证书管理”栏" in said
    assert "打印件（黑白或彩色）具有同等法律效力" in said


def test_the_telephones_are_given_by_topic() -> None:
    """咨询服务电话。"""
    told = {c.topic: c.telephone for c in flow(HERE, Application.INITIAL).contacts}
    assert told["新系统使用技术咨询"] == "023-63672107"
    assert told["二级建造师注册政策咨询"] == "023-63672007"


def test_the_committee_decides() -> None:
    """市住房城乡建委审批。"""
    decide = flow(HERE, Application.INITIAL).step(StepName.DECIDE)
    assert decide.by is Party.APPROVER
