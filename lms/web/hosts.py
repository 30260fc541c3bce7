"""Under which host a visitor came: the house's own, or an association's domain.

No other host is answered. Links in messages and certificates are written with the
house's own address alone, whatever a visitor named.
"""

from collections.abc import Collection, Iterator

from flask import Flask, g, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from lms.catalogue.queries import domains, faces
from lms.catalogue.queries.faces import FaceCard
from lms.kernel.work import glance
from lms.web import desk


class KnownHosts(Collection[str]):
    """The hosts that are answered: `own` first, so that they cost nothing to find.

    The rest is asked of the database each time, so that a domain that was closed is a
    stranger's with the next request.
    """

    def __init__(self, app: Flask, own: list[str]) -> None:
        self._app = app
        self.own = tuple(own)

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        yield from self._opened()

    def __contains__(self, host: object) -> bool:
        return any(host == one for one in self)

    def __len__(self) -> int:
        return len(self.own)

    def _opened(self) -> tuple[str, ...]:
        """Ask which domains lead here; none, while the database is away."""
        try:
            with self._app.app_context(), glance() as connection:
                return domains.open_hosts(connection)
        except SQLAlchemyError:
            return ()


def name() -> str:
    """Give the host that the visitor named, without a port; it was checked before."""
    host = request.host
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


def by_own() -> bool:
    """Tell whether the visitor came by the house's own host."""
    return name() in desk.settings().hosts


def face() -> FaceCard | None:
    """Give the front page of the association whose domain the visitor came by."""
    if not has_request_context():
        return None
    if "host_face" not in g:
        g.host_face = None if by_own() else _face()
    found: FaceCard | None = g.host_face
    return found


def _face() -> FaceCard | None:
    session = desk.reading()
    house = domains.house_at(session, name())
    own = faces.face(session, house) if house else None
    return own if own and own.face.shown else None


def origin() -> str:
    """Give the origin that a visitor comes back to from the payment page."""
    settings = desk.settings()
    if by_own() and not settings.play:
        return settings.base_url
    return request.host_url.rstrip("/")
