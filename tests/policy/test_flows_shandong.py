"""《二级建造师证书办理须知》(济南), sentence by sentence: Shandong's flows."""

import pytest

from lms.policy.flow import (
    Case,
    Check,
    Issue,
    MaterialKind,
    Party,
    Path,
    StepName,
)
from lms.policy.model import Application, Province
from lms.policy.offices import OfficeKind
from tests.policy.shelf import asked, flow, line, paper, read

HERE = Province.SHANDONG
KIND = MaterialKind
SIX = (
    Application.INITIAL,
    Application.RENEWAL,
    Application.CHANGE,
    Application.ADD_SPECIALTY,
    Application.CANCELLATION,
    Application.LOST_REISSUE,
)


def test_initial_asks_for_six_things() -> None:
    """初始注册：1、申请表；2、学历证书；3、身份证；4、劳动合同；5、诚信证明；6、本人视频。"""
    assert asked(flow(HERE, Application.INITIAL)) == [
        KIND.FORM,
        KIND.EDUCATION,
        KIND.ID_CARD,
        KIND.CONTRACT,
        KIND.INSURANCE,
        KIND.VIDEO,
    ]


def test_renewal_asks_for_five_things() -> None:
    """延续注册：1、申请表；2、身份证；3、劳动合同；4、诚信证明；5、本人视频。"""
    assert asked(flow(HERE, Application.RENEWAL)) == [
        KIND.FORM,
        KIND.ID_CARD,
        KIND.CONTRACT,
        KIND.INSURANCE,
        KIND.VIDEO,
    ]


def test_change_asks_for_seven_things() -> None:
    """变更注册：申请表；身份证；注册证书；解聘证明；劳动合同；诚信证明；本人视频。"""
    assert asked(flow(HERE, Application.CHANGE)) == [
        KIND.FORM,
        KIND.ID_CARD,
        KIND.OLD_CERTIFICATE,
        KIND.DISMISSAL,
        KIND.CONTRACT,
        KIND.INSURANCE,
        KIND.VIDEO,
    ]


def test_an_added_specialty_asks_for_four_things() -> None:
    """增项注册：1、申请表；2、身份证；3、注册证书；4、本人视频。"""
    one = flow(HERE, Application.ADD_SPECIALTY)
    assert asked(one) == [
        KIND.FORM,
        KIND.ID_CARD,
        KIND.OLD_CERTIFICATE,
        KIND.VIDEO,
    ]
    held = paper(one, KIND.OLD_CERTIFICATE)
    assert "加盖执业印章" in held.note
    assert Check.PRACTICE_SEALED in held.checks


def test_cancellation_asks_for_a_reason_and_the_certificate() -> None:
    """注销注册：声明、高级别考试合格证、解聘证；注册证书，如丢失需要提供有关报告。"""
    one = flow(HERE, Application.CANCELLATION)
    reasons = [m.kind for m in one.materials if m.choice == "reason"]
    assert reasons == [KIND.DECLARATION, KIND.HIGHER_LEVEL, KIND.DISMISSAL]
    assert KIND.LOSS_REPORT not in asked(one)
    report = paper(one, KIND.LOSS_REPORT, Case.CERTIFICATE_LOST)
    assert "写明原因及承担责任的主体" in report.note
    assert report.choice == paper(one, KIND.OLD_CERTIFICATE).choice
    assert one.takes_back == {Issue.CERTIFICATE}


@pytest.mark.parametrize("path", [Path.ORDINARY, Path.SEAL_LOST, Path.DAMAGED])
def test_a_lost_certificate_or_seal_asks_for_three_things(path: Path) -> None:
    """遗失补证或印章：1.申请表；2.身份证；3.本人视频。"""
    one = flow(HERE, Application.LOST_REISSUE, path)
    assert asked(one) == [KIND.FORM, KIND.ID_CARD, KIND.VIDEO]
    assert "一式两份" in paper(one, KIND.FORM).note


def test_a_lost_seal_is_made_again_and_no_certificate() -> None:
    """遗失补证或印章。"""
    one = flow(HERE, Application.LOST_REISSUE, Path.SEAL_LOST)
    assert one.gives == {Issue.PRACTICE_SEAL}


@pytest.mark.parametrize("application", SIX)
def test_the_form_is_signed_by_hand_and_sealed(application: Application) -> None:
    """个人承诺，需本人亲笔签字；单位承诺加盖单位公章。"""
    form = paper(flow(HERE, application), KIND.FORM)
    assert {Check.SIGNED, Check.SEALED} <= form.checks
    assert "公章" in form.note


