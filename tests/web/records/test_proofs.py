"""Certificates that a person names (rule 88), as the page and the law take them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import pytest
from sqlalchemy import Table, select

from lms.credentials.models import Certificate, CertificateStanding
from lms.credentials.rules import State, number
from lms.kernel.db import db
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.people import queries as people
from lms.policy.assessment import assess
from lms.policy.certificates import Proof
from lms.policy.model import Province, Specialty
from lms.registration.queries import eligibility
from lms.registration.queries.proofs import proofs
from lms.registration.services import proving
from tests.conftest import Browser
from tests.make import people as make_people
from tests.registration.ground import TODAY, graduated

ENDS = date(2027, 1, 9)


def named(work: Work, row: Certificate, serial: int) -> str:
    twin = new_id()
    given = number("BTJX", 2026, serial)
    table = cast("Table", Certificate.__table__)
    clone = {c.name: getattr(row, c.name) for c in table.columns}
    clone |= {
        "id": twin,
        "number": given,
        "token": twin.hex[:26],
        "file_sha256": twin.bytes * 2,
        "serial": serial,
    }
    work.session.execute(table.insert().values(clone))
    work.session.add(
        CertificateStanding(
            certificate_id=twin,
            person_id=row.person_id,
            specialty=row.specialty,
            period_from=date(2000, 1, 1),
            state=State.VALID,
            superseded_by=None,
            changed_at=work.now,
        )
    )
    work.session.flush()
    return given


def reasons(work: Work, made: make_people.Made) -> list[str]:
    (asked,) = eligibility.renewal_requests(work.session, made.person_id, on=TODAY)
    return [each.code for each in assess(asked).reasons]


def test_88_what_the_book_knows_of_another_blocks_until_it_is_taken_back(
    work: Work,
) -> None:
    mine = graduated(work, ENDS, province=Province.SICHUAN, name="张建国")
    theirs = graduated(work, ENDS, province=Province.SICHUAN, name="李秀英")
    row = work.session.scalars(
        select(Certificate).where(Certificate.person_id == theirs.person_id)
    ).one()
    typed = named(work, row, 7)
    assert reasons(work, mine) == []

    found = proving.offer(work, mine.person_id, f" {typed} ", Specialty.BUILDING)

    assert found is Proof.MISMATCH
    assert reasons(work, mine) == ["certificate.mismatch"]
    (card,) = proofs(work.session, mine.person_id)
    proving.withdraw(work, mine.person_id, card.id)
    assert reasons(work, mine) == []


def test_88_ones_own_in_another_specialty_is_a_mismatch_and_in_its_own_is_none(
    work: Work,
) -> None:
    mine = graduated(work, ENDS, province=Province.SICHUAN)
    row = work.session.scalars(
        select(Certificate).where(Certificate.person_id == mine.person_id)
    ).one()
    typed = named(work, row, 8)

    assert proving.offer(work, mine.person_id, typed, Specialty.WATER) is Proof.MISMATCH
    assert proving.offer(work, mine.person_id, typed, Specialty.BUILDING) is Proof.VALID
    assert people.name(work.session, mine.person_id) == mine.name


def test_88_what_the_book_does_not_know_counts_nothing_and_blocks_nothing(
    work: Work,
) -> None:
    mine = graduated(work, ENDS, province=Province.SICHUAN)

    found = proving.offer(work, mine.person_id, "京2026-000123", Specialty.WATER)

    assert found is Proof.UNVERIFIED
    assert reasons(work, mine) == []


def test_offering_twice_is_offering_once(work: Work) -> None:
    mine = graduated(work, ENDS)
    for _ in range(3):
        proving.offer(work, mine.person_id, "京2026-000123", Specialty.WATER)

    assert len(proofs(work.session, mine.person_id)) == 1


@pytest.mark.parametrize("typed", ["", "   ", "12", "x" * 61, "a\x00bcd"])
def test_what_is_no_number_is_refused(work: Work, typed: str) -> None:
    mine = graduated(work, ENDS)

    with pytest.raises(Refused, match=r"proof\.number"):
        proving.offer(work, mine.person_id, typed, Specialty.WATER)


def test_nobody_takes_back_anothers(work: Work) -> None:
    mine, other = graduated(work, ENDS), graduated(work, ENDS)
    proving.offer(work, mine.person_id, "京2026-000123", Specialty.WATER)
    (card,) = proofs(work.session, mine.person_id)

    with pytest.raises(NotFound, match=r"proof\.unknown"):
        proving.withdraw(work, other.person_id, card.id)


def test_more_than_ten_are_not_compared(work: Work) -> None:
    mine = graduated(work, ENDS)
    for n in range(10):
        proving.offer(work, mine.person_id, f"京2026-{n:06d}", Specialty.WATER)

    with pytest.raises(Refused, match=r"proof\.too_many"):
        proving.offer(work, mine.person_id, "京2026-999999", Specialty.WATER)


def test_the_page_compares_and_says_what_to_do(
    begin: Callable[..., Any], browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        mine = graduated(work, ENDS)
    browser = browser_of(mine.account_id)

    sent = browser.post(
        "/learn/renewal/proofs", {"number": "京2026-000123", "specialty": "water"}
    )
    page = browser.get("/learn/renewal").text

    assert sent.status_code == 303
    assert "京2026-000123" in page
    assert "证书库中没有，核实前计 0 学时" in page
    assert "申请外部学时认定" in page
    bad = browser.post("/learn/renewal/proofs", {"number": "x", "specialty": "water"})
    assert bad.status_code == 422
    assert "证书编号为 4 至 60 个字符" in bad.text
    (card,) = proofs(db.session(), mine.person_id)
    db.session.remove()
    browser.post(f"/learn/renewal/proofs/{card.id}/withdraw")
    assert "京2026-000123" not in browser.get("/learn/renewal").text
