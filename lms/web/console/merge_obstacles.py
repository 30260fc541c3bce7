"""What stands in the way of a merge, in words, with the way to each."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from lms.kernel.ids import PersonId
from lms.merges import queries
from lms.merges.queries import MergeCard
from lms.merges.rules import DIRECTED, Obstacle
from lms.people.queries.numbers import CaseCard
from lms.reports.duplicates import Side
from lms.web import desk
from lms.web.messages import words


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go, in words."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Stands:
    """One thing that stands in the way, and where it can be dealt with."""

    words: str
    links: tuple[Link, ...]


def before_proposing(goes: Side, stays: Side) -> list[Stands]:
    """Say what stands in the way of proposing a merge, the way round included."""
    found = queries.obstacles(
        desk.reading(), desk.association(), goes.person_id, stays.person_id
    )
    titles = {
        goes.person_id: _("打开并走的账号的档案"),
        stays.person_id: _("打开保留的账号的档案"),
    }
    told = _told(found, (goes, stays), titles)
    turned = Link(
        _("两个对调"),
        url_for(
            "console_merges.new", person_id=stays.person_id, stays_id=goes.person_id
        ),
    )
    return [
        Stands(one.words, (turned, *one.links)) if card.code in DIRECTED else one
        for one, card in zip(told, found, strict=True)
    ]


def before_giving(card: CaseCard, holder: Side, asker: Side) -> list[Stands]:
    """Say what stands in the way of giving a number to who asked."""
    found = queries.against_number(
        desk.reading(), card.holder_id, card.person_id, desk.today()
    )
    return _told(found, (holder, asker), _of_number(holder, asker))


def before_deciding(card: MergeCard, goes: Side, stays: Side) -> list[Stands]:
    """Say what stands in the way of agreeing to a proposal now."""
    session, here = desk.reading(), desk.association()
    if not card.merges:
        found = queries.against_number(session, card.goes, card.stays, desk.today())
        return _told(found, (goes, stays), _of_number(goes, stays))
    titles = {
        goes.person_id: _("打开并走的账号的档案"),
        stays.person_id: _("打开保留的账号的档案"),
    }
    found = queries.obstacles(
        session, here, card.goes, card.stays, but=card.question.id
    )
    return _told(found, (goes, stays), titles)


def _of_number(holder: Side, asker: Side) -> dict[PersonId, str]:
    return {
        holder.person_id: _("打开现在使用号码的账号的档案"),
        asker.person_id: _("打开申请人的档案"),
    }


def _told(
    found: Sequence[Obstacle], sides: tuple[Side, Side], titles: dict[PersonId, str]
) -> list[Stands]:
    known = {one.person_id for one in sides if one.known_here}
    return [
        Stands(_words(one), (*_things(one), *_records(one, known, titles)))
        for one in found
    ]


def _words(one: Obstacle) -> str:
    said = str(words(one.code, {}))
    if not one.numbers:
        return said
    numbers = "、".join(one.numbers)
    return str(_("%(said)s申请编号：%(numbers)s。", said=said, numbers=numbers))


def _things(one: Obstacle) -> tuple[Link, ...]:
    """Lead to the matters themselves, where they are this desk's."""
    if one.code == "merge.open_claims":
        return tuple(
            Link(_("打开学员申请"), url_for("console_claims.show", claim_id=key))
            for key in one.things
        )
    if one.code == "merge.open":
        return tuple(
            Link(_("打开提议"), url_for("console_merges.show", merge_id=key))
            for key in one.things
        )
    if one.code == "merge.open_corrections":
        return (Link(_("打开更正与照片"), url_for("console_people.corrections")),)
    return ()


def _records(
    one: Obstacle, known: set[PersonId], titles: dict[PersonId, str]
) -> tuple[Link, ...]:
    return tuple(
        Link(titles[who], url_for("console_people.record", person_id=who))
        for who in one.persons
        if who in known
    )
