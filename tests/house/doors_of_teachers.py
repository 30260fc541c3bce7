"""Who may come in at the doors of the register of teachers; a part of the table."""

from __future__ import annotations

ENTERS = {
    "console_teacher_papers.add", "console_teacher_papers.look",
    "console_teacher_papers.remove", "console_teachers.create",
    "console_teachers.discard", "console_teachers.edit", "console_teachers.index",
    "console_teachers.new", "console_teachers.save", "console_teachers.search",
    "console_teachers.show", "console_teachers.submit", "console_teachers.take_back",
}  # fmt: skip
"""Authors, clerks and managers enter teachers."""

DESK = {
    "console_teacher_papers.consent", "console_teacher_papers.look_consent",
    "console_teacher_papers.reveal", "console_teacher_papers.withdraw",
    "console_teachers.decide", "console_teachers.export", "console_teachers.retire",
    "console_teachers.revive", "console_teaching.meeting",
    "console_teaching.save_meeting",
}  # fmt: skip
"""Clerks and managers check, and write consents down; two persons by the services."""

SECOND = {"console_teacher_papers.copy", "console_terms.teachers"}
"""Managers."""

DRAFTING = {"console_teaching.course", "console_teaching.save_course"}
"""Authors say who teaches a draft."""
