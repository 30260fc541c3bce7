"""What a dossier's checklist says of papers: the desk's sentences, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as holds
from hypothesis import strategies as st

from lms.policy.flow import (
    Case,
    Check,
    Flow,
    Material,
    MaterialKind,
    Party,
    Path,
    Step,
    StepName,
)
from lms.policy.model import Application, Province
from lms.registration.rules import dossier as rules
from lms.registration.rules.dossier import Given, HandedIn, Known, RowState
from lms.registration.rules.dossier_checks import remarks
from lms.registration.rules.states import Status

ON = date(2026, 11, 21)
CONTRACT, DISMISSAL = MaterialKind.CONTRACT, MaterialKind.DISMISSAL


def flow(*materials: Material, **over: Any) -> Flow:
    return Flow(
        Province.SHANDONG,
        Application.CHANGE,
        Path.ORDINARY,
        "a document",
        date(2020, 1, 1),
        (Step(StepName.FILL, Party.PERSON),),
        materials,
        **over,
    )


def paper(kind: MaterialKind, **over: Any) -> HandedIn:
    given = over.pop("given", Given())
    told: dict[str, Any] = {"media": "application/pdf", "size": 1000, "pages": 1}
    return HandedIn(str(kind), kind, **{**told, **over}, given=given)


def rows(
    asked: Flow, *handed: HandedIn, cases: tuple[Case, ...] = (), **known: Any
) -> tuple[rules.Row, ...]:
    return rules.checklist(
        asked,
        frozenset(cases),
        {one.kind: one for one in handed},
        Known(**{"on": ON, **known}),
        remarks,
    )


def codes(row: rules.Row) -> list[str]:
    return [one.code for one in row.remarks]


def asked(kind: MaterialKind, *checks: Check, **over: Any) -> Material:
    return Material(kind, "a paper", checks=frozenset(checks), **over)


@pytest.mark.parametrize(
    ("until", "state"),
    [
        (date(2027, 11, 20), RowState.FAULT),
        (date(2027, 11, 21), RowState.OK),
        (date(2030, 1, 1), RowState.OK),
    ],
)
def test_a_contract_must_run_a_whole_year_from_the_application_on(
    until: date, state: RowState
) -> None:
    one = flow(asked(CONTRACT, Check.ENDS_A_YEAR_ON))
    (row,) = rows(one, paper(CONTRACT, given=Given(contract_until=until)))
    assert row.state is state


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (
            {"contract_from": date(2026, 10, 2), "contract_until": date(2026, 10, 1)},
            "dossier.contract_backwards",
        ),
        ({"contract_until": date(2026, 11, 20)}, "dossier.contract_over"),
        ({"contract_from": date(2026, 11, 22)}, "dossier.contract_future"),
        ({"dismissed_on": date(2026, 11, 22)}, "dossier.dismissal_future"),
        ({"certificate_on": date(2026, 11, 22)}, "dossier.certificate_future"),
        ({"insured_until": date(2026, 12, 1)}, "dossier.month_future"),
    ],
)
def test_days_that_cannot_be_are_a_fault_whatever_is_asked_of_the_paper(
    told: dict[str, date], code: str
) -> None:
    given = replace(Given(), **told)  # type: ignore[arg-type]  # facts of several types
    (row,) = rows(flow(asked(CONTRACT)), paper(CONTRACT, given=given))

    assert codes(row) == [code]
    assert row.state is RowState.FAULT


def test_days_of_today_are_no_fault() -> None:
    told = Given(contract_from=ON, contract_until=ON, dismissed_on=ON, insured_until=ON)
    (row,) = rows(flow(asked(CONTRACT)), paper(CONTRACT, given=told))

    assert row.state is RowState.OK


def test_a_contract_without_an_end_is_long_enough_but_its_days_must_be_told() -> None:
    one = flow(asked(CONTRACT, Check.ENDS_A_YEAR_ON))
    (row,) = rows(one, paper(CONTRACT, given=Given(open_ended=True)))
    assert row.state is RowState.OK
    (row,) = rows(one, paper(CONTRACT))
    assert codes(row) == ["dossier.contract_no_end"]


@pytest.mark.parametrize(
    ("left", "state"),
    [(date(2025, 3, 1), RowState.FAULT), (date(2025, 3, 2), RowState.OK)],
)
def test_a_dismissal_comes_after_the_certificate(left: date, state: RowState) -> None:
    one = flow(asked(DISMISSAL, Check.AFTER_CERTIFICATE))
    handed = paper(DISMISSAL, given=Given(dismissed_on=left))
    (row,) = rows(one, handed, certificate_on=date(2025, 3, 1))
    assert row.state is state


def test_a_day_of_issue_that_differs_from_the_register_is_for_eyes() -> None:
    one = flow(asked(DISMISSAL, Check.AFTER_CERTIFICATE))
    told = Given(dismissed_on=date(2025, 3, 2), certificate_on=date(2024, 1, 1))
    (row,) = rows(one, paper(DISMISSAL, given=told), certificate_on=date(2025, 3, 1))
    assert codes(row) == ["dossier.look_certificate_day"]
    assert row.state is RowState.LOOK


@pytest.mark.parametrize(
    ("begins", "state"),
    [
        (date(2026, 9, 30), RowState.FAULT),
        (date(2026, 10, 1), RowState.FAULT),
        (date(2026, 10, 2), RowState.OK),
    ],
)
def test_a_new_contract_begins_after_the_dismissal(
    begins: date, state: RowState
) -> None:
    one = flow(
        asked(CONTRACT, Check.BEGINS_AFTER_DISMISSAL),
        asked(DISMISSAL, Check.AFTER_CERTIFICATE),
    )
    contract, _dismissal = rows(
        one,
        paper(CONTRACT, given=Given(contract_from=begins)),
        paper(DISMISSAL, given=Given(dismissed_on=date(2026, 10, 1))),
        certificate_on=date(2024, 3, 1),
    )
    assert contract.state is state


def test_without_a_row_for_the_dismissal_its_day_is_asked_with_the_contract() -> None:
    one = flow(asked(CONTRACT, Check.BEGINS_AFTER_DISMISSAL))
    told = Given(contract_from=date(2026, 10, 2))
    (row,) = rows(one, paper(CONTRACT, given=told))
    assert codes(row) == ["dossier.dismissal_no_day"]
    told = replace(told, dismissed_on=date(2026, 10, 1))
    (row,) = rows(one, paper(CONTRACT, given=told))
    assert row.state is RowState.OK


@pytest.mark.parametrize(
    ("millis", "findings", "found"),
    [
        (5000, (), []),
        (4999, (), ["dossier.film_short"]),
        (6000, ("film.silent",), ["dossier.film_silent"]),
        (None, (), ["dossier.not_a_film"]),
    ],
)
def test_a_film_is_heard_and_lasts_as_long_as_the_policy_says(
    millis: int | None, findings: tuple[str, ...], found: list[str]
) -> None:
    film = paper(
        MaterialKind.VIDEO, media="video/mp4", millis=millis, findings=findings
    )
    (row,) = rows(flow(asked(MaterialKind.VIDEO, Check.SOUND)), film)
    assert codes(row) == found
    (row,) = rows(flow(asked(MaterialKind.VIDEO, Check.SOUND), video_seconds=10), film)
    assert row.state is RowState.FAULT


def test_a_signature_is_drawn_or_told_and_a_told_one_is_for_eyes() -> None:
    one = flow(asked(MaterialKind.FORM, Check.SIGNED))
    told = {
        Given(stored_signature=True): RowState.OK,
        Given(hand_signed=True): RowState.LOOK,
        Given(): RowState.FAULT,
    }
    for given, state in told.items():
        (row,) = rows(one, paper(MaterialKind.FORM, given=given))
        assert row.state is state


def test_a_seal_comes_with_the_employers_word_and_does_not_hold_the_person_up() -> None:
    confirm = (
        Step(StepName.FILL, Party.PERSON),
        Step(StepName.EMPLOYER, Party.EMPLOYER),
    )
    one = replace(flow(asked(MaterialKind.FORM, Check.SEALED)), steps=confirm)
    (row,) = rows(one, paper(MaterialKind.FORM))
    assert (row.state, codes(row)) == (RowState.LOOK, ["dossier.seal_later"])
    (row,) = rows(one, paper(MaterialKind.FORM), employer_sealed=True)
    assert row.state is RowState.OK


def test_where_no_employer_takes_part_the_seal_is_on_the_paper() -> None:
    one = flow(asked(MaterialKind.FORM, Check.SEALED))
    (row,) = rows(one, paper(MaterialKind.FORM))
    assert codes(row) == ["dossier.unsealed"]
    (row,) = rows(one, paper(MaterialKind.FORM, given=Given(sealed=True)))
    assert row.state is RowState.LOOK


def test_both_sides_are_two_pages_or_one_page_that_is_looked_at() -> None:
    one = flow(asked(MaterialKind.ID_CARD, Check.BOTH_SIDES))
    (row,) = rows(one, paper(MaterialKind.ID_CARD, pages=1))
    assert codes(row) == ["dossier.one_side"]
    (row,) = rows(one, paper(MaterialKind.ID_CARD, pages=2))
    assert row.state is RowState.OK
    (row,) = rows(one, paper(MaterialKind.ID_CARD, pages=1, given=Given(one_page=True)))
    assert row.state is RowState.LOOK


def test_insurance_covers_three_months_and_where_asked_the_month_before() -> None:
    one = flow(asked(MaterialKind.INSURANCE, Check.THREE_MONTHS))
    for months, state in ((2, RowState.FAULT), (3, RowState.OK)):
        given = Given(insurance_months=months, insured_until=date(2026, 10, 31))
        (row,) = rows(one, paper(MaterialKind.INSURANCE, given=given))
        assert row.state is state
    old = Given(insurance_months=9, insured_until=date(2026, 9, 30))
    (row,) = rows(one, paper(MaterialKind.INSURANCE, given=old))
    assert codes(row) == ["dossier.month_missing"]
    one = flow(asked(MaterialKind.INSURANCE, Check.PREVIOUS_MONTH))
    for paid, state in (
        (date(2026, 9, 30), RowState.FAULT),
        (date(2026, 10, 1), RowState.OK),
    ):
        given = Given(insured_until=paid)
        (row,) = rows(one, paper(MaterialKind.INSURANCE, given=given))
        assert row.state is state


def test_a_dark_ground_is_a_fault_and_a_face_not_found_is_for_eyes() -> None:
    one = flow(asked(MaterialKind.PHOTO, Check.WHITE_GROUND))
    (row,) = rows(one, paper(MaterialKind.PHOTO, findings=("photo.background",)))
    assert codes(row) == ["dossier.photo_ground"]
    (row,) = rows(one, paper(MaterialKind.PHOTO, findings=("photo.no_face",)))
    assert row.state is RowState.LOOK


def test_of_a_choice_one_paper_is_enough() -> None:
    one = flow(asked(CONTRACT, choice="c"), asked(MaterialKind.RETIREMENT, choice="c"))
    both = rows(one)
    assert [row.state for row in both] == [RowState.MISSING] * 2
    both = rows(one, paper(MaterialKind.RETIREMENT))
    assert [row.state for row in both] == [RowState.SPARED, RowState.OK]


def test_a_faulty_paper_of_a_choice_spares_nothing() -> None:
    one = flow(
        asked(CONTRACT, Check.ENDS_A_YEAR_ON, choice="c"),
        asked(MaterialKind.RETIREMENT, choice="c"),
    )
    both = rows(one, paper(CONTRACT))
    assert [row.state for row in both] == [RowState.FAULT, RowState.MISSING]


def test_papers_are_asked_for_by_circumstance_and_asked_twice_are_one_row() -> None:
    one = flow(
        asked(MaterialKind.STUDY, case=Case.OVERDUE),
        asked(CONTRACT, Check.ENDS_A_YEAR_ON),
        asked(CONTRACT, Check.BEGINS_AFTER_DISMISSAL, case=Case.DISMISSED),
    )
    (row,) = rows(one)
    assert row.material.checks == {Check.ENDS_A_YEAR_ON}
    study, contract = rows(one, cases=(Case.OVERDUE, Case.DISMISSED))
    assert study.material.kind is MaterialKind.STUDY
    assert contract.material.checks == {
        Check.ENDS_A_YEAR_ON,
        Check.BEGINS_AFTER_DISMISSAL,
    }


def test_a_merged_file_fits_and_is_made_again_when_a_paper_was_changed() -> None:
    one = flow(
        asked(MaterialKind.ID_CARD),
        asked(MaterialKind.BUNDLE, Check.ONE_PDF),
        bundle_bytes=2 * 2**20,
    )
    card, other = paper(MaterialKind.ID_CARD), MaterialKind.BUNDLE
    fits = paper(other, size=2 * 2**20, given=Given(made_of=(card.id,)))
    assert rows(one, card, fits)[1].state is RowState.OK
    heavy = replace(fits, size=2 * 2**20 + 1)
    assert codes(rows(one, card, heavy)[1]) == ["dossier.too_heavy"]
    newer = replace(card, id="newer")
    assert codes(rows(one, newer, fits)[1]) == ["dossier.bundle_stale"]


def test_one_file_bound_at_home_holds_the_other_papers_but_no_film() -> None:
    one = flow(
        asked(MaterialKind.ID_CARD),
        asked(MaterialKind.VIDEO, Check.SOUND),
        asked(MaterialKind.BUNDLE, Check.ONE_PDF),
    )
    states = [row.state for row in rows(one, paper(MaterialKind.BUNDLE))]
    assert states == [RowState.SPARED, RowState.MISSING, RowState.OK]


def test_the_dossier_is_open_to_whose_step_it_is_and_during_a_supplement() -> None:
    fill = Step(StepName.FILL, Party.PERSON, also=frozenset({Party.TELLER}))
    accept = Step(StepName.ACCEPT, Party.TELLER)
    assert rules.closed_to(Party.PERSON, fill, Status.OPEN) is None
    assert rules.closed_to(Party.TELLER, fill, Status.OPEN) is None
    assert rules.closed_to(Party.PERSON, accept, Status.OPEN) == "dossier.not_with_you"
    assert rules.closed_to(Party.PERSON, accept, Status.SUPPLEMENT) is None
    assert rules.closed_to(Party.TELLER, accept, Status.OPEN) is None
    review = Step(StepName.REVIEW, Party.TELLER)
    assert rules.closed_to(Party.TELLER, review, Status.OPEN) == "dossier.not_with_you"
    assert rules.closed_to(Party.PERSON, fill, Status.GRANTED) == "application.ended"


def test_each_party_is_asked_for_its_own_papers_at_its_own_step() -> None:
    one = flow(asked(CONTRACT), asked(MaterialKind.LICENCE, by=Party.EMPLOYER))
    found = rows(one)
    fill, employer = (
        Step(StepName.FILL, Party.PERSON),
        Step(StepName.EMPLOYER, Party.EMPLOYER),
    )
    mine = rules.asked_of(found, fill, Party.PERSON)
    assert [row.material.kind for row in mine] == [CONTRACT]
    theirs = rules.asked_of(found, employer, Party.PERSON)
    assert [row.material.kind for row in theirs] == [MaterialKind.LICENCE]
    both = rules.asked_of(found, Step(StepName.FILL, Party.EMPLOYER), Party.EMPLOYER)
    assert rules.wanting(both) == ("dossier.missing",)
    assert len(both) == 2


days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
told = st.builds(
    Given,
    contract_from=st.none() | days,
    contract_until=st.none() | days,
    open_ended=st.booleans(),
    dismissed_on=st.none() | days,
    certificate_on=st.none() | days,
    insurance_months=st.none() | st.integers(0, 500),
    insured_until=st.none() | days,
    payer=st.text(max_size=20),
    degree=st.text(max_size=20),
    major=st.text(max_size=20),
    hand_signed=st.booleans(),
    made_of=st.lists(st.text(max_size=5), max_size=3).map(tuple),
)


@holds(told)
def test_what_was_said_of_a_paper_is_read_again_as_it_was_said(said: Given) -> None:
    assert rules.read(said.told()) == said


@holds(days, days)
def test_a_longer_contract_is_never_worse(on: date, until: date) -> None:
    one = flow(asked(CONTRACT, Check.ENDS_A_YEAR_ON))

    def state(last: date) -> RowState:
        (row,) = rows(one, paper(CONTRACT, given=Given(contract_until=last)), on=on)
        return row.state

    if state(until) is RowState.OK:
        assert state(until + timedelta(days=1)) is RowState.OK
