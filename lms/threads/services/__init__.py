"""Write to an association, answer, pass on, close; set limits and templates."""

from lms.threads.services.answering import (
    Reply,
    answer,
    close,
    hand,
    look,
    note,
    reply_meanwhile,
    take,
)
from lms.threads.services.asking import (
    Opening,
    begin,
    end,
    pass_on,
    say_helped,
    see,
    write,
)
from lms.threads.services.keeping import close_silent, drop_old, forget
from lms.threads.services.outside import send_out
from lms.threads.services.settings import drop_template, save_template, set_limit
from lms.threads.services.words import Said

__all__ = [
    "Opening",
    "Reply",
    "Said",
    "answer",
    "begin",
    "close",
    "close_silent",
    "drop_old",
    "drop_template",
    "end",
    "forget",
    "hand",
    "look",
    "note",
    "pass_on",
    "reply_meanwhile",
    "save_template",
    "say_helped",
    "see",
    "send_out",
    "set_limit",
    "take",
    "write",
]
