"""Where invitations go: sealed while they wait, forgotten with the answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select

from lms.accounts.queries import reaching
from lms.accounts.rules import Identifier, IdentifierKind, identifier
from lms.kernel import pii
from lms.kernel.ids import AccountId
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.notify.rules import Channel, Letter
from lms.people.models import LinkAddress

_SOME = 500


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who invites, and where one answers: a company's name and this house's host.

    `again` tells a further telling of the same invitation from the first.
    """

    company: str
    site: str
    again: str = ""


def keep_addresses(work: Work, places: Mapping[UUID, Identifier]) -> None:
    """Seal where each of these links is to be told."""
    rows = []
    for link_id, place in places.items():
        key = pii.new_key()
        rows.append(
            {
                "link_id": link_id,
                "wrapped": pii.wrap(key, _place(link_id)),
                "sealed": pii.seal(key, place.value, _place(link_id)),
                "kept_at": work.now,
            }
        )
    if rows:
        work.session.execute(insert(LinkAddress), rows)


def forget_address(work: Work, link_id: UUID) -> None:
    """Forget where an invitation went: it has its answer."""
    work.session.execute(delete(LinkAddress).where(LinkAddress.link_id == link_id))


def tell(work: Work, links: Mapping[UUID, bytes], by: Inviter) -> int:
    """Owe the words of invitations; say how many are told.

    Who has an account hears by its contact; whoever has none, at the address that the
    company gave. `links` are links with their blind index.
    """
    accounts = reaching.accounts_at(work.session, [*links.values()])
    strangers = [one for one, index in links.items() if index not in accounts]
    places = dict(_opened(work, strangers))
    letters = [
        letter
        for link_id, index in links.items()
        if (letter := _letter(link_id, accounts.get(index), places, by))
    ]
    return notify.owe_new(work, letters)


def _letter(
    link_id: UUID,
    account: AccountId | None,
    places: Mapping[UUID, Identifier],
    by: Inviter,
) -> Letter | None:
    dedupe = f"link:{link_id}{by.again}"
    if account is not None:
        return Letter(
            Channel.CONTACT,
            "link_invited",
            to_account=account,
            facts={"company": by.company},
            dedupe=dedupe,
        )
    place = places.get(link_id)
    if place is None:
        return None
    phone = place.kind is IdentifierKind.PHONE
    return Letter(
        Channel.SMS if phone else Channel.MAIL,
        "link_invited_new",
        address=place.value,
        facts={"company": by.company, "site": by.site},
        dedupe=dedupe,
    )


def _opened(work: Work, link_ids: Sequence[UUID]) -> Iterator[tuple[UUID, Identifier]]:
    for start in range(0, len(link_ids), _SOME):
        some = link_ids[start : start + _SOME]
        for row in work.session.execute(
            select(LinkAddress.link_id, LinkAddress.wrapped, LinkAddress.sealed).where(
                LinkAddress.link_id.in_(some)
            )
        ):
            place = _place(row.link_id)
            opened = pii.unseal(pii.unwrap(row.wrapped, place), row.sealed, place)
            found = identifier(opened.decode())
            if found is not None:
                yield row.link_id, found


def _place(link_id: UUID) -> str:
    return f"link_addresses|sealed|{link_id}"
