"""How many hours are asked, and which of them count (rules A1, A2 and A4)."""

from dataclasses import replace

import pytest

from lms.policy.assessment import assess, assess_under
from lms.policy.facts import Activity, StudyCredit, Substitution, SubstitutionStatus
from lms.policy.model import Specialty
from lms.policy.provinces.inner_mongolia import INNER_MONGOLIA_2022
from lms.policy.provinces.national import NATIONAL_2010
from lms.policy.verdict import Assessment
from tests.make import policy as make
from tests.make.policy import BUILDING, ELECTIVE, MUNICIPAL

PENDING, REJECTED = SubstitutionStatus.PENDING, SubstitutionStatus.REJECTED


def owed(found: Assessment) -> list[tuple[str, str, float]]:
    return [
        (line.specialty.value, line.track.value, line.missing / 100)
        for line in found.hours
        if line.missing
    ]


def two(*learned: StudyCredit, works: tuple[Substitution, ...] = ()) -> Assessment:
    specialties = (make.specialty(), make.specialty(MUNICIPAL))
    return assess(
        make.request(specialties=specialties, credits=learned, substitutions=works)
    )


@pytest.mark.parametrize(
    ("required", "elective", "expected"),
    [
        pytest.param(60, 60, [], id="1: sixty and sixty meet one specialty"),
        pytest.param(
            59, 61, [("building", "required", 1)], id="2: tracks are separate"
        ),
        pytest.param(
            120,
            0,
            [("building", "elective", 60)],
            id="3: required never fills elective",
        ),
        pytest.param(
            59.99, 60, [("building", "required", 0.01)], id="a hundredth short is short"
        ),
    ],
)
def test_one_specialty(
    required: float, elective: float, expected: list[tuple[str, str, float]]
) -> None:
    found = assess(make.request(credits=make.study(BUILDING, required, elective)))

    assert owed(found) == expected
    assert found.eligible is (not expected)


@pytest.mark.parametrize("count", range(1, 7))
def test_4_each_further_specialty_asks_for_sixty_more(count: int) -> None:
    specialties = tuple(
        make.specialty(code, main=place == 0)
        for place, code in enumerate(list(Specialty)[:count])
    )

    found = assess(make.request(specialties=specialties, credits=()))

    assert sum(line.needed for line in found.hours) == (120 + 60 * (count - 1)) * 100


@pytest.mark.parametrize(
    ("learned", "expected"),
    [
        pytest.param(
            (*make.study(BUILDING, 60, 60), *make.study(MUNICIPAL, 29, 31)),
            [("municipal", "required", 1)],
            id="5: each specialty is judged alone",
        ),
        pytest.param(
            make.study(BUILDING, 90, 90),
            [("municipal", "required", 30), ("municipal", "elective", 30)],
            id="6: surplus does not cross specialties",
        ),
        pytest.param(
            (*make.study(BUILDING, 60, 60), *make.study(Specialty.WATER, 30, 30)),
            [("municipal", "required", 30), ("municipal", "elective", 30)],
            id="a specialty not asked about counts nowhere",
        ),
    ],
)
def test_two_specialties(
    learned: tuple[StudyCredit, ...], expected: list[tuple[str, str, float]]
) -> None:
    assert owed(two(*learned)) == expected


def test_9_a_specialty_added_in_mid_period_owes_its_full_sixty() -> None:
    added = make.specialty(MUNICIPAL, valid=("2026-05-01", "2026-12-20"))
    found = assess(make.request(specialties=(make.specialty(), added)))

    assert owed(found) == [
        ("municipal", "required", 30),
        ("municipal", "elective", 30),
    ]


def test_10_the_older_practice_is_a_variant_and_off_by_default() -> None:
    specialties = (make.specialty(), make.specialty(MUNICIPAL))
    asked = make.request(specialties=specialties, credits=())
    older = INNER_MONGOLIA_2022.elective_in_main_only()

    usual = assess_under(INNER_MONGOLIA_2022, asked)
    variant = assess_under(older, asked)

    assert sum(line.needed for line in usual.hours) == 180_00
    assert sum(line.needed for line in variant.hours) == 150_00
    assert older.key != INNER_MONGOLIA_2022.key


@pytest.mark.parametrize(
    ("earned_on", "counts"),
    [
        pytest.param("2023-12-20", False, id="the eve of the period"),
        pytest.param("2023-12-21", True, id="its first day"),
        pytest.param("2026-11-01", True, id="the day of the application"),
        pytest.param("2026-11-02", False, id="after the application"),
    ],
)
def test_11_study_counts_by_its_legal_day(earned_on: str, counts: bool) -> None:
    learned = make.study(BUILDING, 60, 60, on=earned_on)

    assert assess(make.request(credits=learned)).eligible is counts


def test_11_study_after_the_end_does_not_count() -> None:
    specialties = (make.specialty(valid=("2023-10-01", "2026-10-01")),)
    learned = make.study(BUILDING, 60, 60, on="2026-10-02")

    found = assess(make.request(specialties=specialties, credits=learned))

    assert owed(found) == [("building", "required", 60), ("building", "elective", 60)]


TEXTBOOK = make.work(Activity.TEXTBOOK)
SIXTY = (TEXTBOOK, TEXTBOOK, TEXTBOOK)


