"""四川《二级建造师注册相关》, sentence by sentence: Sichuan's flows."""

import pytest

from lms.policy.flow import Case, Issue, MaterialKind, Need, Party, Path, StepName
from lms.policy.model import Application, Province
from lms.policy.offices import OfficeKind
from tests.policy.shelf import asked, flow, line, paper, read

HERE = Province.SICHUAN
OFFICE_WALK = [
    StepName.FILL,
    StepName.EMPLOYER,
    StepName.ACCEPT,
    StepName.REVIEW,
    StepName.DECIDE,
]
APPROVED = (
    (Application.RENEWAL, Path.ORDINARY),
    (Application.ADD_SPECIALTY, Path.ORDINARY),
    (Application.CHANGE, Path.ORDINARY),
    (Application.CHANGE, Path.PERSONAL_INFORMATION),
    (Application.LOST_REISSUE, Path.ORDINARY),
    (Application.LOST_REISSUE, Path.DAMAGED),
)


def titles(application: Application, *cases: Case) -> list[str]:
    one = flow(HERE, application)
    return [material.title for material in one.materials_for(frozenset(cases))]


@pytest.mark.parametrize(
    "application", [Application.INITIAL, Application.RE_REGISTRATION]
)
def test_initial_and_re_registration_are_announced_and_numbered(
    application: Application,
) -> None:
    """初始，重新注册，审批，通告，核定注册编号。"""
    one = flow(HERE, application)
    assert line(one) == [*OFFICE_WALK, StepName.ANNOUNCE, StepName.CERTIFICATE]
    assert one.step(StepName.ANNOUNCE).office.endswith("通告")
    assert Issue.REGISTRATION_NO in one.gives
    assert "核定注册编号" in one.step(StepName.CERTIFICATE).office


@pytest.mark.parametrize(("application", "path"), APPROVED)
def test_all_other_kinds_are_approved_without_announcement(
    application: Application, path: Path
) -> None:
    """个人基本信息修改，增项，延续注册，审批，不通告。"""
    one = flow(HERE, application, path)
    assert line(one) == [*OFFICE_WALK, StepName.CERTIFICATE]
    assert not one.announced
    assert Issue.REGISTRATION_NO not in one.gives


def test_the_applicant_fills_in_and_the_employer_reports() -> None:
    """申请人填报，聘用单位审核同意后上报。"""
    one = flow(HERE, Application.INITIAL)
    assert one.step(StepName.FILL).by is Party.PERSON
    assert one.step(StepName.EMPLOYER).office == "聘用单位审核同意后上报"


def test_the_centre_accepts_and_reviews_and_the_department_approves() -> None:
    """省建岗培注册中心网上受理，审查，住房城乡建设厅审批。"""
    one = flow(HERE, Application.RENEWAL)
    for name in (StepName.ACCEPT, StepName.REVIEW):
        assert one.step(name).office.startswith("省建岗培注册中心")
        assert one.step(name).at is OfficeKind.CENTRE
    assert one.step(StepName.DECIDE).office == "住房城乡建设厅审批"
    assert one.step(StepName.DECIDE).at is OfficeKind.DEPARTMENT
    assert one.step(StepName.DECIDE).apart


def test_a_refusal_to_accept_names_its_reasons() -> None:
    """不符合受理要求，作出不予受理意见并告知具体原因。"""
    assert "不予受理意见并告知具体原因" in read(flow(HERE, Application.INITIAL))


def test_the_centre_generates_the_certificate() -> None:
    """省建岗培注册中心生成电子证书。"""
    office = flow(HERE, Application.RENEWAL).step(StepName.CERTIFICATE).office
    assert "省建岗培注册中心生成电子证书" in office


def test_the_holder_prints_it_and_has_a_seal_made() -> None:
    """登录系统自行打印电子证书，自行制作执业印章。"""
    assert "自行打印电子证书、自行制作执业印章" in read(flow(HERE, Application.INITIAL))


def test_an_enterprise_name_is_settled_against_the_business_register() -> None:
    """企业名称变更，由单位申请经工商数据比对后办结。"""
    one = flow(HERE, Application.CHANGE, Path.ENTERPRISE_NAME)
    assert one.starts is Party.EMPLOYER
    assert line(one) == [StepName.FILL, StepName.COMPARE, StepName.CERTIFICATE]
    assert Need.BUSINESS_REGISTER in one.step(StepName.COMPARE).needs
    assert one.takes_effect is StepName.COMPARE
    assert not {step.by for step in one.steps} & {Party.TELLER, Party.APPROVER}


