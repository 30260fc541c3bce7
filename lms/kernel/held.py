"""Whether a unit of work is open here: known without a database, and at no cost."""

from contextvars import ContextVar

AT_WORK: ContextVar[bool] = ContextVar("at_work", default=False)


def at_work() -> bool:
    """Tell whether a unit of work is open here: then nobody outside is waited for."""
    return AT_WORK.get()
