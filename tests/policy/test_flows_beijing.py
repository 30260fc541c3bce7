"""Beijing's registration system: its codes, its chain, its limits."""

from datetime import date

import pytest

from lms.policy import flows
from lms.policy.flow import Check, MaterialKind, Party, Path, StepName
from lms.policy.model import Application, Province
from lms.policy.offices import OfficeKind
from tests.policy.shelf import asked, flow, line, paper, read

HERE = Province.BEIJING


def test_seven_kinds_have_their_type_codes() -> None:
    codes = {each: flow(HERE, each).type_code for each in Application}
    assert codes == {
        Application.INITIAL: "01",
        Application.CHANGE: "02",
        Application.RENEWAL: "03",
        Application.ADD_SPECIALTY: "04",
        Application.RE_REGISTRATION: "05",
        Application.LOST_REISSUE: "06",
        Application.CANCELLATION: "07",
    }


@pytest.mark.parametrize("application", Application)
def test_the_chain_runs_from_the_district_to_the_announcement(
    application: Application,
) -> None:
    one = flow(HERE, application)
    assert line(one) == [
        StepName.FILL,
        StepName.EMPLOYER,
        StepName.ACCEPT,
        StepName.PRELIMINARY,
        StepName.REVIEW,
        StepName.DECIDE,
        StepName.NOTICE,
        StepName.ANNOUNCE,
        StepName.CERTIFICATE,
    ]
    assert one.step(StepName.PRELIMINARY).at is OfficeKind.DISTRICT
    assert one.takes_effect is StepName.ANNOUNCE


@pytest.mark.parametrize("application", Application)
def test_what_nobody_accepts_is_closed_after_ninety_days(
    application: Application,
) -> None:
    assert flow(HERE, application).lapse_days == 90


def test_three_kinds_of_change() -> None:
    paths = {Path.ORDINARY, Path.PERSONAL_INFORMATION, Path.ENTERPRISE_NAME}
    changes = [
        one
        for one in flows.flows_for(HERE, date(2026, 11, 21))
        if one.application is Application.CHANGE
    ]
    assert {one.path for one in changes} == paths
    named = flow(HERE, Application.CHANGE, Path.ENTERPRISE_NAME)
    assert named.starts is Party.EMPLOYER


def test_insurance_of_the_month_before_is_asked_for() -> None:
    proof = paper(flow(HERE, Application.RENEWAL), MaterialKind.INSURANCE)
    assert proof.checks == {Check.PREVIOUS_MONTH}
    assert MaterialKind.INSURANCE not in asked(flow(HERE, Application.CANCELLATION))


def test_change_and_added_specialty_are_shut_in_the_last_thirty_days() -> None:
    shut = {a for a in Application if flow(HERE, a).shut_days == 30}
    assert shut == {Application.CHANGE, Application.ADD_SPECIALTY}


def test_what_the_applicant_must_read() -> None:
    assert "须先办理注销注册" in read(flow(HERE, Application.RE_REGISTRATION))
    assert "驳回原因保留一年" in read(flow(HERE, Application.INITIAL))
    assert "分公司不得作为聘用企业" in read(flow(HERE, Application.INITIAL))
    assert "120学时" in flow(HERE, Application.RENEWAL).commitments[Party.PERSON]