def test_a_cancellation_is_settled_by_the_employers_consent() -> None:
    """注销注册，由单位同意后办结。"""
    one = flow(HERE, Application.CANCELLATION)
    assert line(one) == [StepName.FILL, StepName.EMPLOYER]
    assert one.takes_effect is StepName.EMPLOYER
    assert one.step(StepName.EMPLOYER).office == "由单位同意后办结"


@pytest.mark.parametrize("path", [Path.ORDINARY, Path.DAMAGED])
def test_lost_and_damaged_is_for_holders_of_paper_only(path: Path) -> None:
    """遗失补办或污损更换，仅持有纸质证书人员。"""
    assert flow(HERE, Application.LOST_REISSUE, path).only == {Case.PAPER_HELD}


def test_the_list_for_an_initial_registration() -> None:
    """初始注册需提交的材料。"""
    assert titles(Application.INITIAL) == [
        "注册建造师注册申请表",
        "建造师执业资格证书",
        "申请人身份证复印件",
        "申请人学历证复印件",
        "注册所在地市（州）建设行政主管部门出具的工程业绩证明",
        "申请人与聘用单位签订的聘用合同或有效证明文件复印件",
    ]


def test_an_overdue_initial_registration_proves_study() -> None:
    """超过规定时间申请初始注册的应当提交建造师继续教育证明。"""
    one = flow(HERE, Application.INITIAL)
    assert MaterialKind.STUDY not in asked(one)
    study = paper(one, MaterialKind.STUDY, Case.OVERDUE)
    assert (study.title, study.note) == (
        "建造师继续教育证明",
        "超过规定时间申请初始注册的，应当提交",
    )


def test_the_list_for_a_renewal() -> None:
    """续期注册需提交的材料。"""
    assert flow(HERE, Application.RENEWAL).title == "续期注册"
    assert titles(Application.RENEWAL) == [
        "注册建造师续期注册申请表",
        "原注册证书",
        "申请人与聘用单位签订的聘用劳动合同复印件或有效证明文件",
        "从事工程施工管理活动的业绩证明",
        "建设行政主管部门认可的继续教育证明",
    ]


def test_the_list_for_a_change() -> None:
    """变更注册需提交的材料。"""
    assert titles(Application.CHANGE, Case.PAPER_HELD) == [
        "注册建造师变更注册申请表",
        "注册证书",
        "执业信息卡和执业专用章",
        "申请人与原聘用单位解除聘用合同证明文件",
        "申请人与新聘用单位签订的聘用合同复印件或有效证明文件",
    ]


def test_a_retired_person_shows_the_retirement_paper_instead() -> None:
    """解除聘用合同证明文件或退休人员退休证明。"""
    one = flow(HERE, Application.CHANGE)
    left = paper(one, MaterialKind.DISMISSAL, Case.RETIRED)
    retired = paper(one, MaterialKind.RETIREMENT, Case.RETIRED)
    assert left.choice == retired.choice != ""
    assert MaterialKind.RETIREMENT not in asked(one)


def test_certificate_card_and_seal_are_given_back() -> None:
    """注册证书，执业信息卡和执业专用章交回。"""
    one = flow(HERE, Application.CHANGE)
    assert one.takes_back == {Issue.PRACTICE_SEAL, Issue.INFORMATION_CARD}


def test_the_list_for_an_added_specialty() -> None:
    """增项注册需提交的材料。"""
    assert titles(Application.ADD_SPECIALTY, Case.PAPER_HELD, Case.OVERDUE) == [
        "注册建造师专业增项注册申请表",
        "注册证书",
        "执业信息卡",
        "资格证书合格证明",
        "该增项专业建造师继续教育证明材料",
    ]


def test_a_change_keeps_the_end_and_bars_another_for_a_year() -> None:
    """变更后其有效期按原注册有效期计算，一年内再次申请变更的不予办理。"""
    said = read(flow(HERE, Application.CHANGE))
    assert "变更后其有效期按原注册有效期计算" in said
    assert "一年内再次申请变更的，不予办理" in said


def test_other_changes_are_filed_within_thirty_days() -> None:
    """其他注册内容发生变更的须在变更后30日内办理变更手续。"""
    one = flow(HERE, Application.CHANGE, Path.PERSONAL_INFORMATION)
    assert one.duty_days == 30
    assert "须在变更后30日内" in read(one)
    assert flow(HERE, Application.CHANGE).duty_days is None
