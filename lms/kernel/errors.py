"""What can go wrong, by meaning. The web floor turns these into pages."""


class LmsError(Exception):
    """A failure that the caller can understand. Carries a stable code."""

    def __init__(
        self, code: str, *, reasons: tuple[str, ...] = (), **facts: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.reasons = reasons
        self.facts = facts


class NotFound(LmsError):
    """The thing is not there, or not there for this actor."""


class Forbidden(LmsError):
    """The actor may not do this, whatever the facts."""


class Refused(LmsError):
    """A rule says no to these facts; `reasons` lists every one."""


class Conflict(LmsError):
    """The world moved on: a duplicate, or a stale version."""


class Unavailable(LmsError):
    """Something outside the house did not answer."""
