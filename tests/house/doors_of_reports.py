"""Who may come in at reports, exports and old records; a part of the table."""

from __future__ import annotations

DESK = {
    "console_companies.export",
    "console_cohorts.export", "console_cohorts.index", "console_cohorts.people",
    "console_exports.cancel", "console_exports.fetch", "console_exports.index",
    "console_exports.show", "console_exports.tell", "console_legacy.ask",
    "console_legacy.drop", "console_legacy.index", "console_legacy.remap",
    "console_legacy.report", "console_legacy.send", "console_legacy.show",
    "console_legacy_records.decide", "console_legacy_records.export",
    "console_legacy_records.index", "console_legacy_records.show",
    "console_province.ask", "console_province.index", "console_today.export",
    "console_today.index", "console_today.listed", "console_trends.export",
    "console_trends.index",
    "console_batches.export", "console_batch_files.export", "console_exams.export",
    "console_offers.export",
    "console_person_tables.corrections", "console_person_tables.pairs",
}  # fmt: skip
"""Clerks and managers; who took a file away is known by name."""

SECOND = {
    "console_exports.decide", "console_legacy.decide", "console_setup.face",
    "console_setup.index", "console_setup.logo", "console_setup.save",
}  # fmt: skip
"""Managers: the second person of a file or an export; how a house shows itself."""

SECOND |= {
    "console_packages.export", "console_person_tables.proposals",
    "console_staff.export",
    "console_staff.change", "console_staff.decide", "console_staff.end",
    "console_staff.index", "console_staff.invite", "console_staff.show",
    "console_terms.account", "console_terms.decide", "console_terms.index",
    "console_terms.study", "console_terms.withdraw",
    "console_legacy_back.ask", "console_legacy_back.decide",
    "console_legacy_back.recall", "console_legacy_back.show",
    "console_domain.ask", "console_domain.decide", "console_domain.index",
    "console_domain.withdraw", "console_staff.uninvite", "console_staff.withdraw",
}  # fmt: skip
"""Row 44: who works for an association, as two of its managers say."""

INVITED = {"account.join", "account.take_up"}
"""Who has the link of an invitation has its address."""
