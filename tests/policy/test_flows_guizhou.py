"""黔建建通〔2023〕55号, sentence by sentence: Guizhou's flows."""

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
    StepName,
)
from lms.policy.flows import guizhou_parts
from lms.policy.model import Application, Province
from lms.policy.offices import OfficeKind
from tests.policy.shelf import NONE, asked, flow, line, paper, read

HERE = Province.GUIZHOU
FILED = (
    Application.INITIAL,
    Application.RENEWAL,
    Application.ADD_SPECIALTY,
    Application.RE_REGISTRATION,
)


def test_the_department_takes_applications_from_august_2023() -> None:
    """自2023年8月1日起由贵州省住房和城乡建设厅统一实施。"""
    before = flow(HERE, Application.RENEWAL, on=date(2023, 7, 24))
    assert before.province is Province.NATIONAL
    since = flow(HERE, Application.RENEWAL, on=date(2023, 8, 1))
    assert since.province is HERE
    assert since.step(StepName.DECIDE).office.startswith("省住房和城乡建设厅")


@pytest.mark.parametrize(
    ("on", "closed"),
    [
        (date(2023, 7, 24), False),
        (date(2023, 7, 25), True),
        (date(2023, 7, 31), True),
        (date(2023, 8, 1), False),
    ],
)
def test_companies_file_until_the_24th_of_july(on: date, closed: bool) -> None:
    """企业截止申报时间为2023年7月24日。"""
    found = flows.closure_on(HERE, on)
    assert (found is not None) is closed
    if found is not None:
        assert "2023年7月24日" in found.words


@pytest.mark.parametrize("application", FILED)
def test_the_employer_files_and_the_person_confirms(application: Application) -> None:
    """聘用企业在线填报；比对成功后，待注册人人脸识别确认后，完成网上申报。"""
    one = flow(HERE, application)
    assert one.starts is Party.EMPLOYER
    assert line(one) == [
        StepName.FILL,
        StepName.COMPARE,
        StepName.CONFIRM,
        StepName.ACCEPT,
        StepName.REVIEW,
        StepName.DECIDE,
        StepName.ANNOUNCE,
        StepName.CERTIFICATE,
    ]


def test_the_person_scans_a_code_and_confirms_by_face() -> None:
    """注册人扫描审批系统生成的二维码，并通过人脸识别确认上报。"""
    needs = flow(HERE, Application.INITIAL).step(StepName.CONFIRM).needs
    assert {Need.SCAN, Need.IDENTITY} <= needs


def test_another_payer_of_insurance_is_explained_on_site() -> None:
    """需向聘用企业所属市（州）主管部门提供佐证材料的原件进行现场核实。"""
    one = flow(HERE, Application.RENEWAL)
    names = line(one, Case.INSURANCE_MISMATCH)
    assert names.index(StepName.ON_SITE) < names.index(StepName.ACCEPT)
    assert one.step(StepName.ON_SITE).at is OfficeKind.MUNICIPAL
    proof = paper(one, MaterialKind.EXEMPT_KIND, Case.INSURANCE_MISMATCH)
    assert Check.ORIGINAL in proof.checks
    assert "否则注册申请将不予受理" in read(one)
    assert not one.materials_for(NONE)


def test_six_kinds_are_exempt() -> None:
    """原则上不认定为“挂证”行为6类情形。"""
    kinds = flow(HERE, Application.RENEWAL).exempt_kinds
    assert len({kind.code for kind in kinds}) == len(kinds) == 6
    assert kinds[0].words == "达到法定退休年龄正式退休和依法提前退休的"
    one = flow(HERE, Application.RENEWAL)
    note = paper(one, MaterialKind.EXEMPT_KIND, Case.INSURANCE_MISMATCH).note
    assert all(kind.words in note for kind in kinds)


def test_a_written_decision_is_announced_without_review_opinions() -> None:
    """做出书面决定，并向社会公告，不再公示审核意见。"""
    one = flow(HERE, Application.RENEWAL)
    assert "书面决定" in one.step(StepName.DECIDE).office
    assert one.announced
    assert StepName.NOTICE not in line(one)


@pytest.mark.parametrize("application", FILED)
def test_no_papers_but_two_commitments(application: Application) -> None:
    """不再提交学历证书、继续教育学时证明、劳动合同、身份证明；由双方承诺。"""
    one = flow(HERE, application)
    assert asked(one) == []
    assert Need.EMPLOYER_COMMITMENT in one.step(StepName.FILL).needs
    assert Need.PERSON_COMMITMENT in one.step(StepName.CONFIRM).needs
    for party in (Party.PERSON, Party.EMPLOYER):
        assert "真实性、有效性、合法性" in one.commitments[party]
        assert "承担相应法律责任" in one.commitments[party]


