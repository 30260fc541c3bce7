"""An ID number that a stranger typed first, and the association's counter."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.models import CounterSlip
from lms.accounts.rules import (
    SLIPS_A_DAY,
    CodeVerdict,
    Role,
    SlipPurpose,
    sign_in_name,
)
from lms.accounts.services import Slip
from lms.credentials import services as certificates
from lms.evidence import queries as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId, SessionId, new_id
from lms.kernel.work import Work
from lms.merges import services as merges
from lms.notify.models import OutboxMessage
from lms.people import queries, services
from lms.people.queries import numbers
from lms.people.services import Came, Said
from lms.policy.model import Specialty
from lms.reports import acts, subject
from tests.conftest import HandClock, work_at
from tests.make import accounts as make_accounts
from tests.make import credentials as make_certificates
from tests.make import people as make
from tests.make.merges import PUT, YES, Pair, learner

GOOD = "十五个字以上的密码才够长才安全"


@pytest.fixture
def pair(work: Work) -> Pair:
    """`goes` is the stranger who typed a number, `stays` whose it is."""
    return Pair(work)


def taken(work: Work, pair: Pair) -> str:
    number = make.id_number()
    services.save_identity(work, pair.goes, "王陌生", number)
    return number


def said(number: str) -> Said:
    return Said("张建国", number, "从来没有注册过别的账号")


def templates(work: Work, person_id: PersonId) -> set[str]:
    account = accounts.account_of(work.session, person_id).id
    owed = select(OutboxMessage.template).where(OutboxMessage.to_account == account)
    return set(work.session.scalars(owed))


def used(work: Work, slip: Slip, code: str | None = None) -> CodeVerdict:
    known_as = sign_in_name(slip.handle)
    assert known_as is not None
    verdict, _faults, _who = account_services.use_slip(
        work, known_as, code or slip.code, make_accounts.prepared(GOOD), agreed=True
    )
    return verdict


def test_a_number_that_a_stranger_typed_comes_to_its_owner_by_two_managers(
    work: Work, pair: Pair
) -> None:
    number = taken(work, pair)
    case = services.report_number(work, pair.stays, pair.here, said(number))
    asked = merges.propose_number(pair.as_manager(work), case, PUT)

    with pytest.raises(Refused, match=r"approval\.own"):
        merges.decide(pair.as_manager(work), asked, YES)
    merges.decide(pair.as_manager(work, 1), asked, YES)

    assert queries.open_id_number(work.session, pair.stays) == number
    with pytest.raises(NotFound):
        queries.open_id_number(work.session, pair.goes)
    assert "number_freed" in templates(work, pair.goes)
    assert "number_settled" in templates(work, pair.stays)
    lines = evidence.whole(work.session, f"person:{pair.goes}")
    assert "number.freed" in {line.kind for line in lines}
    with pytest.raises(NotFound):
        numbers.told(work.session, case)


def test_a_number_with_a_certificate_on_it_is_not_taken_away(
    work: Work, pair: Pair
) -> None:
    holder = make_certificates.graduate(work, pair.here, serial=8)
    certificates.issue(
        work, holder, Specialty.BUILDING, printer=make_certificates.PLAIN
    )
    number = queries.open_id_number(work.session, holder)
    case = services.report_number(work, pair.stays, pair.here, said(number))

    with pytest.raises(Refused) as refused:
        merges.propose_number(pair.as_manager(work), case, PUT)

    assert refused.value.reasons == ("number.certified",)


def test_who_typed_a_number_reads_that_it_is_asked_about_and_not_in_which_words(
    work: Work, pair: Pair
) -> None:
    number = taken(work, pair)
    case = services.report_number(work, pair.stays, pair.here, said(number))
    merges.propose_number(pair.as_manager(work), case, PUT)

    told = acts.of_person(work.session, pair.goes)

    assert [(act.what, act.matter, act.why) for act in told] == [
        ("asked", "number", "")
    ]


def test_the_evidence_of_both_goes_into_the_data_of_who_stays(
    work: Work, pair: Pair
) -> None:
    pair.merged(work)
    account = accounts.account_of(work.session, pair.stays).id

    files = subject.everything(work.session, account, pair.stays, legal_day(work.now))

    kinds = {line["kind"] for line in json.loads(files["data.json"])["evidence"]}
    assert kinds >= {"person.merged", "person.merged_into", "account.merged"}


def test_who_asks_twice_or_for_a_free_number_is_refused(work: Work, pair: Pair) -> None:
    number = taken(work, pair)
    with pytest.raises(Refused, match=r"number\.free"):
        services.report_number(work, pair.stays, pair.here, said(make.id_number()))
    services.report_number(work, pair.stays, pair.here, said(number))

    with pytest.raises(Conflict, match=r"number\.asked"):
        services.report_number(work, pair.stays, pair.here, said(number))


def test_the_same_question_can_end_in_a_merge(work: Work, pair: Pair) -> None:
    number = taken(work, pair)
    case = services.report_number(work, pair.stays, pair.here, said(number))

    pair.merged(work)

    assert queries.open_id_number(work.session, pair.stays) == number
    assert numbers.case(work.session, pair.here, case).ended_as == "merged"


def test_a_refused_question_changes_nothing_and_is_told(work: Work, pair: Pair) -> None:
    number = taken(work, pair)
    case = services.report_number(work, pair.stays, pair.here, said(number))

    merges.refuse_case(pair.as_manager(work), case)

    assert queries.open_id_number(work.session, pair.goes) == number
    assert "number_settled" in templates(work, pair.stays)


# -- the counter ---------------------------------------------------------------------


def came(number: str | None = None, name: str = "李老师傅") -> Came:
    return Came(name, number or make.id_number(), "包头市建筑业协会")


def test_who_has_no_telephone_signs_in_by_a_slip_and_a_password_of_their_own(
    work: Work, pair: Pair
) -> None:
    slip = services.sign_up_at_counter(pair.as_manager(work), came())

    assert used(work, slip) is CodeVerdict.RIGHT

    account = accounts.account_of(work.session, slip.person_id)
    seconds, signed_in = try_in(work, slip.handle)
    assert (seconds, signed_in) == (0, True)
    kinds = {x.kind for x in evidence.whole(work.session, f"account:{account.id}")}
    assert kinds >= {
        "account.counter_opened",
        "account.slip_printed",
        "account.slip_used",
        "account.password_changed",
    }
    kept = vars(work.session.scalars(select(CounterSlip)).one())
    assert slip.code not in str(kept)


def try_in(work: Work, handle: str) -> tuple[int, bool]:
    known_as = sign_in_name(handle)
    candidate = account_services.admit(work, known_as, account_services.Visit())
    right = account_services.password_matches(candidate, GOOD)
    entered = right and account_services.sign_in(
        work, candidate, account_services.Visit()
    )
    return candidate.wait_seconds, bool(entered)


def test_a_slip_works_once_and_not_after_three_days(
    work: Work, pair: Pair, clock: HandClock
) -> None:
    slip = services.sign_up_at_counter(pair.as_manager(work), came())
    late = services.sign_up_at_counter(pair.as_manager(work), came())
    assert used(work, slip) is CodeVerdict.RIGHT
    assert used(work, slip) is CodeVerdict.EXPIRED

    clock.now += timedelta(hours=72)
    assert used(work_at(work, clock), late) is CodeVerdict.EXPIRED


def test_a_code_is_guessed_five_times_at_most(work: Work, pair: Pair) -> None:
    slip = services.sign_up_at_counter(pair.as_manager(work), came())
    for _try in range(5):
        assert used(work, slip, "AAAAAAAAAA") is CodeVerdict.WRONG

    assert used(work, slip) is CodeVerdict.SPENT


def test_a_counter_opens_no_account_for_a_number_that_has_one(
    work: Work, pair: Pair
) -> None:
    number = taken(work, pair)

    with pytest.raises(Conflict, match=r"counter\.there_already"):
        services.sign_up_at_counter(pair.as_manager(work), came(number))


def test_a_lost_password_is_set_anew_by_the_card_and_the_old_contact_is_told(
    work: Work, pair: Pair
) -> None:
    number = taken(work, pair)

    slip = services.recover_at_counter(
        pair.as_manager(work), came(number, name="王陌生")
    )

    assert "counter_reset" in templates(work, pair.goes)
    assert any(
        look.what == "counter" for look in queries.looks(work.session, pair.goes)
    )
    assert used(work, slip) is CodeVerdict.RIGHT


def test_a_number_alone_recovers_nothing(work: Work, pair: Pair) -> None:
    number = taken(work, pair)

    with pytest.raises(Refused, match=r"counter\.other_name"):
        services.recover_at_counter(pair.as_manager(work), came(number, name="别人"))


def test_a_password_of_staff_or_of_another_associations_learner_is_not_set_here(
    work: Work, pair: Pair
) -> None:
    number = taken(work, pair)
    there = learner(work, make.association(work))
    other = make.id_number()
    services.save_identity(work, there, "赵外地", other)
    account = accounts.account_of(work.session, pair.goes).id
    account_services.grant(work, account, Role.CLERK, association_id=pair.here)

    with pytest.raises(Refused, match=r"slip\.staff"):
        services.recover_at_counter(pair.as_manager(work), came(number, name="王陌生"))
    with pytest.raises(Refused, match=r"slip\.unknown_here"):
        services.recover_at_counter(pair.as_manager(work), came(other, name="赵外地"))


def test_a_clerk_prints_no_more_than_a_days_slips(work: Work, pair: Pair) -> None:
    number = taken(work, pair)
    here = pair.as_manager(work)
    for _each in range(SLIPS_A_DAY[SlipPurpose.RESET]):
        services.recover_at_counter(here, came(number, name="王陌生"))

    with pytest.raises(Refused, match=r"slip\.too_many"):
        services.recover_at_counter(here, came(number, name="王陌生"))


def test_a_new_slip_ends_the_one_before(work: Work, pair: Pair) -> None:
    number = taken(work, pair)
    here = pair.as_manager(work)
    slip = services.recover_at_counter(here, came(number, name="王陌生"))
    again = services.recover_at_counter(here, came(number, name="王陌生"))

    assert used(work, slip) is CodeVerdict.WRONG
    assert used(work, again) is CodeVerdict.RIGHT
    live = select(func.count()).where(CounterSlip.ended_at.is_(None))
    assert work.session.scalar(live) == 0


def test_who_changes_the_password_ends_the_slip(work: Work, pair: Pair) -> None:
    number = taken(work, pair)
    slip = services.recover_at_counter(
        pair.as_manager(work), came(number, name="王陌生")
    )
    account = accounts.account_of(work.session, pair.goes).id

    account_services.change_password(
        work, account, make_accounts.prepared(GOOD), keep=SessionId(new_id())
    )

    assert used(work, slip) is CodeVerdict.EXPIRED


def test_who_says_the_account_is_not_theirs_gets_one_and_a_question(
    work: Work, pair: Pair
) -> None:
    number = taken(work, pair)

    slip = services.dispute_at_counter(pair.as_manager(work), came(number))

    (case,) = numbers.open_cases(work.session, pair.here)
    assert (case.person_id, case.holder_id) == (slip.person_id, pair.goes)
    assert case.at_counter


# -- an account is shut for a while ---------------------------------------------------


def test_a_manager_shuts_a_learners_account_and_opens_it_again(
    work: Work, pair: Pair
) -> None:
    here = pair.as_manager(work)
    services.suspend(here, pair.goes, "冒用他人证件，正在核查")
    assert accounts.account_of(work.session, pair.goes).state == "suspended"

    services.reinstate(here, pair.goes, "已核查清楚")

    assert accounts.account_of(work.session, pair.goes).state == "active"
    assert templates(work, pair.goes) >= {"account_suspended", "account_reinstated"}
    reasons = [look.reason for look in queries.looks(work.session, pair.goes)]
    assert "冒用他人证件，正在核查" in reasons


def test_nobody_shuts_staff_or_who_learns_elsewhere_too(work: Work, pair: Pair) -> None:
    make.learner_of(work, pair.stays)
    account = accounts.account_of(work.session, pair.goes).id
    account_services.grant(work, account, Role.CLERK, association_id=pair.here)

    with pytest.raises(Refused, match=r"account\.staff"):
        services.suspend(pair.as_manager(work), pair.goes, "不应当可以")
    with pytest.raises(Refused, match=r"account\.elsewhere"):
        services.suspend(pair.as_manager(work), pair.stays, "不应当可以")