@pytest.mark.parametrize(
    "application", [Application.CANCELLATION, Application.LOST_REISSUE]
)
def test_the_legal_representative_signs_too(application: Application) -> None:
    """申请表中的单位负责人签名为企业法人签名，并加盖单位公章。"""
    assert "企业法人签名" in paper(flow(HERE, application), KIND.FORM).note


def test_a_degree_and_its_major() -> None:
    """中等专科以上本专业(工程、工程经济类)毕业证书、学信网打印学历证明。"""
    note = paper(flow(HERE, Application.INITIAL), KIND.EDUCATION).note
    assert "本专业(工程、工程经济类)毕业证书" in note
    assert "“毕业生登记表”“报到证”" in note


@pytest.mark.parametrize("application", [Application.INITIAL, Application.CHANGE])
def test_the_contract_with_the_employer_of_the_exam(application: Application) -> None:
    """考试单位与注册单位一致：合同截止日期自提交申请表起满一年以上。"""
    contract = paper(flow(HERE, application), KIND.CONTRACT)
    assert contract.checks == {Check.ENDS_A_YEAR_ON}


@pytest.mark.parametrize("application", [Application.INITIAL, Application.CHANGE])
def test_the_contract_with_another_employer(application: Application) -> None:
    """企业不一致的：劳动合同开始日期要在解聘日期之后，截止日期满一年以上。"""
    one = flow(HERE, application)
    contract = paper(one, KIND.CONTRACT, Case.OTHER_EMPLOYER_SINCE_EXAM)
    assert contract.checks == {Check.ENDS_A_YEAR_ON, Check.BEGINS_AFTER_DISMISSAL}


def test_a_renewed_contract_runs_a_year_on() -> None:
    """劳动合同截止日期要求自提交二级建造师延期注册书面申请表起满一年以上。"""
    one = flow(HERE, Application.RENEWAL)
    for cases in ((), (Case.OTHER_EMPLOYER_SINCE_EXAM,)):
        assert paper(one, KIND.CONTRACT, *cases).checks == {Check.ENDS_A_YEAR_ON}


def test_three_months_of_insurance_for_an_initial_registration() -> None:
    """核查聘用企业缴纳的3个月社保情况（网络查询，请提供有效的查询方式）。"""
    proof = paper(flow(HERE, Application.INITIAL), KIND.INSURANCE)
    assert Check.THREE_MONTHS in proof.checks
    assert "请提供有效的查询方式" in proof.note


@pytest.mark.parametrize("application", [Application.RENEWAL, Application.CHANGE])
def test_insurance_without_a_number_of_months(application: Application) -> None:
    """核查聘用企业缴纳的社保情况。"""
    proof = paper(flow(HERE, application), KIND.INSURANCE)
    assert Check.THREE_MONTHS not in proof.checks


@pytest.mark.parametrize(
    "application", [Application.INITIAL, Application.RENEWAL, Application.CHANGE]
)
def test_the_retired_show_the_retirement_paper(application: Application) -> None:
    """退休人员需退休文件，山东省人力资源和社会保障厅出具的退休证。"""
    one = flow(HERE, application)
    assert KIND.INSURANCE not in asked(one, Case.RETIRED)
    assert "退休证" in paper(one, KIND.RETIREMENT, Case.RETIRED).note


@pytest.mark.parametrize("application", sorted(set(SIX) - {Application.CANCELLATION}))
def test_the_applicant_holds_the_card_in_a_film_with_sound(
    application: Application,
) -> None:
    """申请人持身份证有声视频。"""
    film = paper(flow(HERE, application), KIND.VIDEO)
    assert film.note == "申请人持身份证有声视频。"
    assert film.checks == {Check.SOUND}


def test_a_dismissal_is_later_than_the_certificate() -> None:
    """解聘证明日期要在注册证书签发日期之后。"""
    proof = paper(flow(HERE, Application.CHANGE), KIND.DISMISSAL)
    assert proof.checks == {Check.AFTER_CERTIFICATE}


