"""The ledger: once by source, summed by legal day."""

from datetime import date, datetime, timedelta

import pytest

from lms.evidence import queries as evidence
from lms.hours import queries, services
from lms.kernel.clock import SHANGHAI
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track

ME = PersonId(new_id())
BAOTOU = AssociationId(new_id())
GUIYANG = AssociationId(new_id())
SINCE, UNTIL = date(2026, 6, 1), date(2029, 5, 31)


def post(
    work: Work,
    source: str,
    *,
    credit: int = 100,
    at: datetime | None = None,
    association_id: AssociationId = BAOTOU,
    track: Track = Track.REQUIRED,
) -> bool:
    return services.post(
        work,
        ME,
        specialty=Specialty.BUILDING,
        track=track,
        credit=Credit(credit),
        association_id=association_id,
        source=source,
        earned_at=at,
    )


def sums(
    work: Work, association_id: AssociationId | None = None
) -> dict[tuple[Specialty, Track], Credit]:
    return dict(
        queries.tally(
            work.session, ME, since=SINCE, until=UNTIL, association_id=association_id
        )
    )


def test_one_source_posts_once(work: Work) -> None:
    assert post(work, "study:1", credit=200)
    assert not post(work, "study:1", credit=200)

    assert sums(work) == {(Specialty.BUILDING, Track.REQUIRED): 200}


def test_an_association_sees_its_own_ledger(work: Work) -> None:
    post(work, "study:1")
    post(work, "study:2", association_id=GUIYANG)

    assert sums(work)[Specialty.BUILDING, Track.REQUIRED] == 200
    assert sums(work, GUIYANG)[Specialty.BUILDING, Track.REQUIRED] == 100


@pytest.mark.parametrize(
    ("earned", "counted"),
    [
        pytest.param(
            datetime(2026, 5, 31, 23, 59, 59, tzinfo=SHANGHAI),
            False,
            id="a second early",
        ),
        pytest.param(
            datetime(2026, 6, 1, tzinfo=SHANGHAI), True, id="the first instant"
        ),
        pytest.param(
            datetime(2029, 5, 31, 23, 59, 59, tzinfo=SHANGHAI),
            True,
            id="the last second",
        ),
        pytest.param(datetime(2029, 6, 1, tzinfo=SHANGHAI), False, id="a second late"),
    ],
)
def test_the_period_counts_legal_days(
    work: Work, earned: datetime, counted: bool
) -> None:
    post(work, "study:1", at=earned)

    assert bool(sums(work)) is counted


def test_every_posting_names_its_evidence(work: Work) -> None:
    post(work, "study:1")
    post(work, "study:2", at=work.now - timedelta(days=1), track=Track.ELECTIVE)

    cards = queries.postings(work.session, ME, since=SINCE, until=UNTIL)
    elective = queries.postings(
        work.session, ME, since=SINCE, until=UNTIL, track=Track.ELECTIVE
    )

    assert [card.evidence_n for card in cards] == [2, 1]
    assert [card.source for card in elective] == ["study:2"]
    assert evidence.verify(work.session, f"person:{ME}").intact
