"""Who may take a list away as a table; a part of the table of doors.

Whoever reads the list, and nobody else: the tables of this file stand beside pages of
the same roles.
"""

from __future__ import annotations

_DESK = {
    "console_batches.listed", "console_cohorts.table", "console_companies.board_export",
    "console_designs.export",
    "console_exports.export", "console_legacy.export", "console_person_tables.photos",
    "console_province.export", "console_refund_rules.export", "console_replies.export",
    "console_statements.export",
}  # fmt: skip

_MANAGER = {
    "console_classes.terms_export", "console_terms.export",
    "console_staff_tables.decisions", "console_staff_tables.invitations",
    "console_wordings.export",
}  # fmt: skip

_AUTHOR_MANAGER = {"console_bank.twins_export"}

_OF_PLANS = {"console_plans.export"}

_OUTSIDE = {"console_claims.export", "console_threads.export"}
"""A reviewer takes what a reviewer sees."""

_OPERATOR = {
    "console_office_tables.keys", "console_office_tables.notices",
    "console_office_tables.offices", "console_office_tables.seated",
}  # fmt: skip

_EMPLOYER = {
    "employer.applications_export", "employer.archive_export", "employer.buying_orders",
    "employer.buying_quotes", "employer.buying_seats", "employer.certificates_export",
    "employer.copies_export", "employer.people_export", "employer.seats_export",
}  # fmt: skip

_OFFICE = {
    "office.audits_export", "office.decided_export", "office.draws_export",
    "office.index_export", "office.notices_export",
}  # fmt: skip

_INSPECTOR = {
    "inspect.companies_export", "inspect.company_export", "inspect.index_export",
}  # fmt: skip

ROLES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_DESK, frozenset({"clerk", "manager"})),
    **dict.fromkeys(_MANAGER, frozenset({"manager"})),
    **dict.fromkeys(_AUTHOR_MANAGER, frozenset({"author", "manager"})),
    **dict.fromkeys(_OF_PLANS, frozenset({"author", "clerk", "manager"})),
    **dict.fromkeys(_OUTSIDE, frozenset({"clerk", "manager", "reviewer"})),
    **dict.fromkeys(_OPERATOR, frozenset({"operator"})),
    **dict.fromkeys(_EMPLOYER, frozenset({"employer"})),
    **dict.fromkeys(_OFFICE, frozenset({"teller", "approver"})),
    **dict.fromkeys(_INSPECTOR, frozenset({"inspector"})),
    "api_keys.export": frozenset({"manager", "approver", "employer"}),
}
