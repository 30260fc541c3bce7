"""Every flow of every document: reachable, ending, named once, never edited."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

from lms.policy import flows
from lms.policy.flow import Case, Flow, Limit, Need, Party, Path, StepName
from lms.policy.flows.national import IDENTITY_HERE
from lms.policy.model import Application, Province

BY_KEY = [pytest.param(flow, id=flow.key) for flow in flows.SHELF]
COMMITS = {
    Need.PERSON_COMMITMENT: Party.PERSON,
    Need.EMPLOYER_COMMITMENT: Party.EMPLOYER,
}


def circumstances(flow: Flow) -> list[frozenset[Case]]:
    """Give every set of the circumstances that make a difference to a flow."""
    told = {one.case for one in flow.steps} | {one.case for one in flow.materials}
    told |= {one.unless for one in flow.steps}
    told |= {one.unless for one in flow.materials}
    known = sorted(case for case in told if case is not None)
    return [
        frozenset(some)
        for size in range(len(known) + 1)
        for some in combinations(known, size)
    ]


def test_each_key_is_unique() -> None:
    keys = [flow.key for flow in flows.SHELF]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("flow", BY_KEY)
def test_a_key_leads_back_to_its_flow_and_fits_its_column(flow: Flow) -> None:
    assert flows.flow_of(flow.key) is flow
    assert len(flow.key) <= 120


@pytest.mark.parametrize("flow", BY_KEY)
def test_every_step_is_taken_in_some_circumstances_and_once(flow: Flow) -> None:
    names = [step.name for step in flow.steps]
    assert len(names) == len(set(names))
    taken = {s.name for cases in circumstances(flow) for s in flow.steps_for(cases)}
    assert taken == set(names)


@pytest.mark.parametrize("flow", BY_KEY)
def test_whoever_starts_writes_and_the_end_is_reached(flow: Flow) -> None:
    for cases in circumstances(flow):
        steps = flow.steps_for(cases)
        assert steps[0].name is StepName.FILL
        assert steps[0].by is flow.starts
        assert flow.takes_effect in {step.name for step in steps}
        assert steps[-1].name in {
            flow.takes_effect,
            StepName.ANNOUNCE,
            StepName.CERTIFICATE,
        }


@pytest.mark.parametrize("flow", BY_KEY)
def test_who_must_commit_finds_words_to_commit_to(flow: Flow) -> None:
    for step in flow.steps:
        for need in step.needs & set(COMMITS):
            assert flow.commitments[COMMITS[Need(need)]].strip()
            assert flow.commitment_source


@pytest.mark.parametrize("flow", BY_KEY)
def test_where_materials_are_needed_some_are_named(flow: Flow) -> None:
    needed = any(Need.MATERIALS in step.needs for step in flow.steps)
    assert needed or not [m for m in flow.materials if m.by is not Party.PERSON]
    signs = any(Need.SIGNATURE in step.needs for step in flow.steps)
    assert bool(flow.materials) == (needed or signs)


@pytest.mark.parametrize("flow", BY_KEY)
def test_every_material_is_asked_for_at_a_step_of_who_gives_it(flow: Flow) -> None:
    if any(Need.SIGNATURE in s.needs for s in flow.steps) and len(flow.materials) == 1:
        return  # The signature itself is the need.
    asking = {s.by for s in flow.steps if Need.MATERIALS in s.needs}
    if flow.starts in asking:
        asking.add(Party.PERSON)  # Whoever writes hands in what is the person's.
    assert {material.by for material in flow.materials} <= asking


@pytest.mark.parametrize("flow", BY_KEY)
def test_a_flow_has_the_province_own_name_and_source(flow: Flow) -> None:
    assert flow.title
    assert flow.source
    for step in flow.steps:
        assert step.office or flow.province is Province.NATIONAL


@pytest.mark.parametrize("flow", BY_KEY)
def test_the_certificate_comes_after_what_gives_the_right_to_it(flow: Flow) -> None:
    names = [step.name for step in flow.steps]
    if StepName.CERTIFICATE in names:
        assert names[-1] is StepName.CERTIFICATE
        assert names.index(flow.takes_effect) < len(names) - 1


@pytest.mark.parametrize("flow", BY_KEY)
def test_no_decision_is_taken_by_who_examined(flow: Flow) -> None:
    for step in flow.steps:
        if step.name is StepName.DECIDE:
            assert step.by is Party.APPROVER
            assert step.apart


@pytest.mark.parametrize("flow", BY_KEY)
def test_a_notice_lasts_some_days(flow: Flow) -> None:
    noticed = any(step.name is StepName.NOTICE for step in flow.steps)
    assert noticed == (flow.notice_days > 0)


@pytest.mark.parametrize("province", Province)
@pytest.mark.parametrize("application", Application)
def test_every_kind_has_a_way_in_every_province_or_a_reason_why_not(
    province: Province, application: Application
) -> None:
    today = date(2026, 11, 21)
    found = flows.flow_for(province, application, Path.ORDINARY, today)
    none = flows.not_offered(province, application, Path.ORDINARY, today)
    assert (found is None) == (none is not None)
    if none is not None:
        assert none.words


@pytest.mark.parametrize("flow", BY_KEY)
def test_a_flow_is_found_on_its_first_day_and_not_after_its_last(flow: Flow) -> None:
    on = flow.effective_from
    where = (flow.province, flow.application, flow.path)
    if flows.not_offered(*where, on) is None:
        assert flows.flow_for(*where, on) is flow
    if flow.effective_until is not None:
        assert flows.flow_for(*where, flow.effective_until) is flow
        after = flow.effective_until + timedelta(days=1)
        assert flows.flow_for(*where, after) is None


@pytest.mark.parametrize("flow", BY_KEY)
def test_a_later_document_begins_on_its_day_and_edits_nothing(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = flow.effective_from + timedelta(days=400)
    later = replace(flow, effective_from=begins, title="later", effective_until=None)
    before = begins - timedelta(days=1)
    where = (flow.province, flow.application, flow.path)
    old = flows.flow_for(*where, before)
    monkeypatch.setattr(flows, "SHELF", (*flows.SHELF, later))
    assert flows.flow_for(*where, before) == old
    if flows.not_offered(*where, begins) is None:
        assert flows.flow_for(*where, begins) is later
    assert later.key != flow.key


def test_every_limit_a_step_names_is_one_of_the_authority() -> None:
    bound = {step.limit for flow in flows.SHELF for step in flow.steps if step.limit}
    assert bound <= set(Limit) - {Limit.DEFICIENCY, Limit.EXTEND}


NO_LINE_OF_OURS = (
    "人脸", "刷脸", "审批系统", "新系统", "渝快办", "政务服务网", "工商数据", "获取",
)  # fmt: skip
"""What other portals have and this house has not."""


@pytest.mark.parametrize("flow", BY_KEY)
def test_a_step_is_named_after_what_happens_here(flow: Flow) -> None:
    for step in flow.steps:
        assert not [words for words in NO_LINE_OF_OURS if words in step.office]


@pytest.mark.parametrize("flow", BY_KEY)
def test_who_reads_of_a_look_at_the_face_reads_what_stands_here_for_it(
    flow: Flow,
) -> None:
    if any("人脸" in words for words in flow.notices if words != IDENTITY_HERE):
        assert IDENTITY_HERE in flow.notices
