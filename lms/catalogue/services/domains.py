"""Give an association a domain of its own, and take it away.

Two managers agree that they want it. That it is theirs, the operator proves by leading
it here: without the name server, the proxy and its certificate nothing arrives. The
house itself never fetches an address that somebody typed.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lms.approvals import queries as approval_queries
from lms.approvals import services as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState, Terms
from lms.catalogue.models import AssociationDomain
from lms.catalogue.rules.domains import host_of
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import ApprovalId, AssociationId, new_id
from lms.kernel.work import Work

MATTER = "association.domain"
"""The kind of question that two managers settle."""


def ask(
    work: Work, association_id: AssociationId, typed: str, reason: str, *, end: bool
) -> ApprovalId:
    """Propose a domain, or that one ends; another manager must agree.

    Raises: Refused for what is no domain, and for a domain that is there already, or
        is not there to be ended; Conflict while something is asked.
    """
    host = host_of(typed)
    if host is None:
        raise Refused("domain.unreadable")
    if (_row(work, association_id, host) is not None) is not end:
        raise Refused("domain.not_there" if end else "domain.there")
    open_ones = approval_queries.queue(work.session, association_id, MATTER)
    if any(one.payload["host"] == host for one in open_ones):
        raise Conflict("domain.asked")
    terms = Terms(association_id, last_role="manager")
    subject = f"association:{association_id}"
    payload: dict[str, Any] = {"host": host, "end": end}
    return approvals.ask(work, MATTER, subject, payload, reason, terms=terms)


def decide(
    work: Work,
    association_id: AssociationId,
    approval_id: UUID,
    approved: bool,  # noqa: FBT001 - the answer itself
    comment: str,
) -> ApprovalCard:
    """Say the second manager's word.

    Raises: NotFound; Conflict when it has ended; Refused for the asker.
    """
    asked = approval_queries.approval(
        work.session, approval_id, association_id=association_id
    )
    if asked.kind != MATTER:
        raise NotFound("approval.unknown")
    card = approvals.decide(
        work, approval_id, approved, comment, association_id=association_id
    )
    if card.state is ApprovalState.APPROVED:
        host = str(card.payload["host"])
        if card.payload["end"]:
            close(work, association_id, host)
        else:
            agree(work, association_id, host)
    return card


def agree(work: Work, association_id: AssociationId, host: str) -> None:
    """Write down that an association wants a domain; again changes nothing."""
    if _row(work, association_id, host) is not None:
        return
    row = AssociationDomain(
        id=new_id(), association_id=association_id, host=host, agreed_at=work.now
    )
    work.session.add(row)
    work.session.flush()
    _note(work, association_id, "domain.agreed", host=host)


def open_domain(work: Work, association_id: AssociationId, typed: str) -> str:
    """Show an association under a domain that leads here: the operator's word.

    What it was seen under before leads to it no more. Gives the domain in its one form.

    Raises: Refused for what is no domain; Conflict for one that shows another.
    """
    host = host_of(typed)
    if host is None:
        raise Refused("domain.unreadable")
    agree(work, association_id, host)
    rows = work.session.scalars(
        select(AssociationDomain)
        .where(AssociationDomain.association_id == association_id)
        .order_by(AssociationDomain.id)
        .with_for_update()
    ).all()
    try:
        with work.session.begin_nested():
            for row in rows:
                if row.host == host and row.open_host is None:
                    row.open_host, row.opened_at = host, work.now
    except IntegrityError as taken:
        raise Conflict("domain.taken") from taken
    for other in (row.host for row in rows if row.host != host):
        close(work, association_id, other)
    _note(work, association_id, "domain.opened", host=host)
    return host


def close(work: Work, association_id: AssociationId, host: str) -> None:
    """Show an association under a domain no more: from now on it is a stranger's.

    Raises: NotFound.
    """
    gone = work.session.execute(
        delete(AssociationDomain)
        .where(
            AssociationDomain.association_id == association_id,
            AssociationDomain.host == host,
        )
        .returning(AssociationDomain.id)
    ).first()
    if gone is None:
        raise NotFound("domain.unknown")
    _note(work, association_id, "domain.closed", host=host)


def _row(
    work: Work, association_id: AssociationId, host: str
) -> AssociationDomain | None:
    return work.session.scalar(
        select(AssociationDomain).where(
            AssociationDomain.association_id == association_id,
            AssociationDomain.host == host,
        )
    )


def _note(
    work: Work, association_id: AssociationId, kind: str, **facts: object
) -> None:
    """Write it into the association's own book, also where the operator did it."""
    here = replace(work.actor, association_id=association_id)
    told = replace(work, actor=here)
    evidence.note(told, f"association:{association_id}", kind, **facts)
