"""Who may come in at the doors of classes; a part of the table."""

from __future__ import annotations

DESK = {
    "console_class_roll.decide", "console_class_roll.export", "console_class_roll.mark",
    "console_class_roll.screen", "console_class_roll.spot", "console_classes.cancel",
    "console_classes.close", "console_classes.create", "console_classes.edit",
    "console_classes.export", "console_classes.index", "console_classes.new",
    "console_classes.save", "console_classes.show",
}  # fmt: skip
"""Clerks and managers; two persons for a mark by hand, by the services."""

RULES = {"console_classes.set_terms", "console_classes.terms"}
"""Managers: how classes are held."""

OWN = {
    "classes.arrive", "classes.calendar", "classes.check", "classes.choose",
    "classes.leave", "classes.show", "classes.step_out", "classes.wait",
}  # fmt: skip
"""A constructor's own place in a class."""

SCAN = {"classes.scanned"}
"""Anybody: a telephone read the code in the room; who holds it says so afterwards."""