@pytest.mark.parametrize(
    ("on", "open_"),
    [
        (date(2023, 7, 31), False),
        (date(2023, 8, 1), True),
        (date(2023, 12, 31), True),
        (date(2024, 1, 1), False),
    ],
)
def test_paper_is_exchanged_until_the_end_of_2023(on: date, open_: bool) -> None:
    """应于2023年12月31日前登录审批系统申请换发电子证书。"""
    found = flows.flow_for(HERE, Application.LOST_REISSUE, Path.PAPER_EXCHANGE, on)
    assert (found is not None) is open_
    assert date(2024, 1, 1) == guizhou_parts.PAPER_VOID_SINCE
    if found is not None:
        assert found.only == {Case.PAPER_HELD}
        assert "以电子证书信息为准" in read(found)
        assert "伪造篡改电子证书的，一律无效" in read(found)


def test_cancellation_is_complete_when_the_person_confirms() -> None:
    """注册人通过扫描二维码人脸识别确认后，即为完成注销注册。"""
    one = flow(HERE, Application.CANCELLATION)
    assert one.starts is Party.EMPLOYER
    assert line(one) == [StepName.FILL, StepName.CONFIRM]
    assert one.takes_effect is StepName.CONFIRM
    assert {Need.SCAN, Need.IDENTITY} <= one.step(StepName.CONFIRM).needs
    assert "原注册证书自行失效" in read(one)


def test_the_other_side_may_force_a_cancellation_with_proof() -> None:
    """提交注销注册申请、解聘证明、劳动仲裁裁决书、司法判决书等办理强制注销。"""
    one = flow(HERE, Application.CANCELLATION, Path.FORCED)
    assert {Party.PERSON, Party.EMPLOYER} <= one.starters
    assert asked(one) == [
        MaterialKind.FORM,
        MaterialKind.DISMISSAL,
        MaterialKind.RULING,
    ]
    assert {m.choice for m in one.materials[1:]} == {"proof"}
    desk = [s for s in one.steps if s.by in {Party.TELLER, Party.APPROVER}]
    assert {s.at for s in desk} == {OfficeKind.MUNICIPAL}


def test_without_proof_the_person_is_listed_as_abnormal_in_public() -> None:
    """可依据一方申请将相关人员列为注册状态异常，并向社会公示。"""
    one = flow(HERE, Application.CANCELLATION, Path.ABNORMAL)
    assert line(one)[-2:] == [StepName.DECIDE, StepName.ANNOUNCE]
    assert one.step(StepName.ANNOUNCE).office == "向社会公示"
    assert asked(one) == [MaterialKind.FORM]
    assert one.only == {Case.NO_PROOF}


def test_a_new_employer_means_cancellation_and_registration_anew() -> None:
    """变更执业单位的，应先完成注销注册后再申请重新注册。"""
    on = date(2026, 11, 21)
    assert flows.flow_for(HERE, Application.CHANGE, Path.ORDINARY, on) is None
    none = flows.not_offered(HERE, Application.CHANGE, Path.ORDINARY, on)
    assert none is not None
    assert "先完成注销注册后再申请重新注册" in none.words
    assert none.words in read(flow(HERE, Application.RE_REGISTRATION))


def test_an_enterprise_name_follows_the_real_name_result() -> None:
    """聘用企业名称变更的以实名认证结果为准，应先确认已在市场监管部门完成变更流程。"""
    one = flow(HERE, Application.CHANGE, Path.ENTERPRISE_NAME)
    assert one.starts is Party.EMPLOYER
    assert Need.EMPLOYER_PROVED in one.step(StepName.FILL).needs
    assert Need.BUSINESS_REGISTER in one.step(StepName.COMPARE).needs
    assert "市场监管部门" in read(one)


def test_a_change_of_ones_own_facts_needs_a_scan_of_the_proof() -> None:
    """本人基本信息变更的须上传相应证明材料扫描件。"""
    one = flow(HERE, Application.CHANGE, Path.PERSONAL_INFORMATION)
    assert asked(one) == [MaterialKind.CHANGE_PROOF]
    assert one.starts is Party.PERSON


def test_one_works_for_one_unit_of_the_listed_kinds() -> None:
    """应当受聘于一个建设工程施工、勘察、设计、监理、招标代理、造价咨询等单位。"""
    assert "应当受聘于一个" in read(flow(HERE, Application.INITIAL))


def test_person_and_employer_look_up_progress_and_result() -> None:
    """注册人和聘用企业在贵州政务服务网查询办理进度和审批结果。"""
    for application in FILED:
        assert "查询办理进度和审批结果" in read(flow(HERE, application))


def test_the_department_decides_within_the_promised_limit() -> None:
    """我厅在承诺时限内完成审批工作: no number is stated, the country's binds."""
    assert flow(HERE, Application.RENEWAL).step(StepName.DECIDE).limit is Limit.DECIDE
