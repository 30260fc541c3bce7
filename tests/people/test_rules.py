"""What a true profile looks like."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people import rules
from lms.people.rules import (
    PARTS,
    EmployerFacts,
    IdentityFacts,
    PictureFacts,
    QualificationFacts,
    RegistrationFacts,
    Section,
    Sex,
    SpecialtyPeriod,
)
from lms.policy.model import Province, Specialty

TRUE_IDS = (
    "150203196103150010", "150203196402290013", "150203196208210016",
    "15020319900601001X", "150203196312010014", "150203196406010015",
    "150203196405310016", "15020319850704001X", "150203196002290014",
    "150203196212010017", "11010519491231002X",
)  # fmt: skip


@pytest.mark.parametrize("number", TRUE_IDS)
def test_true_numbers_are_taken_baotous_elders_included(number: str) -> None:
    assert rules.id_number_problem(number) is None


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        pytest.param("110105194912310021", "id_number.checksum", id="must end in X"),
        pytest.param("15020319900601001", "id_number.form", id="17 characters"),
        pytest.param("", "id_number.form", id="nothing"),
        pytest.param("150203850704001", "id_number.form", id="the old 15 digits"),
        pytest.param(
            "15020319990229001" + rules.id_check("15020319990229001"),
            "id_number.date",
            id="29 February of a common year",
        ),
    ],
)
def test_false_numbers_say_why(typed: str, problem: str) -> None:
    assert rules.id_number_problem(typed) == problem


def test_a_number_tells_birth_and_sex() -> None:
    read = rules.read_id_number(" 15020319900601001ｘ ")

    assert read is not None
    assert (read.value, read.born_on, read.sex) == (
        "15020319900601001X",
        date(1990, 6, 1),
        Sex.MALE,
    )


born = st.dates(date(1930, 1, 1), date(2010, 12, 31))
numbers = st.builds(
    lambda day, serial: (
        first := f"150203{day:%Y%m%d}{serial:03d}",
        first + rules.id_check(first),
    )[1],
    born,
    st.integers(0, 999),
)


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(number: str, place: int, by: int) -> None:
    wrong = str((int(number[place]) + by) % 10)
    changed = number[:place] + wrong + number[place + 1 :]

    assert rules.id_number_problem(number) is None
    assert rules.id_number_problem(changed) is not None


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("91150203MA0N00000G", None),
        ("91110000600037341L", None),
        (" 91150203ma0n00000g ", None),
        ("91150203MA0N00000A", "uscc.checksum"),
        ("91150203MA0N0000OG", "uscc.form"),
        ("9115", "uscc.form"),
    ],
)
def test_credit_codes(typed: str, problem: str | None) -> None:
    assert rules.uscc_problem(typed) == problem


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        pytest.param("粤2442021202125000", True, id="17, of the source"),
        pytest.param("蒙2152020202100001", True, id="17"),
        pytest.param("京211080912345", True, id="13, of the look"),
        pytest.param("蒙315202020210000", False, id="third class"),
        pytest.param("2152020202100001", False, id="no province"),
        pytest.param("蒙21520202021000012", False, id="18"),
    ],
)
def test_registration_numbers(typed: str, good: bool) -> None:
    assert (rules.registration_number_problem(typed) is None) is good


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("张建国", None),
        ("阿卜杜拉•买买提", None),
        ("㛃𬀩䶮", None),
        ("〇一", None),
        ("张", "name.length"),
        ("Zhang San", "name.letters"),
        ("张·", "name.letters"),
        ("张<b>三", "name.letters"),
    ],
)
def test_names_read_as_on_the_card(typed: str, problem: str | None) -> None:
    assert rules.name_problem(typed) == problem


def test_a_rare_character_is_left_as_it_is() -> None:
    assert rules.read_name(" \U00031350\ufa0e • 三") == "\U00031350\ufa0e·三"


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("房屋建筑", [Specialty.BUILDING]),
        ("装饰装修工程", [Specialty.BUILDING]),
        ("矿山", [Specialty.MINING]),
        ("冶炼", [Specialty.MINING, Specialty.MECHANICAL]),
        ("机电安装", [Specialty.MECHANICAL]),
        ("电力", [Specialty.MECHANICAL]),
        ("石油化工", [Specialty.MECHANICAL]),
        ("市政公用工程", [Specialty.MUNICIPAL]),
        ("铁路工程", []),
    ],
)
def test_old_names_of_specialties(printed: str, meant: list[Specialty]) -> None:
    assert list(rules.specialties_named(printed)) == meant


MAIN = SpecialtyPeriod(
    Specialty.BUILDING, date(2024, 3, 1), date(2027, 2, 28), is_main=True
)
EXTRA = SpecialtyPeriod(Specialty.HIGHWAY, date(2025, 3, 1), date(2028, 2, 29))
GOOD = RegistrationFacts("蒙2152020202100001", Province.INNER_MONGOLIA, (MAIN, EXTRA))
BOTH = (Specialty.BUILDING, Specialty.HIGHWAY)


@pytest.mark.parametrize(
    ("periods", "qualified", "problems"),
    [
        pytest.param((MAIN, EXTRA), BOTH, (), id="each with its own period"),
        pytest.param((), BOTH, ("registration.no_specialty",), id="none"),
        pytest.param((EXTRA,), BOTH, ("registration.main",), id="no main"),
        pytest.param(
            (MAIN, replace(EXTRA, is_main=True)), BOTH, ("registration.main",),
            id="two mains",
        ),
        pytest.param(
            (MAIN, EXTRA), BOTH[:1], ("registration.unqualified",),
            id="registered without a qualification",
        ),
        pytest.param(
            (replace(MAIN, valid_until=MAIN.valid_from),), BOTH,
            ("registration.period",), id="ends when it begins",
        ),
        pytest.param(
            (replace(MAIN, valid_until=date(2047, 2, 28)),), BOTH,
            ("registration.too_long",), id="a mistyped year",
        ),
    ],
)  # fmt: skip
def test_registrations(
    periods: tuple[SpecialtyPeriod, ...],
    qualified: tuple[Specialty, ...],
    problems: tuple[str, ...],
) -> None:
    number = "蒙2152020202100001"
    facts = replace(GOOD, number=number, specialties=periods)

    assert rules.registration_problems(facts, qualified) == problems


def test_nobody_is_registered_before_they_were_qualified() -> None:
    on = GOOD.specialties[0].valid_from
    named = {period.specialty for period in GOOD.specialties}
    facts = replace(GOOD, number="蒙2152020202100001")

    late = dict.fromkeys(named, on + timedelta(days=1))
    assert "registration.too_early" in rules.registration_problems(facts, late)
    same = dict.fromkeys(named, on)
    assert "registration.too_early" not in rules.registration_problems(facts, same)


@pytest.mark.parametrize(
    ("issued_on", "problem"),
    [
        (date(1970, 5, 1), "qualification.too_early"),
        (date(2008, 6, 14), "qualification.too_young"),
        (date(2008, 6, 15), None),
    ],
)
def test_nobody_is_qualified_as_a_child_or_before_there_were_constructors(
    issued_on: date, problem: str | None
) -> None:
    facts = QualificationFacts(Specialty.MINING, "15020320", issued_on)

    found = rules.qualification_problems(facts, date(2026, 11, 21), date(1990, 6, 15))

    assert found == ((problem,) if problem else ())


@pytest.mark.parametrize(
    ("born_on", "problem"),
    [
        (date(2015, 1, 1), "id_number.too_young"),
        (date(2008, 11, 21), None),
        (date(1946, 11, 21), None),
        (date(1930, 1, 1), "id_number.too_old"),
    ],
)
def test_an_id_card_of_a_child_or_of_somebody_very_old_is_looked_at_again(
    born_on: date, problem: str | None
) -> None:
    first = f"150203{born_on:%Y%m%d}001"
    facts = IdentityFacts("张建国", first + rules.id_check(first))

    found = rules.identity_problems(facts, date(2026, 11, 21))

    assert found == ((problem,) if problem else ())


parts = st.sets(st.sampled_from([code for code, _section in PARTS]))


@given(parts, parts)
def test_more_facts_never_make_a_profile_less_complete(
    some: set[str], more: set[str]
) -> None:
    before, after = rules.completeness(some), rules.completeness(some | more)

    assert after.percent >= before.percent
    assert set(after.missing) <= set(before.missing)
    assert (after.percent == 100) is after.complete


@pytest.mark.parametrize(
    "change",
    [
        IdentityFacts("张建国", TRUE_IDS[0]),
        QualificationFacts(Specialty.MINING, "15020320", date(2018, 1, 2), "矿山工程"),
        GOOD,
        EmployerFacts("91150203MA0N00000G", "包头市第一建筑有限公司"),
        PictureFacts(Section.PHOTO),
    ],
    ids=lambda change: rules.section_of(change).value,
)
def test_a_change_reads_back_as_it_was_written(change: rules.Change) -> None:
    section = rules.section_of(change)

    assert rules.restored(section, rules.stored(change)) == change