def test_a_renamed_unit_shows_licence_qualification_and_its_representative() -> None:
    """单位更名：1、2、3项资料及营业执照、资质证书原件扫描件并上传企业法人的申请视频。"""
    one = flow(HERE, Application.CHANGE, Path.ENTERPRISE_NAME)
    assert asked(one) == [
        KIND.FORM,
        KIND.ID_CARD,
        KIND.OLD_CERTIFICATE,
        KIND.LICENCE,
        KIND.UNIT_QUALIFICATION,
        KIND.REPRESENTATIVE_VIDEO,
    ]
    assert all(m.by is Party.EMPLOYER for m in one.materials[3:])


@pytest.mark.parametrize("application", SIX)
def test_a_teller_may_take_it_in_at_the_counter(application: Application) -> None:
    """济南政务服务大厅（网厅）申报或现场登记（一窗受理平台）。"""
    assert flow(HERE, application).counter


@pytest.mark.parametrize("application", SIX)
def test_the_city_accepts_approves_and_publishes(application: Application) -> None:
    """济南市住房和城乡建设局负责审批并及时向社会公开审批结果。"""
    one = flow(HERE, application)
    for name in (StepName.ACCEPT, StepName.DECIDE):
        assert one.step(name).office.startswith("济南市住房和城乡建设局")
        assert one.step(name).at is OfficeKind.MUNICIPAL
    assert one.announced


def test_the_review_may_ask_for_more() -> None:
    """审批时会核查注册人员的执业经历，如需补充资料会告知补正。"""
    office = flow(HERE, Application.RENEWAL).step(StepName.REVIEW).office
    assert "执业经历" in office
    assert "补正" in office


INFORMATION = flow(HERE, Application.CHANGE, Path.PERSONAL_INFORMATION)


def test_a_change_of_ones_facts_is_one_pdf_of_two_megabytes() -> None:
    """扫描形成一个PDF文件（不大于2M）上传。"""
    assert INFORMATION.bundle_bytes == 2 * 1024 * 1024
    assert Check.ONE_PDF in paper(INFORMATION, KIND.BUNDLE).checks


def test_the_papers_for_a_change_of_ones_facts() -> None:
    """申请表、身份证原件、户口薄原件或公安机关证明、原执业资格证书、原注册证书原件。"""
    assert asked(INFORMATION, Case.REGISTERED) == [
        KIND.FORM,
        KIND.ID_CARD,
        KIND.HOUSEHOLD,
        KIND.CHANGE_PROOF,
        KIND.QUALIFICATION,
        KIND.OLD_CERTIFICATE,
        KIND.BUNDLE,
    ]
    household = paper(INFORMATION, KIND.HOUSEHOLD)
    assert household.choice == paper(INFORMATION, KIND.CHANGE_PROOF).choice != ""
    assert paper(INFORMATION, KIND.FORM).title == "二级建造师个人信息更改申请表"


def test_a_preliminary_review_and_then_in_person_with_the_originals() -> None:
    """预审合格后，申请人持纸质资料和所需原件，到省注册中心进行审核。"""
    assert line(INFORMATION) == [
        StepName.FILL,
        StepName.PRELIMINARY,
        StepName.IN_PERSON,
    ]
    for name in (StepName.PRELIMINARY, StepName.IN_PERSON):
        assert INFORMATION.step(name).at is OfficeKind.CENTRE
    assert INFORMATION.step(StepName.IN_PERSON).apart


def test_persons_by_assessment_change_the_system_record_only() -> None:
    """（考核认定人员只更改系统信息）。"""
    assert "考核认定人员只更改系统信息" in read(INFORMATION)
    assert Issue.CERTIFICATE not in INFORMATION.gives


def test_the_certificate_is_exchanged_afterwards_in_the_city() -> None:
    """按“遗失补办或污损更换”申报业务，打印发放新“注册证书”。"""
    assert INFORMATION.then == (Application.LOST_REISSUE, Path.DAMAGED)
    application, path = INFORMATION.then
    assert flow(HERE, application, path).gives == {Issue.CERTIFICATE}


def test_the_profile_cannot_be_changed_while_an_application_runs() -> None:
    """在基本资料中核对姓名与证件号码，申报过程中不可以修改。"""
    assert "申报过程中不可以修改" in read(flow(HERE, Application.INITIAL))


def test_telephones_are_given_by_topic() -> None:
    """咨询电话：61378805；业务指导 咨询电话87087270。"""
    told = {c.topic: c.telephone for c in flow(HERE, Application.INITIAL).contacts}
    assert told["受理咨询"] == "61378805"
    assert told["业务指导"] == "87087270"
