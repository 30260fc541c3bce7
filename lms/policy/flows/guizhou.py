"""Not written yet: the whole country's way."""

from lms.policy.flow import Closure, Flow, NotOffered

FLOWS: tuple[Flow, ...] = ()
NOT_OFFERED: tuple[NotOffered, ...] = ()
CLOSURES: tuple[Closure, ...] = ()