@pytest.mark.parametrize(
    ("learned", "works", "expected"),
    [
        pytest.param(make.study(BUILDING, 60, 0), SIXTY, [], id="26: fills elective"),
        pytest.param(
            make.study(BUILDING, 0, 0),
            SIXTY,
            [("building", "required", 60)],
            id="26: and never required",
        ),
        pytest.param(
            make.study(BUILDING, 60, 0),
            (*SIXTY, make.work(Activity.PAPER, author_rank=1)),
            [],
            id="27: ten over the cap are unused",
        ),
        pytest.param(
            make.study(BUILDING, 60, 50),
            (make.work(Activity.TEACHING, status=PENDING, credit=1600),),
            [("building", "elective", 10)],
            id="32: pending counts nothing",
        ),
        pytest.param(
            make.study(BUILDING, 60, 50),
            (make.work(Activity.TEACHING, status=REJECTED, credit=1600),),
            [("building", "elective", 10)],
            id="32: rejected counts nothing",
        ),
        pytest.param(
            make.study(BUILDING, 60, 50),
            (make.work(Activity.TEACHING, on="2023-12-20", credit=1600),),
            [("building", "elective", 10)],
            id="33: the last period's work is spent",
        ),
    ],
)
def test_substitution(
    learned: tuple[StudyCredit, ...],
    works: tuple[Substitution, ...],
    expected: list[tuple[str, str, float]],
) -> None:
    found = assess(make.request(credits=learned, substitutions=works))

    assert owed(found) == expected


@pytest.mark.parametrize(("elective", "missing"), [(30, 0), (29, 1)])
def test_28_sixty_do_not_cover_ninety(elective: int, missing: int) -> None:
    found = two(
        *make.study(BUILDING, 60, 0),
        *make.study(MUNICIPAL, 30, elective),
        works=SIXTY,
    )

    assert sum(line.missing for line in found.hours) == missing * 100


def test_28_the_main_specialty_is_filled_first() -> None:
    extra = make.specialty(MUNICIPAL)
    found = assess(
        make.request(
            specialties=(extra, make.specialty()),
            credits=(*make.study(BUILDING, 60, 20), *make.study(MUNICIPAL, 30, 0)),
            substitutions=SIXTY,
        )
    )

    used = {(e.specialty, e.track): e.substituted for e in found.hours if e.substituted}
    assert used == {(BUILDING, ELECTIVE): 40_00, (MUNICIPAL, ELECTIVE): 20_00}
    assert [e.specialty for e in found.hours[:2]] == [BUILDING, BUILDING]


def test_28_with_no_main_the_first_given_stands_for_it() -> None:
    early = make.specialty(MUNICIPAL, valid=("2023-12-21", "2026-12-20"))
    late = make.specialty(Specialty.WATER, valid=("2025-12-21", "2028-12-20"))
    nothing_elective = (
        *make.study(MUNICIPAL, 30, 0),
        *make.study(Specialty.WATER, 30, 0, on="2026-01-05"),
    )
    facts = {"credits": nothing_elective, "substitutions": (TEXTBOOK,)}

    first = assess(make.request(specialties=(early, late), **facts))
    other = assess(make.request(specialties=(late, early), **facts))

    # The textbook is of March 2025: inside the one window, before the other.
    assert owed(first) == [("municipal", "elective", 10), ("water", "elective", 30)]
    assert owed(other) == [("water", "elective", 30), ("municipal", "elective", 30)]


@pytest.mark.parametrize(
    ("work", "hours"),
    [
        pytest.param(make.work(Activity.EXAM_OUTLINE), 20, id="an exam outline"),
        pytest.param(make.work(Activity.QUESTION_SETTING), 20, id="question setting"),
        pytest.param(TEXTBOOK, 20, id="29: a textbook"),
        pytest.param(
            make.work(Activity.PAPER, author_rank=1), 10, id="29: first author"
        ),
        pytest.param(
            make.work(Activity.PAPER, author_rank=2), 0, id="29: second author"
        ),
        pytest.param(make.work(Activity.PAPER), 0, id="a paper of nobody"),
        pytest.param(
            make.work(Activity.MONOGRAPH, author_rank=1, characters=50_000),
            0,
            id="30: not above fifty thousand",
        ),
        pytest.param(
            make.work(Activity.MONOGRAPH, author_rank=2, characters=50_001),
            20,
            id="30: second author, one character above",
        ),
        pytest.param(
            make.work(Activity.MONOGRAPH, author_rank=3, characters=50_001),
            0,
            id="30: third author",
        ),
        pytest.param(make.work(Activity.TEACHING, credit=1600), 16, id="31: taught"),
    ],
)
def test_what_work_is_worth(work: Substitution, hours: int) -> None:
    found = assess(
        make.request(credits=make.study(BUILDING, 60, 0), substitutions=(work,))
    )

    assert found.hours[1].substituted == hours * 100


def test_a_province_may_allow_no_substitution() -> None:
    rules = replace(NATIONAL_2010, key="x", substitution_allowed=False)
    found = assess_under(
        rules,
        make.request(credits=make.study(BUILDING, 60, 0), substitutions=SIXTY),
    )

    assert owed(found) == [("building", "elective", 60)]
