"""Batches of certificates as a clerk meets them: who is in one, and how one is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from lms.credentials.models import Certificate
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId
from tests.conftest import Browser
from tests.make import batches as make
from tests.make import credentials as people

Begin = Callable[..., Any]
HERE = "/console/certificates/batches"


def graduates(begin: Begin, association: AssociationId, count: int) -> list[PersonId]:
    with begin() as work:
        return make.graduates(work, association, count)


def lacking(begin: Begin, association: AssociationId, serial: int = 50) -> PersonId:
    with begin() as work:
        person = people.constructor(work, serial=serial, name=make.called(serial))
        people.credit(work, person, association, elective=0)
    return person


def chosen(clerk: Browser, **fields: str) -> str:
    """Choose; give the page of the batch that was made."""
    answer = clerk.post(HERE, fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def issued() -> int:
    found = db.session.scalar(select(func.count()).select_from(Certificate)) or 0
    db.session.remove()
    return found
