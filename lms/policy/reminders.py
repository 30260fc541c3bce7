"""When a registered person is reminded of an end. Pure."""

from datetime import date
from enum import StrEnum

from lms.policy.verdict import Window, WindowState

MARKS = (180, 90, 60, 45, 31)
"""Units: calendar days before the end, the end itself not counted."""


class Reminder(StrEnum):
    """One kind of reminder. Each is told once for each end."""

    DAYS_180 = "days_180"
    DAYS_90 = "days_90"
    DAYS_60 = "days_60"
    DAYS_45 = "days_45"
    DAYS_31 = "days_31"
    WINDOW = "window"
    LAPSED = "lapsed"


def due(window: Window, on: date) -> tuple[Reminder, ...]:
    """Name the reminders that a day has reached, told together in one message.

    Of several marks that have passed only the last is due: after days of silence one
    message is enough. An end that is over is told as such.
    """
    left = (window.ends_on - on).days
    if left < 0:
        return (Reminder.LAPSED,)
    passed = [mark for mark in MARKS if left <= mark]
    found = [Reminder(f"days_{min(passed)}")] if passed else []
    if window.opens_on is not None and window.state is WindowState.OPEN:
        found.append(Reminder.WINDOW)
    return tuple(found)
