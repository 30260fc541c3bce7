"""One life's worth of things: what `world` fills its two associations with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import inspect, select

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.accounts.models import Account, SignedSession
from lms.catalogue import queries as catalogue
from lms.catalogue import services as authoring
from lms.claims import queries as claims
from lms.claims.rules import ClaimKind
from lms.commerce import queries as shop
from lms.commerce import services as commerce
from lms.commerce.models import CartItem, Order, Payment, Transfer
from lms.commerce.rules import OfferKind, OrderState, PaymentState, Provider
from lms.credentials import queries as credentials
from lms.credentials import services as issuing
from lms.exams import services as exams
from lms.exams.models import Attempt, Question
from lms.exams.rules import AttemptState, QuestionKind
from lms.inspections import services as inspections
from lms.inspections.models import Sample
from lms.inspections.rules import Candidate, Why
from lms.kernel.clock import legal_day
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work
from lms.learning import queries as learning
from lms.learning import services as study
from lms.people import services as people
from lms.people.models import Person, Registration
from lms.people.rules import QualificationFacts
from lms.policy.flow import MaterialKind, Party
from lms.policy.model import Province, Specialty
from lms.registration.models import ApplicationRow
from lms.registration.queries import proofs
from lms.registration.rules.dossier import Given
from lms.registration.services import dossier as dossiers
from lms.registration.services import proving
from lms.reports import inspection as reports
from lms.signing import services as signing
from lms.signing.rules import Purpose
from lms.signing.services import Wish
from tests.make import claims as claims_make
from tests.make import dossier, registrations
from tests.make import signing as keys

Things = dict[str, object]


def session_id(work: Work, account_id: AccountId) -> UUID:
    return (
        work.session.scalars(
            select(SignedSession.id).where(SignedSession.account_id == account_id)
        ).first()
        or uuid4()
    )


def association(work: Work, code: str) -> AssociationId:
    found = catalogue.associations(work.session)
    return next(each.id for each in found if each.code == code)


def person(work: Work, name: str) -> PersonId:
    """Find somebody by name; a second account of theirs has no ID number yet."""
    called = select(Person.id).where(Person.name == name)
    whole_first = called.order_by(Person.id_index.is_(None))
    return PersonId(work.session.scalars(whole_first.limit(1)).one())


def one(work: Work, model: Any, person_id: PersonId) -> Any:
    found = work.session.scalars(
        select(model).where(model.person_id == person_id)
    ).first()
    assert found is not None
    return found


def owner(work: Work, person_id: PersonId) -> Work:
    account = account_queries.account_of(work.session, person_id)
    return replace(work, actor=Actor(account.id, person_id))


def versions(work: Work, house: AssociationId) -> list[catalogue.VersionCard]:
    page = catalogue.search(work.session, catalogue.Filters(association_id=house))
    cards = [catalogue.version(work.session, line.version_id) for line in page.lines]
    filmed = [c for c in cards if any(each.kind == "film" for each in c.lessons)]
    return sorted(filmed, key=lambda card: card.title)


def foreign_life(work: Work, person_id: PersonId, there: AssociationId) -> None:
    """Let a person of the other association order, and study."""
    version = versions(work, there)[0]
    buy(work, person_id, version)
    study.enrol(work, person_id, version.id, source="test:foreign")
    people.lock_profile(work, person_id, "order:test")


def buy(work: Work, person_id: PersonId, version: catalogue.VersionCard) -> UUID:
    own = owner(work, person_id)
    commerce.add(own, person_id, OfferKind.COURSE, version.course_id)
    cart = shop.cart(work.session, person_id)
    total = Fen(sum(item.price_fen for item in cart.items))
    (order_id,) = commerce.place_order(
        own, person_id, revision=cart.revision, total_fen=total
    )
    return order_id


def unowned(work: Work, person_id: PersonId) -> list[catalogue.VersionCard]:
    """List what is on sale in Guizhou: nobody of this world has any of it."""
    found = versions(work, association(work, "GZJX"))
    assert not {e.version_id for e in learning.enrolments(work.session, person_id)} & {
        each.id for each in found
    }
    return [each for each in found if each.price]


def pending(work: Work, person_id: PersonId) -> UUID:
    kept = one(work, CartItem, person_id)
    work.session.delete(kept)
    work.session.flush()
    order_id = buy(work, person_id, unowned(work, person_id)[1])
    work.session.add(
        CartItem(
            id=kept.id,
            person_id=person_id,
            kind=kept.kind,
            offer_id=kept.offer_id,
            added_at=kept.added_at,
        )
    )
    assert work.session.get_one(Order, order_id).state is OrderState.PENDING
    return order_id


def in_cart(work: Work, person_id: PersonId) -> UUID:
    version = unowned(work, person_id)[0]
    own = owner(work, person_id)
    commerce.add(own, person_id, OfferKind.COURSE, version.course_id)
    return UUID(str(one(work, CartItem, person_id).id))


def open_attempt(work: Work, person_id: PersonId) -> UUID:
    """Leave a paper open, whatever the rule would say."""
    was: Attempt = one(work, Attempt, person_id)
    found = work.session.scalars(
        select(Attempt.id).where(
            Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN
        )
    ).first()
    if found is not None:
        return found
    made = {
        **{c.key: getattr(was, c.key) for c in inspect(Attempt).columns},
        "id": new_id(),
        "n": was.n + 1,
        "state": AttemptState.OPEN,
        "answers": {},
        "started_at": work.now,
        "deadline_at": work.now + timedelta(hours=1),
        "submitted_at": None,
        "score": None,
        "passed": None,
    }
    work.session.add(Attempt(**made))
    work.session.flush()
    return UUID(str(made["id"]))


def with_questions(work: Work, person_id: PersonId) -> tuple[Things, str]:
    """Find a lesson that asks, and the id of its first question."""
    for enrolment in learning.enrolments(work.session, person_id):
        for line in catalogue.version(work.session, enrolment.version_id).lessons:
            for question in catalogue.lesson(work.session, line.id).questions:
                place: Things = {"enrolment_id": enrolment.id, "lesson_id": line.id}
                return place, str(question.id)
    raise LookupError


def draft(work: Work, house: AssociationId, nth: int) -> Things:
    version_id = authoring.new_version(work, house, versions(work, house)[nth].id)
    chapters = catalogue.outline(work.session, version_id)
    film = next(each for c in chapters for each in c.lessons if each.kind == "film")
    return {
        "version_id": version_id,
        "chapter_id": chapters[0].id,
        "lesson_id": film.id,
    }


def question(work: Work, house: AssociationId, nth: int) -> UUID:
    stem = f"{house} 的题目 {nth}"
    kind = QuestionKind.SINGLE
    made = exams.NewQuestion(house, None, kind, "一", stem, ("甲", "乙"), (0,))
    exams.add_questions(work, [made])
    return work.session.scalars(select(Question.id).where(Question.stem == stem)).one()


def key_question(work: Work, house: AssociationId, nth: int) -> UUID:
    """A question of one more manager about a key, for each purpose one."""
    wish = Wish(list(Purpose)[nth], "年度更换密钥")
    asker = keys.manager(work, house)
    return signing.generate(asker, keys.owner(house, demonstration=True), wish)


def package(work: Work, house: AssociationId, nth: int) -> UUID:
    courses = tuple(one.course_id for one in versions(work, house)[:2])
    facts = authoring.PackageFacts(f"两门一起学 {nth}", None, Fen(9_900), courses)
    return authoring.create_package(work, house, facts)


def correction(work: Work, person_id: PersonId, house: AssociationId) -> UUID:
    number = f"20181590{person_id.int % 10_000:04d}"
    wanted = QualificationFacts(Specialty.BUILDING, number, date(2018, 10, 21))
    asked = people.Asked(wanted, "证书签发日期抄错了")
    return people.ask_correction(owner(work, person_id), person_id, house, asked)


def claim(work: Work, person_id: PersonId, house: AssociationId) -> Things:
    asked = claims_make.hours(
        ClaimKind.ADJUSTMENT, credit=100, occurred_on=legal_day(work.now)
    )
    claim_id = claims_make.asked(work, person_id, house, asked)
    (paper,) = claims.owned(work.session, person_id, claim_id).files
    return {"claim_id": claim_id, "file_id": paper.id}


def proof(work: Work, person_id: PersonId) -> UUID:
    """A certificate from elsewhere that its bearer has named."""
    number = f"EX-{person_id.hex[:8]}"
    proving.offer(owner(work, person_id), person_id, number, Specialty.BUILDING)
    return next(one.id for one in proofs.proofs(work.session, person_id))


def licence(work: Work, person_id: PersonId) -> Things:
    """A registration certificate, and a use copy that its bearer agreed to."""
    held = credentials.registered(work.session, person_id)
    assert held is not None
    copy_id = registrations.lent(work, person_id, days=30)
    return {"licence_id": held.id, "copy_id": copy_id}


def shared(work: Work, person_id: PersonId) -> Things:
    """A link to a certificate, and what opens it."""
    ask = issuing.ShareAsk(held(work, person_id), 30, with_file=True)
    share_id = issuing.share(owner(work, person_id), person_id, ask)
    (link,) = credentials.shares(work.session, person_id)
    return {"share_id": share_id, "secret": link.token}


def granted(work: Work, person_id: PersonId) -> UUID:
    """What a person lets their company see."""
    mine = held(work, person_id)
    return issuing.grant(owner(work, person_id), person_id, mine, 30)


def held(work: Work, person_id: PersonId) -> UUID:
    return credentials.holdings(work.session, person_id, legal_day(work.now))[0].id


def transfer(work: Work, order_id: UUID) -> UUID:
    """Match a line with an order by the hand of somebody who is never signed in."""
    order = work.session.get_one(Order, order_id)
    made = Transfer(
        id=new_id(),
        order_id=order_id,
        association_id=order.association_id,
        bank_account="1500",
        reference="",
        value_on=legal_day(work.now),
        amount_fen=100,
        running_no=str(order_id)[:12],
        payer="某公司",
        state="proposed",
        proposed_by=person(work, "王守成"),
        proposed_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made.id


def refund(work: Work, order_id: UUID) -> UUID:
    """Ask for money back that came once too often, by nobody who is signed in."""
    order = work.session.get_one(Order, order_id)
    paid = Payment(
        id=new_id(),
        order_id=order_id,
        provider=Provider.TRANSFER,
        provider_ref=f"twice:{order_id}",
        amount_fen=100,
        refunded_fen=0,
        currency="cny",
        state=PaymentState.SURPLUS,
        received_at=work.now,
    )
    work.session.add(paid)
    work.session.flush()
    asker = owner(work, person(work, "王守成"))
    ask = commerce.RefundAsk(paid.id, Fen(100), "付了两次")
    return commerce.ask_refund(
        asker, AssociationId(order.association_id), order_id, ask, certified=False
    )


def another_session(work: Work, person_id: PersonId) -> UUID:
    account = account_queries.account_of(work.session, person_id)
    accounts.open_session(work, account.id, state="full", user_agent="x", ip="::1")
    return session_id(work, account.id)


def sample(work: Work, person_id: PersonId, house: AssociationId, nth: int) -> UUID:
    """Let the lot fall on a person, on a day that no other drawing ends."""
    day = legal_day(work.now) + timedelta(days=nth + 1)
    pot = [Candidate(person_id, Why.LONG_DAY)]
    inspections.draw(work, house, day - timedelta(days=1), day, pot)
    return UUID(str(one(work, Sample, person_id).id))


def opened(work: Work, person_id: PersonId, inspector: str) -> None:
    """Let an inspector open a person's record."""
    account = work.session.scalars(
        select(Account.id).where(Account.name == inspector)
    ).one()
    own = replace(work, actor=replace(work.actor, account_id=AccountId(account)))
    people.note_look(own, person_id, reports.LOOK, "随机抽查")


def application(work: Work, person_id: PersonId) -> Things:
    """An application in its applicant's hands, and a paper in its dossier."""
    under_way = select(ApplicationRow.id).filter_by(person_id=person_id, closed_at=None)
    held = work.session.get(Registration, person_id)
    if held is not None:  # Jinan asks for papers, and only of those who are its own.
        held.province = Province.SHANDONG
    one = work.session.scalar(under_way) or dossier.application(work, person_id)
    given = Given(open_ended=True)
    ready = dossier.ready(MaterialKind.CONTRACT, given=given)
    material_id = dossiers.hand_in(work, one, ready, Party.PERSON)
    return {"application_id": one, "material_id": material_id}
