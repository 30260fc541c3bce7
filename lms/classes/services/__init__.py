"""Plan sessions, take places in them, call the roll, and end them."""

from lms.classes.services.hands import Mark, ask_mark, decide_mark
from lms.classes.services.keeping import drop_traces
from lms.classes.services.line import end_lines, lapse_offers, line_up, step_out
from lms.classes.services.places import (
    choose,
    confirm,
    free_order,
    free_unowned,
    gone,
    hold,
    leave,
    lock_chosen,
    pick,
    retake,
    take,
)
from lms.classes.services.roll import Arrival, check, open_spot
from lms.classes.services.sessions import (
    Plan,
    cancel_session,
    change_session,
    close_forgotten,
    close_session,
    plan_session,
    remind,
    set_terms,
)
from lms.classes.services.teaching import set_teachers

__all__ = [
    "Arrival",
    "Mark",
    "Plan",
    "ask_mark",
    "cancel_session",
    "change_session",
    "check",
    "choose",
    "close_forgotten",
    "close_session",
    "confirm",
    "decide_mark",
    "drop_traces",
    "end_lines",
    "free_order",
    "free_unowned",
    "gone",
    "hold",
    "lapse_offers",
    "leave",
    "line_up",
    "lock_chosen",
    "open_spot",
    "pick",
    "plan_session",
    "remind",
    "retake",
    "set_teachers",
    "set_terms",
    "step_out",
    "take",
]
