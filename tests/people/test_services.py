"""Profiles written, locked, corrected and opened on the record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from lms.accounts import queries as accounts
from lms.approvals.rules import ApprovalState
from lms.catalogue.models import Association
from lms.evidence import queries as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, ApprovalId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.people import queries, services
from lms.people.ports import Portrait
from lms.people.rules import (
    EmployerFacts,
    IdentityFacts,
    PaperKind,
    PhotoState,
    PictureFacts,
    Section,
)
from lms.people.services import Asked
from lms.policy.model import Province, Specialty
from tests.make import people as make
from tests.make import pictures
from tests.make.registrations import bound

BOTH = (Specialty.BUILDING, Specialty.HIGHWAY)


def staff(work: Work, role: str = "clerk", person: PersonId | None = None) -> Work:
    actor = Actor(AccountId(new_id()), person or PersonId(new_id()), frozenset({role}))
    return replace(work, actor=actor)


def association(work: Work, *, two_person: bool = False) -> AssociationId:
    row = Association(
        id=new_id(),
        code=f"T{str(new_id())[:6]}",
        name="测试协会",
        province=Province.INNER_MONGOLIA,
        two_person=two_person,
    )
    work.session.add(row)
    work.session.flush()
    return AssociationId(row.id)


def test_a_whole_profile_is_complete_masked_and_sealed(work: Work) -> None:
    made = make.person(work, name="张建国", specialties=BOTH)

    card = queries.profile(work.session, made.person_id)

    assert card.completeness.percent == 100
    assert queries.completeness(work.session, made.person_id) == card.completeness
    assert card.id_masked == f"1502**********{made.id_number[-4:]}"
    assert queries.born_on(work.session, made.person_id) == date(1985, 6, 15)
    row = work.session.execute(text("SELECT * FROM persons")).one()
    assert made.id_number not in repr(tuple(row))
    assert "19850615" not in repr(tuple(row))
    assert accounts.account_of(work.session, made.person_id).name == "张建国"


def test_an_empty_profile_names_everything_that_is_missing(work: Work) -> None:
    made = make.account(work, name="李四")

    card = queries.profile(work.session, made.person_id)

    assert card.completeness.percent == 0
    assert card.completeness.missing_sections == tuple(Section)
    assert card.name == "李四"


def test_the_registration_leads_with_the_main_specialty(work: Work) -> None:
    made = make.person(work, specialties=(Specialty.WATER, Specialty.BUILDING))

    held = queries.registration(work.session, made.person_id)

    assert [one.code for one in held.specialties] == ["water", "building"]
    assert (held.period_from, held.period_until) == (
        date(2024, 3, 1),
        date(2027, 2, 28),
    )
    assert held.main.qualified_on == date(2018, 10, 1)


def test_no_registration_is_not_found(work: Work) -> None:
    with pytest.raises(NotFound, match=r"registration\.unknown"):
        queries.registration(work.session, make.account(work).person_id)


def test_one_id_number_serves_one_person_and_tells_no_owner(work: Work) -> None:
    owner = make.person(work, name="王五")
    other = make.account(work, name="赵六")

    assert not queries.id_free(work.session, other.person_id, owner.id_number)
    with pytest.raises(Refused) as refused:
        services.save_identity(work, other.person_id, "赵六", owner.id_number.lower())

    assert refused.value.code == "id_number.taken"
    assert refused.value.facts == {}
    # The unit of work goes on: only the failed write was undone.
    services.save_identity(work, other.person_id, "赵六", make.id_number())
    services.save_identity(work, owner.person_id, "王五", owner.id_number)


def test_a_locked_profile_is_written_no_more(work: Work) -> None:
    made = make.person(work)
    services.lock_profile(work, made.person_id, "order:1")
    services.lock_profile(work, made.person_id, "order:2")

    with pytest.raises(Refused, match=r"profile\.locked"):
        services.save_identity(work, made.person_id, "新名字", make.id_number())
    with pytest.raises(Refused, match=r"profile\.locked"):
        services.save_signature(work, made.person_id, b"png")

    card = queries.profile(work.session, made.person_id)
    assert not any(card.may_edit(section) for section in Section)
    assert work.session.scalar(text("SELECT locked_by FROM persons")) == "order:1"


def test_a_refused_photo_waits_as_a_draft_until_people_look(work: Work) -> None:
    made = make.account(work)
    face = Portrait(pictures.inch_jpeg(), "photo.no_face")

    assert services.save_photo(work, made.person_id, face) is PhotoState.REFUSED
    assert "photo" in queries.completeness(work.session, made.person_id).missing
    services.ask_photo_review(work, made.person_id)

    card = queries.profile(work.session, made.person_id)
    assert card.photo is not None
    assert card.photo.state is PhotoState.TO_REVIEW
    assert card.photo_draft is None
    assert "photo" not in card.completeness.missing
    opened = queries.picture(work.session, made.person_id, PaperKind.PHOTO)
    assert opened == pictures.inch_jpeg()


def test_a_photo_that_people_refuse_may_be_replaced_though_locked(work: Work) -> None:
    made = make.account(work)
    face = Portrait(pictures.inch_jpeg(), "photo.no_face")
    services.save_photo(work, made.person_id, face)
    services.ask_photo_review(work, made.person_id)
    services.lock_profile(work, made.person_id, "order:1")

    with pytest.raises(Refused, match=r"approval\.own"):
        services.decide_photo(staff(work, person=made.person_id), made.person_id, True)
    clerk = staff(work)
    with pytest.raises(Refused, match=r"photo\.not_looked"):
        services.decide_photo(clerk, made.person_id, True)
    services.reveal_picture(clerk, made.person_id, PaperKind.PHOTO, "审核照片")
    services.decide_photo(clerk, made.person_id, False)
    assert "photo" in queries.completeness(work.session, made.person_id).missing
    services.save_photo(work, made.person_id, replace(face, finding=None))

    card = queries.profile(work.session, made.person_id)
    assert card.photo is not None
    assert card.photo.state is PhotoState.ACCEPTED


def test_a_qualification_in_use_stays(work: Work) -> None:
    made = make.person(work, specialties=BOTH)
    held = queries.qualifications(work.session, made.person_id)[0]
    stranger = make.account(work)

    with pytest.raises(Refused, match=r"qualification\.needed"):
        services.remove_qualification(work, made.person_id, held.id)
    with pytest.raises(NotFound):
        services.remove_qualification(work, stranger.person_id, held.id)


def test_every_look_is_written_down_with_its_reason(work: Work) -> None:
    made = make.person(work)

    with pytest.raises(Refused, match=r"reveal\.no_reason"):
        services.reveal_id_number(staff(work), made.person_id, " ")
    number = services.reveal_id_number(staff(work), made.person_id, "核对原件")
    services.reveal_picture(
        staff(work), made.person_id, PaperKind.SIGNATURE, "核对签名"
    )

    assert number == made.id_number
    looks = queries.looks(work.session, made.person_id)
    assert [(one.what, one.reason) for one in looks] == [
        ("signature", "核对签名"),
        ("id_number", "核对原件"),
    ]
    lines = work.session.execute(text("SELECT facts FROM evidence_lines")).scalars()
    assert not any(made.id_number in str(facts) for facts in lines)
    assert evidence.verify(work.session, f"person:{made.person_id}").intact


def test_certificate_facts_are_masked(work: Work) -> None:
    made = make.person(work)

    key = accounts.data_key(work.session, made.person_id)
    facts = queries.certificate_facts(work.session, {made.person_id: key})[
        made.person_id
    ]

    assert facts.id_masked.startswith("1502****")
    assert facts.photo_jpeg.startswith(b"\xff\xd8")
    assert facts.employer == "包头市第一建筑有限公司"


Ask = Callable[..., ApprovalId]


def ask(
    work: Work, made: make.Made, at: AssociationId, change: Any, **more: Any
) -> Any:
    owner = replace(work, actor=Actor(made.account_id, made.person_id))
    return services.ask_correction(
        owner, made.person_id, at, Asked(change, "身份证换证", **more)
    )


def test_nobody_corrects_by_an_association_what_two_have_agreed(work: Work) -> None:
    made = make.person(work)
    services.lock_profile(work, made.person_id, "order:1")
    other = EmployerFacts("91150203MA0N00000G", "别的公司")
    here = association(work)
    bound(work, made.person_id)

    with pytest.raises(Refused, match=r"employer\.bound"):
        ask(work, made, here, other)


def test_a_correction_asked_before_the_bond_renames_no_company_after_it(
    work: Work,
) -> None:
    made = make.person(work)
    services.lock_profile(work, made.person_id, "order:1")
    here = association(work)
    asked = ask(work, made, here, EmployerFacts("91150203MA0N00000G", "别的公司"))
    bound(work, made.person_id)
    held = queries.employer(work.session, made.person_id)

    with pytest.raises(Refused, match=r"employer\.bound"):
        services.decide_correction(staff(work), asked, True, "", association_id=here)
    services.decide_correction(
        staff(work), asked, False, "已绑定单位", association_id=here
    )
    assert queries.employer(work.session, made.person_id) == held


def test_a_correction_takes_effect_with_the_last_yes(work: Work) -> None:
    made = make.person(work)
    services.lock_profile(work, made.person_id, "order:1")
    here = association(work, two_person=True)
    number = make.id_number(date(1986, 7, 1))
    request = ask(work, made, here, IdentityFacts("张建国", number), paper=b"jpeg")

    clerk = staff(work)
    services.decide_correction(clerk, request, True, "", association_id=here)
    with pytest.raises(Refused, match=r"approval\.last_role"):
        services.decide_correction(staff(work), request, True, "", association_id=here)
    assert queries.open_id_number(work.session, made.person_id) == made.id_number
    card = services.decide_correction(
        staff(work, "manager"), request, True, "", association_id=here
    )

    assert card.state is ApprovalState.APPROVED
    assert queries.open_id_number(work.session, made.person_id) == number
    assert queries.born_on(work.session, made.person_id) == date(1986, 7, 1)
    sealed = work.session.execute(text("SELECT value, paper FROM corrections")).one()
    assert number.encode() not in sealed.value
    assert sealed.paper != b"jpeg"


def test_a_single_clerk_decides_where_the_association_allows(work: Work) -> None:
    made = make.person(work)
    here = association(work)
    request = ask(
        work, made, here, EmployerFacts("91110000600037341L", "北京某建设集团公司")
    )

    with pytest.raises(Refused, match=r"approval\.own"):
        services.decide_correction(
            staff(work, person=made.person_id), request, True, "", association_id=here
        )
    services.decide_correction(staff(work), request, True, "", association_id=here)

    held = queries.employer(work.session, made.person_id)
    assert held is not None
    assert held.uscc == "91110000600037341L"


def test_a_no_says_why_and_changes_nothing(work: Work) -> None:
    made = make.person(work)
    here = association(work)
    request = ask(
        work, made, here, PictureFacts(Section.SIGNATURE), picture=b"new signature"
    )

    with pytest.raises(Refused, match=r"approval\.no_comment"):
        services.decide_correction(staff(work), request, False, "", association_id=here)
    services.decide_correction(
        staff(work), request, False, "笔迹不一致", association_id=here
    )

    kept = queries.picture(work.session, made.person_id, PaperKind.SIGNATURE)
    assert kept == pictures.signature_png()
    told = queries.corrections_of(work.session, made.person_id)[0].approval
    assert told.decisions[0].comment == "笔迹不一致"


def test_one_request_a_section_is_open_at_a_time(work: Work) -> None:
    made = make.person(work)
    here = association(work)
    change = EmployerFacts("91110000600037341L", "北京某建设集团公司")
    request = ask(work, made, here, change)

    with pytest.raises(Conflict, match=r"correction\.open"):
        ask(work, made, here, change)
    owner = replace(work, actor=Actor(made.account_id, made.person_id))
    services.withdraw_correction(owner, made.person_id, request)
    ask(work, made, here, change)


def test_another_association_finds_no_such_request(work: Work) -> None:
    made = make.person(work)
    request = ask(
        work,
        made,
        association(work),
        EmployerFacts("91110000600037341L", "北京某建设集团公司"),
    )

    with pytest.raises(NotFound):
        services.decide_correction(
            staff(work), request, True, "", association_id=association(work)
        )


@pytest.mark.parametrize("change", ["identity", "registration"])
def test_nobody_alone_says_who_somebody_is_or_for_which_period(
    work: Work, change: str
) -> None:
    made = make.person(work)
    services.lock_profile(work, made.person_id, "order:1")
    here = association(work, two_person=False)
    wanted = {
        "identity": IdentityFacts("张建国", make.id_number(date(1986, 7, 1))),
        "registration": make.facts().registration,
    }[change]
    request = ask(work, made, here, wanted, paper=b"jpeg")

    card = services.decide_correction(
        staff(work), request, True, "", association_id=here
    )

    assert card.state is ApprovalState.OPEN
