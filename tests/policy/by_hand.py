"""The law written a second time, by counting days, to compare with `lms.policy`.

Nothing of the rules is imported here: the numbers stand as the documents give them.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from lms.policy.facts import AssessmentRequest, SpecialtyFacts, Substitution

DAY = timedelta(days=1)

Line = tuple[str, str, int, int]
"""Specialty, track, needed, counted."""


@dataclass(frozen=True)
class Answer:
    """What the other hand answers."""

    reasons: list[tuple[str, str, str]]
    overdue: list[str]
    hours: list[Line]
    window: tuple[date | None, date, str] | None
    validity: list[tuple[str, date, date]] | None


def years_on(day: date, years: int) -> date:
    year = day.year + years
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if (day.month, day.day) == (2, 29) and not leap:
        return date(year, 2, 28)
    return date(year, day.month, day.day)


def all_days(first: date, last: date) -> set[date]:
    found, day = set(), first
    while day <= last:
        found.add(day)
        day += DAY
    return found


def answer(asked: AssessmentRequest) -> Answer:
    kind, where = str(asked.application), str(asked.province)
    if kind == "cancellation":
        return Answer([], [], [], None, None)
    overdue = _overdue(asked, kind)
    hours = _hours(asked, kind, overdue)
    window = _window(asked, kind, where)
    reasons = [
        ("hours.short", code, track)
        for code, track, needed, counted in hours
        if counted < needed
    ]
    if window and window[2] != "open":
        reasons.append((f"window.{window[2]}", "", ""))
    reasons += [(code, "", "") for code in _others(asked, kind, where)]
    return Answer(
        sorted(reasons),
        sorted(str(each.code) for each in overdue),
        hours,
        window,
        _validity(asked, kind, where),
    )


def _main_first(asked: AssessmentRequest) -> list[SpecialtyFacts]:
    mains = [each for each in asked.specialties if each.main]
    return mains + [each for each in asked.specialties if not each.main]


def _overdue(asked: AssessmentRequest, kind: str) -> list[SpecialtyFacts]:
    if kind not in ("initial", "add_specialty"):
        return []
    found = []
    for each in _main_first(asked):
        assert each.qualified_on
        free = all_days(each.qualified_on, years_on(each.qualified_on, 3))
        if asked.applied_on > each.qualified_on and asked.applied_on not in free:
            found.append(each)
    return found


def _hours(
    asked: AssessmentRequest, kind: str, overdue: list[SpecialtyFacts]
) -> list[Line]:
    needs: list[tuple[SpecialtyFacts, int]] = []
    if kind == "initial":
        needs = [(each, 6000) for each in overdue]
    if kind == "add_specialty":
        needs = [(each, 3000) for each in overdue]
    gone = asked.deregistered_on
    away = kind == "re_registration" and gone and asked.applied_on > years_on(gone, 3)
    if kind == "renewal" or away:
        needs = [(e, 6000 if e.main else 3000) for e in _main_first(asked)]
    left = _work(asked, kind)
    lines: list[Line] = []
    for each, need in needs:
        days = _counting(asked, kind, each)
        sums = {"required": 0, "elective": 0}
        for credit in asked.credits:
            if credit.specialty == each.code and credit.earned_on in days:
                sums[str(credit.track)] += credit.credit
        while left and sums["elective"] < need:
            left, sums["elective"] = left - 1, sums["elective"] + 1
        lines += [(str(each.code), t, need, sums[t]) for t in ("required", "elective")]
    return lines


def _counting(asked: AssessmentRequest, kind: str, each: SpecialtyFacts) -> set[date]:
    if kind == "renewal":
        assert each.valid_from
        assert each.valid_until
        period = all_days(each.valid_from, each.valid_until)
        return {day for day in period if day <= asked.applied_on}
    return all_days(years_on(asked.applied_on, -3), asked.applied_on)


def _work(asked: AssessmentRequest, kind: str) -> int:
    days = _counting(asked, kind, _main_first(asked)[0])
    approved = [
        work
        for work in asked.substitutions
        if str(work.status) == "approved" and work.occurred_on in days
    ]
    return min(6000, sum(_worth(work) for work in approved))


def _worth(work: Substitution) -> int:
    kind = str(work.activity)
    if kind == "teaching":
        return work.credit
    if kind == "paper":
        return {1: 1000}.get(work.author_rank or 0, 0)
    if kind == "monograph":
        return 2000 if work.characters >= 50_001 and work.author_rank in (1, 2) else 0
    return 2000


def _window(
    asked: AssessmentRequest, kind: str, where: str
) -> tuple[date | None, date, str] | None:
    if kind != "renewal":
        return None
    ends = min(each.valid_until for each in asked.specialties if each.valid_until)
    closes = ends if where == "inner_mongolia" else ends - 30 * DAY
    opens = ends - 90 * DAY if where == "beijing" else None
    on = asked.applied_on
    state = "open"
    if opens and on < opens:
        state = "early"
    if on > closes:
        state = "late"
    if on > ends:
        state = "expired"
    return opens, closes, state


def _others(asked: AssessmentRequest, kind: str, where: str) -> set[str]:
    on, found = asked.applied_on, set()
    birthday = years_on(asked.born_on, 65)
    if on > birthday or (asked.granted_on and asked.granted_on > birthday):
        found.add("age.over_65")
    if where == "beijing" and on in all_days(birthday - 90 * DAY, birthday):
        found.add("age.near_65")
    ended = [e for e in asked.specialties if e.valid_until and e.valid_until < on]
    if kind in ("change", "lost_reissue") and ended:
        found.add("window.expired")
    found |= _employer_change(asked, kind, where)
    for bar in asked.bars:
        long = {"false_materials": 1, "fraud": 3}[str(bar.cause)]
        if on in all_days(bar.decided_on, years_on(bar.decided_on, long)):
            found.add(f"bar.{bar.cause}")
    if where == "guizhou" or (where == "inner_mongolia" and kind == "renewal"):
        given = asked.commitments
        found |= {
            f"commitment.{who}_missing"
            for who in ("person", "employer")
            if not getattr(given, who)
        }
    return found


def _employer_change(asked: AssessmentRequest, kind: str, where: str) -> set[str]:
    if kind != "change" or str(asked.change_kind) != "employer":
        return set()
    if where == "guizhou":
        return {"change.not_offered"}
    last = asked.last_change_granted_on
    within = last and asked.applied_on <= years_on(last, 1)
    if where in ("sichuan", "beijing") and within:
        return {"change.within_a_year"}
    return set()


def _validity(
    asked: AssessmentRequest, kind: str, where: str
) -> list[tuple[str, date, date]] | None:
    birthday, granted = years_on(asked.born_on, 65), asked.granted_on
    if not granted or kind == "lost_reissue":
        return None
    if asked.applied_on > birthday or granted > birthday:
        return None
    found = []
    for each in asked.specialties:
        if kind == "change":
            assert each.valid_from
            assert each.valid_until
            found.append((str(each.code), each.valid_from, each.valid_until))
            continue
        begin = granted
        if where == "beijing" and kind == "renewal":
            assert each.valid_until
            begin = each.valid_until + DAY
        ends = years_on(begin, 3) - DAY
        if (begin.month, begin.day) == (2, 29):
            ends = date(begin.year + 3, 2, 28)
        if min(ends, birthday) >= begin:
            found.append((str(each.code), begin, min(ends, birthday)))
    return found
