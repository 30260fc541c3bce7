"""Two colluding managers bring no certificate and no seal with another's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from lms.gateways.signing import seals, x509
from lms.gateways.signing.believing import Roots
from lms.gateways.signing.keys import HouseKeyMaker, pem
from lms.gateways.signing.names import Name
from lms.gateways.signing.sm2_certificates import maker as seal_maker
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.signing import queries, services
from lms.signing.ports import Authority, KeyMaker, MadeKey, Subject, Upload
from lms.signing.rules import Owner, Purpose, kid_of, other_names
from lms.signing.services import Answer, Brought
from tests.make import claims
from tests.make import credentials as graduates
from tests.make import signing as make

MAKER = make.maker()
WHY = make.WHY
NAME, OTHER = "示例自治区建筑业协会", "某某住房和城乡建设部"
OFFICE = Owner("office:sichuan", "四川省住房和城乡建设厅", role="operator")
REASON = "系更名前的证书，已核对民政部门变更文件"


# -- which names are the same -------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        NAME,
        "示例自治区　建筑业协会 ",
        "示例自治区\u200b建筑业协会",
    ],
)
def test_widths_and_spaces_make_no_other_name(said: str) -> None:
    assert other_names(Owner("association:x", NAME), [said]) == ""


@pytest.mark.parametrize(
    "said",
    [
        "示例自治区建筑业",
        "示例自治区建筑业协会有限公司",
        "某某协会",
        "",
        "示例建筑业协会",
    ],
)
def test_nothing_is_guessed(said: str) -> None:
    owner = Owner("association:x", NAME)
    assert other_names(owner, [NAME, said or "（无）"]) == (said or "（无）")


def test_brackets_of_either_width_are_the_same() -> None:
    owner = Owner("association:x", "示例协会（北区）ABC")
    assert other_names(owner, ["示例协会(北区)ＡＢＣ", "示例协会（北区）abc"]) == ""


def test_a_name_too_long_for_a_certificate_may_be_cut_there_and_nowhere_else() -> None:
    owner = Owner("association:x", "长" * 30)
    assert other_names(owner, ["长" * 21]) == ""
    assert other_names(owner, ["长" * 20]) == "长" * 20


@pytest.mark.parametrize("ending", ["", "公章", "电子印章", "继续教育专用章"])
def test_a_seal_is_called_by_its_owner_and_what_it_is(ending: str) -> None:
    owner = Owner("association:x", NAME)
    assert other_names(owner, [NAME], NAME + ending) == ""
    assert other_names(owner, [NAME], OTHER + ending) == OTHER + ending
    assert other_names(owner, [NAME], f"{NAME}财务章") == f"{NAME}财务章"


def test_only_a_demonstration_goes_by_the_words_of_one() -> None:
    said = ["演示 DEMONSTRATION " + NAME]
    assert other_names(Owner("association:x", NAME, demonstration=True), said) == ""
    assert other_names(Owner("association:x", NAME), said) == said[0]


# -- what is brought ----------------------------------------------------------------


def outsiders(work: Work) -> Authority:
    """An authority that the house does not know."""
    return MAKER.found(work.now, demonstration=False)


def certified(
    work: Work, by: Authority, name: str, purpose: Purpose = Purpose.DOCUMENT
) -> tuple[Upload, MadeKey]:
    """A key that somebody certified for a name."""
    until = work.now + timedelta(days=365)
    subject = Subject("association:x", name, work.now - timedelta(days=1), until)
    made = MAKER.make(purpose, subject, by)
    chain = b"".join(pem("CERTIFICATE", one) for one in made.chain)
    return Upload(pem("PRIVATE KEY", made.secret), chain), made


def sealed(made: MadeKey, name: str, by: Authority) -> bytes:
    """A seal of another maker, called by a name."""
    own = seal_maker(by.seal, made.valid_from, Name("制章", "SM2", "制章单位"))
    since = made.valid_from
    facts = seals.SealFacts(
        "S-1", name, (made.chain[0],), since, since, made.valid_until
    )
    picture = seals.Picture(seals.read(made.material).picture)
    return seals.make(facts, picture, own)


def believing(by: Authority) -> KeyMaker:
    roots = Roots((by.document.certificate, by.seal.certificate))
    return HouseKeyMaker(make.FONTS, roots=roots)


def refused(
    work: Work, mine: Owner, maker: KeyMaker, brought: Brought
) -> tuple[str, ...]:
    assert mine.association_id is not None
    one = make.manager(work, AssociationId(mine.association_id))
    with pytest.raises(Refused) as no:
        services.bring(one, maker, mine, brought)
    assert queries.questions(work.session, mine.key) == ()
    return no.value.reasons


@pytest.mark.parametrize("purpose", [Purpose.DOCUMENT, Purpose.SEAL])
def test_anothers_name_is_refused_where_the_operator_knows_no_such_authority(
    work: Work, mine: Owner, purpose: Purpose
) -> None:
    upload, _made = certified(work, outsiders(work), OTHER, purpose)

    assert refused(work, mine, MAKER, Brought(purpose, upload, WHY)) == (
        "signing.other_name",
    )


def test_a_seal_of_anothers_name_over_ones_own_certificate_is_refused(
    work: Work, mine: Owner
) -> None:
    by = outsiders(work)
    upload, made = certified(work, by, NAME, Purpose.SEAL)
    upload = replace(upload, seal=sealed(made, OTHER + "公章", by))

    brought = Brought(Purpose.SEAL, upload, WHY)
    assert refused(work, mine, MAKER, brought) == ("signing.other_name",)


def test_a_seal_of_anothers_name_by_an_unknown_maker_is_refused_below_a_known_root(
    work: Work, mine: Owner
) -> None:
    known, unknown = outsiders(work), outsiders(work)
    upload, made = certified(work, known, NAME, Purpose.SEAL)
    upload = replace(upload, seal=sealed(made, OTHER, unknown))

    brought = Brought(Purpose.SEAL, upload, WHY)
    assert refused(work, mine, believing(known), brought) == ("signing.other_name",)


def test_nor_does_another_name_come_in_by_certifying_a_key_that_is_here(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    kid = make.in_use(work, mine)
    fine = make.certified(work, mine, kid)
    wrong = make.certified(work, replace(mine, name=OTHER), kid)
    one = make.manager(work, here)

    with pytest.raises(Refused) as no:
        services.certify(one, MAKER, mine, kid, wrong)

    assert no.value.reasons == ("signing.other_name",)
    assert OTHER in str(no.value.facts["names"])
    services.certify(one, MAKER, mine, kid, fine)


# -- the third person ---------------------------------------------------------------


class Case:
    """Two managers want a key that a known authority certified in another name."""

    def __init__(self, work: Work, mine: Owner, here: AssociationId) -> None:
        by = outsiders(work)
        self.work, self.mine, self.here = work, mine, here
        self.maker = believing(by)
        self.upload, self.made = certified(work, by, OTHER)
        self.asker = make.manager(work, here)
        brought = Brought(Purpose.DOCUMENT, self.upload, WHY)
        self.asked: UUID = services.bring(self.asker, self.maker, mine, brought)

    def agree(self) -> None:
        other = make.manager(self.work, self.here)
        services.decide(other, self.maker, self.mine, self.asked, make.YES)

    def vouch(self, answer: Answer, role: str = "operator") -> None:
        operator = role == "operator"
        who = (
            make.operator(self.work)
            if operator
            else claims.staff(self.work, role, self.here)
        )
        services.vouch(who, self.maker, self.asked, answer)

    def keys(self) -> list[str]:
        cards = queries.keys_of(self.work.session, self.mine.key)
        return [card.published.kid for card in cards]


@pytest.fixture
def case(work: Work, mine: Owner, here: AssociationId) -> Case:
    return Case(work, mine, here)


def test_two_managers_are_not_enough_for_another_name(case: Case) -> None:
    case.agree()

    assert case.keys() == []
    (card,) = queries.waiting_for_operator(case.work.session)
    assert (card.id, card.other_name) == (case.asked, OTHER)
    with pytest.raises(Refused, match="last_role"):
        case.agree()
    with pytest.raises(Forbidden):
        case.vouch(Answer(True, REASON), role="manager")
    assert case.keys() == []


def test_the_operator_lets_it_in_with_a_reason_that_everybody_reads(
    case: Case,
) -> None:
    case.agree()
    case.vouch(Answer(True, REASON))

    assert case.keys() == [kid_of(case.made.chain[0])]
    told = queries.trust(case.work.session)[case.keys()[0]]
    assert (told.other_name, told.vouched) == (OTHER, REASON)
    (card,) = queries.keys_of(case.work.session, case.mine.key)
    assert [line.act for line in card.lines] == ["import", "vouched"]
    assert card.lines[1].reason == REASON
    assert card.question is not None
    assert [one.role for one in card.question.decisions] == ["manager", "operator"]
    assert queries.waiting_for_operator(case.work.session) == ()


def test_the_operator_owes_a_reason(case: Case) -> None:
    case.agree()
    with (
        pytest.raises(Refused, match="vouch_reason"),
        case.work.session.begin_nested(),
    ):
        case.vouch(Answer(True, " "))
    assert case.keys() == []


def test_the_operator_does_not_go_before_the_second_manager(case: Case) -> None:
    with pytest.raises(Refused, match="first_role"):
        case.vouch(Answer(True, REASON))


def test_the_operators_no_ends_it_and_the_secret_is_gone(case: Case) -> None:
    case.agree()
    case.vouch(Answer(False, "名称与登记不符"))

    assert case.keys() == []
    with pytest.raises(Conflict):
        case.vouch(Answer(True, REASON))
    (card,) = queries.questions(case.work.session, case.mine.key)
    assert card.ended_at is not None


def test_a_question_that_needs_no_operator_is_none_of_theirs(
    work: Work, mine: Owner
) -> None:
    question = make.asked(work, mine)
    operator = make.operator(work)

    with pytest.raises(NotFound):
        services.vouch(operator, MAKER, question, Answer(True, REASON))


def test_a_seal_that_another_maker_made_is_looked_at_by_the_operator(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    """Its name is right; what is pictured on it only a person can compare."""
    by = outsiders(work)
    upload, made = certified(work, by, NAME, Purpose.SEAL)
    upload = replace(upload, seal=sealed(made, f"{NAME}公章", by))
    one = make.manager(work, here)
    asked = services.bring(one, MAKER, mine, Brought(Purpose.SEAL, upload, WHY))
    make.said(work, mine, asked)
    assert queries.keys_of(work.session, mine.key) == ()

    operator = make.operator(work)
    services.vouch(operator, MAKER, asked, Answer(True, REASON))

    told = queries.trust(work.session)[kid_of(made.chain[0])]
    assert (told.other_name, told.vouched) == ("", REASON)


def test_the_authorities_keys_need_a_third_operator(work: Work) -> None:
    by = outsiders(work)
    upload, _made = certified(work, by, OTHER)
    maker = believing(by)
    first, second, third = (make.operator(work) for _ in range(3))
    asked = services.bring(first, maker, OFFICE, Brought(Purpose.DOCUMENT, upload, WHY))

    services.decide(second, maker, OFFICE, asked, make.YES)
    assert queries.keys_of(work.session, OFFICE.key) == ()
    with pytest.raises(Refused, match="heard"):
        services.decide(second, maker, OFFICE, asked, make.YES)
    services.decide(third, maker, OFFICE, asked, Answer(True, REASON))

    (card,) = queries.keys_of(work.session, OFFICE.key)
    assert card.published.other_name == OTHER


def test_who_calls_themselves_right_needs_no_third_person(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    upload, _made = certified(work, outsiders(work), NAME)
    one = make.manager(work, here)
    asked = services.bring(one, MAKER, mine, Brought(Purpose.DOCUMENT, upload, WHY))
    make.said(work, mine, asked)

    (card,) = queries.keys_of(work.session, mine.key)
    assert (card.published.other_name, card.published.vouched) == ("", "")


def test_another_association_is_not_asked_about_it(case: Case, work: Work) -> None:
    elsewhere = graduates.association(work, code="GZJX", name="另一个协会")
    stranger = make.manager(work, elsewhere)
    with pytest.raises(NotFound):
        services.decide(
            stranger, case.maker, make.owner(elsewhere), case.asked, make.YES
        )


def test_the_house_itself_names_only_the_owner(work: Work, mine: Owner) -> None:
    """What the house certifies would be taken back from any other house."""
    by = outsiders(work)
    for purpose in (Purpose.DOCUMENT, Purpose.SEAL):
        upload, made = certified(work, by, mine.name, purpose)
        read = MAKER.read(
            purpose,
            Subject(mine.key, mine.name, work.now, made.valid_until),
            upload,
            by,
        )
        assert other_names(mine, read.certified) == ""
    request = x509.request(x509.new_key(), Subject("x", NAME, work.now, work.now))
    assert b"CERTIFICATE REQUEST" in request
