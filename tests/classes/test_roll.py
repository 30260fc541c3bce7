"""Who was there, for how long, and what it earned: the clock and two persons decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from lms.classes import queries, services
from lms.classes.rules import How, Mode, PlaceState
from lms.classes.services import Mark
from lms.evidence.models import EvidenceLine
from lms.hours.models import HoursEntry
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AccountId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.learning import services as learning
from lms.learning.models import Lease
from tests.conftest import HandClock
from tests.learning import ground
from tests.make import classes as make
from tests.make import learning as study
from tests.make.classes import Taught

Begin = Callable[..., Any]
MINUTE = 60


class Room:
    """One session of a class, in three days, and somebody with a place in it."""

    def __init__(self, begin: Begin, clock: HandClock) -> None:
        self.begin, self.clock = begin, clock
        with begin() as work:
            self.taught: Taught = make.course(work)
            self.session: UUID = make.session(work, self.taught)
            self.me: PersonId = make.seated(work, self.taught, self.session)
            self.card = queries.session_card(work.session, self.session)

    def at(self, minutes: float, *, after: str = "start") -> Room:
        """Let it be so many minutes after its start, or its end."""
        base = self.card.starts_at if after == "start" else self.card.ends_at
        self.clock.now = base + timedelta(minutes=minutes)
        return self

    def scan(self, mode: Mode, who: PersonId | None = None, phone: str = "mine") -> Any:
        with self.begin() as work:
            return services.check(work, who or self.me, self.session, mode, phone)

    def place(self, who: PersonId | None = None) -> queries.PlaceCard:
        with self.begin() as work:
            found = queries.in_session(work.session, who or self.me, self.session)
        assert found is not None
        return found

    def earned(self, who: PersonId | None = None) -> int:
        with self.begin() as work:
            total = select(func.sum(HoursEntry.credit)).where(
                HoursEntry.person_id == (who or self.me)
            )
            return work.session.scalar(total) or 0

    def desk(self) -> Actor:
        """One person of the desk; another each time."""
        return Actor(
            AccountId(new_id()),
            PersonId(new_id()),
            frozenset({"clerk"}),
            self.taught.association_id,
        )

    def ask(self, mark: Mark, actor: Actor | None = None) -> UUID:
        place = self.place().id
        with self.begin(actor or self.desk()) as work:
            return services.ask_mark(
                work, self.taught.association_id, place, mark, "没带手机"
            )

    def decide(self, asked: UUID, actor: Actor | None = None) -> None:
        with self.begin(actor or self.desk()) as work:
            services.decide_mark(
                work, self.taught.association_id, asked, (True, "看见了")
            )


@pytest.fixture
def room(begin: Begin, clock: HandClock) -> Room:
    return Room(begin, clock)


def test_who_stays_has_the_whole_lesson_once(room: Room) -> None:
    room.at(-10).scan(Mode.IN)
    assert room.place().in_how is How.CODE
    told = room.at(3, after="end").scan(Mode.OUT)

    assert told.credited
    assert room.place().state is PlaceState.CREDITED
    assert room.place().present_seconds == 200 * MINUTE
    assert room.earned() == 400
    assert not room.scan(Mode.OUT).new
    assert room.earned() == 400


def test_every_step_is_a_line_of_evidence(room: Room, begin: Begin) -> None:
    room.at(0).scan(Mode.IN)
    room.at(0, after="end").scan(Mode.OUT)
    with begin() as work:
        kinds = work.session.scalars(
            select(EvidenceLine.kind)
            .where(EvidenceLine.stream == f"person:{room.me}")
            .order_by(EvidenceLine.n)
        ).all()
    assert kinds[-6:] == [
        "class.placed",
        "class.in",
        "class.out",
        "lesson.completed",
        "hours.posted",
        "class.credited",
    ]


@pytest.mark.parametrize(
    ("came", "went"), [(25, 200), (0, 170)], ids=["too late", "left early"]
)
def test_who_was_not_there_long_enough_earns_nothing(
    room: Room, came: int, went: int
) -> None:
    room.at(came).scan(Mode.IN)
    assert not room.at(went).scan(Mode.OUT).credited
    assert room.earned() == 0
    assert room.place().state is PlaceState.TAKEN
    room.at(1, after="end")
    with room.begin() as work:
        services.close_session(work, room.taught.association_id, room.session)
    assert room.place().state is PlaceState.MISSED


def test_who_never_checks_out_has_no_presence(room: Room) -> None:
    room.at(0).scan(Mode.IN)
    with pytest.raises(Refused, match=r"class\.out_late"):
        room.at(121, after="end").scan(Mode.OUT)
    assert room.earned() == 0


@pytest.mark.parametrize(
    ("minutes", "mode", "said"),
    [
        pytest.param(-60, Mode.IN, "class.not_yet", id="long before"),
        pytest.param(201, Mode.IN, "class.over", id="when it is over"),
        pytest.param(10, Mode.OUT, "class.not_in", id="out before in"),
        pytest.param(10, Mode.SPOT, "class.not_in", id="spot before in"),
    ],
)
def test_a_scan_at_the_wrong_time_says_why(
    room: Room, minutes: int, mode: Mode, said: str
) -> None:
    with pytest.raises(Refused, match=said.replace(".", r"\.")):
        room.at(minutes).scan(mode)


def test_who_has_no_place_is_told_so(room: Room) -> None:
    with room.begin() as work:
        stranger = make.seated(work, room.taught, None)
    with pytest.raises(Refused, match=r"class\.no_place"):
        room.at(0).scan(Mode.IN, stranger)


def test_one_telephone_checks_in_one_person(room: Room) -> None:
    with room.begin() as work:
        friend = make.seated(work, room.taught, room.session)
    room.at(0).scan(Mode.IN)
    with pytest.raises(Refused, match=r"class\.device"):
        room.scan(Mode.IN, friend)
    room.scan(Mode.IN, friend, phone="theirs")
    with pytest.raises(Refused, match=r"class\.device"):
        room.at(0, after="end").scan(Mode.OUT, friend)


def test_a_spot_roll_call_that_was_missed_waits_for_two_of_the_desk(room: Room) -> None:
    room.at(0).scan(Mode.IN)
    room.at(60)
    with room.begin() as work:
        services.open_spot(work, room.taught.association_id, room.session)
        with pytest.raises(Conflict, match=r"class\.spot_open"):
            services.open_spot(work, room.taught.association_id, room.session)
    assert not room.at(0, after="end").scan(Mode.OUT).credited
    assert room.earned() == 0

    room.decide(room.ask(Mark(excused=True)))
    assert room.earned() == 400


def test_who_answers_the_spot_roll_call_is_credited_at_the_door(room: Room) -> None:
    room.at(0).scan(Mode.IN)
    room.at(60)
    with room.begin() as work:
        services.open_spot(work, room.taught.association_id, room.session)
    assert room.at(61).scan(Mode.SPOT).new
    with pytest.raises(Refused, match=r"class\.spot_over"):
        room.at(70).scan(Mode.SPOT)
    assert room.at(0, after="end").scan(Mode.OUT).credited


def test_nobody_of_the_desk_alone_makes_hours(room: Room) -> None:
    room.at(5, after="end")
    one = room.desk()
    mark = Mark(room.card.starts_at, room.card.ends_at)
    asked = room.ask(mark, one)
    assert room.earned() == 0
    with pytest.raises(Refused, match=r"approval\.own"):
        room.decide(asked, one)
    with pytest.raises(Conflict, match=r"class\.mark_waits"):
        room.ask(mark)
    assert room.earned() == 0

    room.decide(asked)
    assert room.earned() == 400
    assert room.place().out_how is How.HAND
    with pytest.raises(Conflict):
        room.ask(mark)


def test_nobody_decides_about_themselves(room: Room) -> None:
    room.at(5, after="end")
    asked = room.ask(Mark(room.card.starts_at, room.card.ends_at))
    own = Actor(AccountId(new_id()), room.me, frozenset({"clerk"}))
    with pytest.raises(Refused, match=r"approval\.own"):
        room.decide(asked, own)


def test_times_by_hand_stay_within_the_session_and_the_past(room: Room) -> None:
    room.at(60)
    starts, ends = room.card.starts_at, room.card.ends_at
    hour = timedelta(hours=1)
    for mark in (
        Mark(starts - hour),
        Mark(ends + hour),
        Mark(starts, ends),
        Mark(starts + hour, starts),
        Mark(went=starts + hour),
        Mark(),
    ):
        with pytest.raises(Refused, match=r"class\.(mark_times|no_mark)"):
            room.ask(mark)


def test_a_word_by_hand_after_the_close_frees_the_later_place(room: Room) -> None:
    room.at(5, after="end")
    with room.begin() as work:
        services.close_session(work, room.taught.association_id, room.session)
        later = make.session(work, room.taught)
        services.take(work, room.me, later)
    room.decide(room.ask(Mark(room.card.starts_at, room.card.ends_at)))
    assert room.place().state is PlaceState.CREDITED
    with room.begin() as work:
        assert queries.live(work.session, room.me, room.taught.lesson_id) is None
        assert queries.session_card(work.session, later).taken == 0


# -- nobody is in two places ----------------------------------------------------------


def film(work: Work, person_id: PersonId) -> study.Sitting:
    version, (lesson,) = ground.course(work, 40_000)
    _person, mine = study.enrolled(work, version, person_id=person_id)
    return study.sit(work, person_id, mine, lesson)


def test_coming_in_ends_the_lease_and_none_opens_until_one_has_gone(
    room: Room,
) -> None:
    room.at(-10)
    with room.begin() as work:
        seat = film(work, room.me)
    room.at(0).scan(Mode.IN)
    with room.begin() as work:
        row = work.session.get_one(Lease, seat.lease)
        assert row.ended_why == "in_class"
        with pytest.raises(Refused, match=r"lease\.in_class"):
            learning.open_lease(work, room.me, seat.enrolment_id, seat.lesson_id)
    room.at(100).scan(Mode.OUT)
    with room.begin() as work:
        study.sit(work, room.me, seat.enrolment_id, seat.lesson_id)


def test_what_a_screen_earned_meanwhile_is_taken_off_the_class(room: Room) -> None:
    """By hand somebody says that they were there, and a film that they were not."""
    room.at(30)
    with room.begin() as work:
        seat = film(work, room.me)
    for n in range(60):
        room.clock.pass_seconds(30)
        with room.begin() as work:
            study.send(work, seat, seat.beat(n * 30, n * 30 + 30))
    room.at(5, after="end")
    room.decide(room.ask(Mark(room.card.starts_at, room.card.ends_at)))
    place = room.place()
    assert place.present_seconds == 200 * MINUTE - 60 * 30
    assert place.state is PlaceState.TAKEN
    assert room.earned() == 0


def test_two_classes_at_once_are_not_both_attended(room: Room) -> None:
    with room.begin() as work:
        other = make.course(work)
        starts = room.card.starts_at
        beside = make.session(work, other, starts_at=starts, closes_at=starts)
        make.seated(work, other, beside, room.me)
    room.at(0).scan(Mode.IN)
    with pytest.raises(Refused, match=r"class\.elsewhere"), room.begin() as work:
        services.check(work, room.me, beside, Mode.IN, "mine")
    room.at(0, after="end").scan(Mode.OUT)
    assert room.earned() == 400

    actor = room.desk()
    with room.begin(actor) as work:
        place = queries.in_session(work.session, room.me, beside)
        assert place is not None
        mark = Mark(room.card.starts_at, room.card.ends_at)
        asked = services.ask_mark(work, other.association_id, place.id, mark, "在场")
    with room.begin(room.desk()) as work:
        services.decide_mark(work, other.association_id, asked, (True, ""))
    assert room.earned() == 400


def test_a_class_lesson_opens_on_no_screen(room: Room) -> None:
    with room.begin() as work:
        mine = learning.enrolment_with(work, room.me, room.taught.version_id)
        assert mine is not None
        with pytest.raises(Refused, match=r"lesson\.meets"):
            learning.open_lease(
                work,
                room.me,
                mine.id,  # type: ignore[arg-type]  # a bare id of the row
                room.taught.lesson_id,
            )


def test_a_session_is_ended_after_its_end_and_once(room: Room) -> None:
    room.at(100)
    with room.begin() as work, pytest.raises(Conflict, match=r"class\.not_over"):
        services.close_session(work, room.taught.association_id, room.session)
    room.at(1, after="end")
    with room.begin() as work:
        services.close_session(work, room.taught.association_id, room.session)
    with room.begin() as work, pytest.raises(Conflict, match=r"class\.ended"):
        services.close_session(work, room.taught.association_id, room.session)
    with pytest.raises(Refused, match=r"class\.over"):
        room.scan(Mode.OUT)


class PowerCut(Exception):
    """The light goes out."""


@pytest.mark.parametrize("name", ["classes.before_credit", "classes.checked"])
def test_a_cut_at_the_door_leaves_no_half_credit(
    room: Room, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    room.at(0).scan(Mode.IN)

    def cut(passed: str) -> None:
        if passed == name:
            raise PowerCut

    monkeypatch.setattr("lms.classes.services.roll.fail_point", cut)
    monkeypatch.setattr("lms.classes.services.settling.fail_point", cut)
    with pytest.raises(PowerCut):
        room.at(0, after="end").scan(Mode.OUT)
    monkeypatch.undo()
    assert room.place().out_at is None
    assert room.earned() == 0
    assert room.scan(Mode.OUT).credited
    assert room.earned() == 400
