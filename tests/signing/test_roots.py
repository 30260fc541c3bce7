"""The house's own roots: renewed by two operators, and telling what they revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509

from lms.evidence import queries as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.signing import queries, services
from lms.signing.rules import HOUSE, HOUSE_NAME, Owner, Purpose, Root, kid_of
from lms.signing.services import Answer
from tests.conftest import HandClock, work_at
from tests.make import signing as make

MAKER = make.maker()
WE = Owner(HOUSE, HOUSE_NAME, role="operator")
WHY = "根证书将在一年内到期"


def operator(work: Work) -> Work:
    return make.operator(work)


def renewed(work: Work, purpose: Purpose) -> None:
    asked = services.renew(operator(work), WE, purpose, WHY)
    services.decide(operator(work), MAKER, WE, asked, make.YES)


def root_of(work: Work, mine: Owner, purpose: Purpose = Purpose.DOCUMENT) -> str:
    kid = make.in_use(work, mine, purpose)
    return kid_of(queries.trust(work.session)[kid].chain[-1])


def on_list(work: Work, kid: str) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(queries.revoked(work.session, kid))


def serials(work: Work, kid: str) -> set[int]:
    return {entry.serial_number for entry in on_list(work, kid)}


# -- renewal ------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", [Purpose.DOCUMENT, Purpose.SEAL])
def test_two_operators_renew_a_root_and_the_old_one_stays_known(
    work: Work, mine: Owner, purpose: Purpose
) -> None:
    make.settled(work, mine)
    before = root_of(work, mine, purpose)
    old = queries.trust(work.session)[make.in_use(work, mine, purpose)]

    renewed(work, purpose)
    make.settled(work, mine, purpose)

    after = root_of(work, mine, purpose)
    assert after != before
    cards = {card.kid: card for card in queries.roots(work.session)}
    assert cards[before].retired_at == work.now
    assert cards[after].retired_at is None
    assert queries.trust(work.session)[old.kid].chain == old.chain


def test_the_other_root_stays_as_it_is(work: Work, mine: Owner) -> None:
    make.settled(work, mine)
    seal = root_of(work, mine, Purpose.SEAL)

    renewed(work, Purpose.DOCUMENT)
    make.settled(work, mine, Purpose.SEAL)

    assert root_of(work, mine, Purpose.SEAL) == seal


def test_one_operator_renews_nothing(work: Work, mine: Owner) -> None:
    make.settled(work, mine)
    one = operator(work)
    asked = services.renew(one, WE, Purpose.DOCUMENT, WHY)

    with pytest.raises(Refused, match=r"approval\.own"):
        services.decide(one, MAKER, WE, asked, make.YES)
    services.decide(operator(work), MAKER, WE, asked, Answer(False, "还早"))

    assert len(queries.roots(work.session)) == 2
    renewed(work, Purpose.DOCUMENT)


def test_nor_does_a_manager(work: Work, mine: Owner, here: AssociationId) -> None:
    one = make.manager(work, here)
    with pytest.raises(Exception, match=r"signing\.role"):
        services.renew(one, WE, Purpose.DOCUMENT, WHY)
    with pytest.raises(Refused, match="no_roots"):
        services.renew(operator(work), make_office(), Purpose.DOCUMENT, WHY)


def make_office() -> Owner:
    return Owner("office:sichuan", "四川省住房和城乡建设厅", role="operator")


def test_what_is_not_there_is_not_renewed(work: Work) -> None:
    asked = services.renew(operator(work), WE, Purpose.DOCUMENT, WHY)
    with pytest.raises(Refused, match="no_roots"):
        services.decide(operator(work), MAKER, WE, asked, make.YES)


def test_one_renewal_at_a_time_is_asked_for(work: Work) -> None:
    services.renew(operator(work), WE, Purpose.SEAL, WHY)
    with pytest.raises(Conflict, match="asked"), work.session.begin_nested():
        services.renew(operator(work), WE, Purpose.SEAL, WHY)


def test_a_renewal_is_on_the_record(work: Work, mine: Owner) -> None:
    make.settled(work, mine)
    renewed(work, Purpose.SEAL)

    lines = evidence.lines(work.session, HOUSE)
    told = [line.facts for line in lines if line.kind == "signing.root_renewed"]
    assert len(told) == 2  # The maker of seals is renewed with its root.


# -- lists --------------------------------------------------------------------------


def test_each_root_has_a_list_that_is_signed_anew_in_time(
    work: Work, mine: Owner, clock: HandClock
) -> None:
    make.settled(work, mine)
    kid = root_of(work, mine)
    with pytest.raises(NotFound):
        queries.revoked(work.session, kid)

    assert services.make_lists(work, MAKER) == 2
    first = on_list(work, kid)
    assert services.make_lists(work, MAKER) == 0
    clock.pass_seconds(23 * 3600)
    assert services.make_lists(work_at(work, clock), MAKER) == 0
    clock.pass_seconds(2 * 3600)
    assert services.make_lists(work_at(work, clock), MAKER) == 2

    second = on_list(work, kid)
    assert second.next_update_utc == clock() + timedelta(days=3)
    assert [_number(one) for one in (first, second)] == [1, 2]


def _number(crl: x509.CertificateRevocationList) -> int:
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def test_a_key_called_broken_is_on_the_list_and_gone_when_lifted(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    key, root = make.in_use(work, mine), root_of(work, mine)
    leaf = queries.trust(work.session)[key].chain[0]
    serial = x509.load_der_x509_certificate(leaf).serial_number
    services.make_lists(work, MAKER)
    assert serials(work, root) == set()

    alarm = services.alarm(make.manager(work, here), mine, key, work.now, "U盾丢失了")
    assert services.make_lists(work, MAKER) == 1
    (entry,) = on_list(work, root)
    assert entry.serial_number == serial
    assert _reason(entry) is x509.ReasonFlags.certificate_hold

    make.said(work, mine, alarm, Answer(False, "已找回，封条完好"))
    services.make_lists(work, MAKER)
    assert serials(work, root) == set()


def test_a_confirmed_alarm_stays_on_the_list(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    key, root = make.in_use(work, mine), root_of(work, mine)
    alarm = services.alarm(make.manager(work, here), mine, key, work.now, "U盾丢失了")
    services.make_lists(work, MAKER)
    make.said(work, mine, alarm, make.YES)

    assert services.make_lists(work, MAKER) == 1

    (entry,) = on_list(work, root)
    assert _reason(entry) is x509.ReasonFlags.key_compromise


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags:
    return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason


def test_a_retired_root_goes_on_telling_what_it_revoked(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    key, root = make.in_use(work, mine), root_of(work, mine)
    renewed(work, Purpose.DOCUMENT)
    make.settled(work, mine, Purpose.DOCUMENT)
    services.alarm(make.manager(work, here), mine, key, work.now, "U盾丢失了")

    services.make_lists(work, MAKER)

    assert len(serials(work, root)) == 1
    assert serials(work, root_of(work, mine)) == set()


def test_what_others_certified_is_on_no_list_of_ours(
    work: Work, mine: Owner, here: AssociationId
) -> None:
    make.settled(work, mine)
    key, root = make.in_use(work, mine), root_of(work, mine)
    one = make.manager(work, here)
    brought = make.certified(work, mine, key)
    make.said(work, mine, services.certify(one, MAKER, mine, key, brought))
    services.alarm(one, mine, make.in_use(work, mine), work.now, "U盾丢失了")

    services.make_lists(work, MAKER)

    # The same key under the house's certificate is; under the other's it is theirs.
    assert len(serials(work, root)) == 1


def test_the_lists_of_documents_go_into_files_that_shall_last(
    work: Work, mine: Owner
) -> None:
    make.settled(work, mine)
    services.make_lists(work, MAKER)

    (body,) = queries.document_lists(work.session)

    roots = {card.kid: card for card in queries.roots(work.session)}
    assert body == queries.revoked(work.session, root_of(work, mine))
    assert roots[root_of(work, mine)].root is Root.DOCUMENT
