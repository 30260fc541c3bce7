"""A proof becomes a certificate only with the number and the facts that it says."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest

from lms.credentials import queries
from lms.credentials.rules import read_number
from lms.credentials.services.gathering import Entry, Gathered, gather
from lms.credentials.services.proofs import Proofs
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.make import credentials as make


@pytest.fixture
def one(work: Work) -> Gathered:
    """What the certificate of somebody says who has earned it."""
    there = make.association(work)
    who = make.graduate(work, there)
    on = legal_day(work.now)
    standing = queries.standing(work.session, who, Specialty.BUILDING, on)
    (found,) = gather(work.session, work.now, [Entry(who, there, standing)], make.PLAIN)
    assert isinstance(found, Gathered)
    return found


def proofs(work: Work, one: Gathered) -> Proofs:
    return Proofs(make.PLAIN, one.issuer.association_id, work.session, work.now)


def test_a_proof_with_the_right_number_is_not_printed_again(
    work: Work, one: Gathered
) -> None:
    made = proofs(work, one)
    made.prepare([one], 7)

    proof = made.of(one, 7)

    assert made.of(one, 7) is proof
    assert read_number(proof.facts.number) == proof.facts.number
    assert proof.facts.number.encode() in proof.printed.pdf


@pytest.mark.parametrize("changed", ["number", "facts", "photo", "key"])
def test_a_proof_that_says_something_else_is_printed_again(
    work: Work, one: Gathered, changed: str
) -> None:
    made = proofs(work, one)
    made.prepare([one], 7)
    before, now = made.of(one, 7), one
    if changed == "facts":
        now = replace(one, facts=replace(one.facts, employer="另一家公司"))
    if changed == "photo":
        now = replace(one, photo=one.photo + b"0")
    if changed == "key":
        now = replace(one, data_key=bytes(32))

    after = made.of(now, 8 if changed == "number" else 7)

    assert after is not before
    assert after.facts.token != before.facts.token
    assert after.facts.employer == now.facts.employer
    assert after.facts.number.encode() in after.printed.pdf
    assert (after.facts.number != before.facts.number) is (changed == "number")


def test_a_name_without_a_glyph_is_told_of_before_anything_is_printed(
    work: Work, one: Gathered
) -> None:
    who = make.graduate(work, one.issuer.association_id, name="王𱁬", serial=2)
    on = legal_day(work.now)
    standing = queries.standing(work.session, who, Specialty.BUILDING, on)

    entry = Entry(who, one.issuer.association_id, standing)
    (found,) = gather(work.session, work.now, [entry], make.PLAIN)

    assert isinstance(found, Refused)
    assert found.facts == {"characters": "𱁬"}


def test_proofs_are_gone_with_their_last_use_and_wait_for_no_collector(
    work: Work, one: Gathered
) -> None:
    """Each is a few hundred kilobytes: ten thousand in rings would fill a machine."""
    gc.collect()
    gc.disable()
    try:
        made = proofs(work, one)
        made.prepare([one], 7)
        made.hold_keys(work)
        left = weakref.ref(made)
        del made
        assert left() is None
    finally:
        gc.enable()
