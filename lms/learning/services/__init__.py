"""Enrol people, and let them earn time."""

from lms.learning.services.answers import Asked, answer_question
from lms.learning.services.attending import (
    attended,
    away_until,
    begin_class,
    come_in,
    done_lessons,
    earned_between,
    enrolment_with,
    go_out,
    hold_head,
)
from lms.learning.services.beats import Beat, record_beat
from lms.learning.services.enrolments import assign_specialty, enrol
from lms.learning.services.forgetting import drop_pictures
from lms.learning.services.leases import Ask, Device, close_silent, open_lease
from lms.learning.services.merging import Folded, at_once, restage_all, take_over
from lms.learning.services.presence import expire_checks
from lms.learning.services.replies import Reply, answer_check, say_pictures
from lms.learning.services.returning import give_again, hold, take_back

__all__ = [
    "Ask",
    "Asked",
    "Beat",
    "Device",
    "Folded",
    "Reply",
    "answer_check",
    "answer_question",
    "assign_specialty",
    "at_once",
    "attended",
    "away_until",
    "begin_class",
    "close_silent",
    "come_in",
    "done_lessons",
    "drop_pictures",
    "earned_between",
    "enrol",
    "enrolment_with",
    "expire_checks",
    "give_again",
    "go_out",
    "hold",
    "hold_head",
    "open_lease",
    "record_beat",
    "restage_all",
    "say_pictures",
    "take_back",
    "take_over",
]
