"""Who may come in where: the permission matrix, endpoint by endpoint.

Reviewed by hand against the roles' duties; not computed from the decorators. A new
endpoint must be entered here first, or the tests fail.
"""

from __future__ import annotations

from tests.house import doors_apart, doors_of_tables

ANYBODY = {
    "account.finish_sign_in_code", "account.finish_sign_up", "account.forgot",
    "account.privacy", "account.reset", "account.reset_start",
    "account.send_reset_code", "account.send_sign_in_code",
    "account.send_sign_up_code", "account.sign_in", "account.sign_in_code",
    "account.sign_out", "account.sign_up", "account.try_sign_in", "assess.index",
    "assess.judge", "courses.cover", "courses.index",
    "portal.colours", "portal.home", "portal.logo", "courses.package", "courses.show",
    "demo.outbox", "demo.outbox_json", "house.language", "keys.index", "leave.ask",
    "public.about", "public.home", "register.index",
    "lists.contacts", "lists.index", "lists.object_to", "lists.pdf", "lists.show",
    "offline.index", "static", "transparency.checkpoints", "transparency.index",
    "shared.file", "shared.picture", "shared.show",
    "verify.by_file", "verify.by_number", "verify.code", "verify.index",
    "verify.picture",
}  # fmt: skip
"""Public, by name. A page that is not here is not public."""

COOKIELESS = {
    "api.assessments", "api.working_days", "checks.verify", "did.house",
    "did.issuer", "did.status",
    "offline.manifest", "offline.worker",
    "house.csp_reports", "house.healthz",
    "house.metrics", "house.readyz", "keys.crl", "keys.listed", "keys.pem",
    "keys.root", "leave.done",
    "shared.read", "transparency.checkpoint",
    "transparency.consistency", "transparency.inclusion", "transparency.key",
    "transparency.tile", "webhooks.alipay", "webhooks.stripe", "webhooks.wechat",
}  # fmt: skip
"""No cookie counts here, so that CSRF cannot matter."""

HALF = {
    "account.begin_enrol", "account.confirm_enrol", "account.enrol", "account.factor",
    "account.prove_factor",
}  # fmt: skip
"""All that is open between password and second factor."""

SIGNED_IN = {
    "account.change_factor", "account.change_password", "account.close",
    "account.close_for_good", "account.contact", "account.download_own_data",
    "account.own_data", "account.end_other_sessions",
    "account.end_session", "account.factor_settings", "account.finish_contact",
    "account.password", "account.send_contact_code", "account.settings",
    "account.withdraw_sensitive", "notices.archive", "notices.choices",
    "notices.choose", "notices.index", "notices.read", "notices.read_all",
    "notices.sent", "notices.show", "pieces.piece",
}  # fmt: skip
"""One's own account, whoever one is."""

LEARNER = {
    "applications.answer", "applications.audit", "applications.audit_hand",
    "applications.audit_say",
    "applications.commitment", "applications.confirm_scan",
    "applications.hand_on", "applications.identity", "applications.identity_check",
    "applications.identity_code", "applications.index", "applications.letter",
    "applications.new", "applications.send_back",
    "applications.scanned", "applications.show", "applications.sign",
    "applications.start", "applications.withdraw",
    "certificates.claim", "certificates.download", "certificates.index",
    "certificates.show", "claims.appeal", "claims.index", "claims.new",
    "claims.paper", "claims.put", "claims.record", "claims.show", "claims.withdraw",
    "dossier.form", "dossier.hand_in", "dossier.index", "dossier.merge",
    "dossier.paper", "dossier.use_stored", "dossier.withdraw",
    "employer.open_account", "employer.open_save",
    "exams.answers", "exams.hand_in", "exams.index", "exams.intro", "exams.paper",
    "exams.start", "exams.submit", "learn.home", "learn.hours", "learn.postings",
    "legacy.claim", "legacy.index",
    "licences.answer", "licences.copy", "licences.copy_file", "licences.data",
    "licences.download", "licences.record", "licences.show",
    "learn.verify", "me.correction", "me.correction_send", "me.correction_withdraw",
    "me.employer", "me.employer_save", "me.identity", "me.identity_save", "me.photo",
    "me.photo_draft_file", "me.photo_file", "me.photo_review", "me.photo_save",
    "me.profile", "me.qualification", "me.qualification_remove",
    "me.qualification_save", "me.registration", "me.registration_save", "me.signature",
    "me.signature_file", "me.signature_save", "own_archive.drop", "own_archive.file",
    "own_archive.index", "own_archive.keep", "own_archive.pack", "unit.accept",
    "unit.ask", "unit.index", "unit.leave", "unit.quiet", "unit.refuse",
    "renewal.mine", "renewal.offer", "renewal.withdraw",
    "present.show", "shop.add", "shop.cancel",
    "shop.cart", "shop.check", "shop.checkout", "shop.order", "shop.orders", "shop.pay",
    "shop.place", "shop.remove", "shop.transferred", "study.answers", "study.beat",
    "study.camera", "study.camera_save", "study.captions", "study.check",
    "study.check_picture", "study.course", "study.lease", "study.lesson", "study.media",
    "study.pieces_of", "study.specialty", "study.stream", "study.thumbnails",
    "wallet.allow", "wallet.link", "wallet.pack", "wallet.sharing",
    "wallet.unlink", "wallet.withdraw",
}  # fmt: skip
"""A constructor's own things; staff have no such record (rows 6, 7, 18, 28, 32).

An employer's agent is no staff: whoever is none may be a learner too.
"""

AUTHOR = {
    "console_beside.ask", "console_beside.captions", "console_beside.index",
    "console_beside.remove", "console_beside.rewrite", "console_films.begin",
    "console_films.drop", "console_films.part", "console_films.retry",
    "console_films.send", "console_films.whole",
    "console_documents.drop", "console_documents.retry", "console_documents.send",
    "console_courses.arrange", "console_courses.preview", "console_bundles.bring",
    "console_bundles.index",
    "console_courses.add_chapter", "console_courses.create", "console_courses.facts",
    "console_courses.move_chapter", "console_courses.new",
    "console_courses.new_version", "console_courses.remove_chapter",
    "console_courses.rename_chapter", "console_courses.save_facts",
    "console_courses.submit", "console_covers.remove", "console_covers.save",
    "console_bank.create", "console_bank.edit", "console_bank.new",
    "console_bank.restore", "console_bank.retire", "console_bank.save",
    "console_bank.settle", "console_bank_files.commit", "console_bank_files.drop",
    "console_bank_files.index", "console_bank_files.send", "console_bank_files.show",
    "console_bank_files.template",
    "console_lessons.create", "console_lessons.edit", "console_lessons.move",
    "console_lessons.new", "console_lessons.remove", "console_lessons.save",
} | doors_apart.DRAFTING  # fmt: skip
"""Rows 25 to 27: authors draft and keep the bank."""

MANAGER = {
    "console_courses.publish", "console_courses.send_back", "console_courses.withdraw",
    "console_designs.publish",
    "console_deeds.export", "console_deeds.index",
    "console_packages.create", "console_packages.edit", "console_packages.index",
    "console_packages.new", "console_packages.save", "console_packages.turn",
    "console_plans.decide",
    "console_refunds.decide",
}  # fmt: skip
"""Row 26: managers publish."""

AUTHOR_MANAGER = {
    "console_courses.edit", "console_courses.export", "console_courses.index",
    "console_analysis.export",
    "console_analysis.index", "console_analysis.question", "console_bank.index",
    "console_bank.show", "console_bank.twins", "console_bank_files.export",
    "console_films.panel", "console_films.pieces_of", "console_films.stream",
    "console_films.thumbnails", "console_documents.panel", "console_bundles.take",
    "console_lessons.captions", "console_lessons.film", "console_lessons.look",
}  # fmt: skip

OF_PLANS = {"console_plans.index", "console_plans.show"} | doors_apart.ENTERS
"""Plans for papers, and teachers: put by authors and clerks, too."""

AUTHOR_CLERK = {
    "console_plans.new", "console_plans.propose", "console_plans.withdraw",
}  # fmt: skip

OF_APPEALS = {
    "console_claims.decide", "console_claims.index", "console_claims.look",
    "console_claims.show",
}  # fmt: skip
"""The desk's claims; a reviewer sees the appeals among them."""

CLERK_MANAGER = {
    "console_batch_files.ask", "console_batch_files.fetch", "console_batch_files.pack",
    "console_batch_files.papers", "console_batch_files.printed",
    "console_batches.create", "console_batches.drop", "console_batches.index",
    "console_batches.lines", "console_batches.new", "console_batches.show",
    "console_batches.start", "console_batches.stop", "console_batches.tell",
    "console_certificates.export", "console_certificates.index",
    "console_claims.new", "console_claims.put",
    "console_claims.withdraw", "console_designs.draft", "console_designs.drawn",
    "console_designs.drop", "console_designs.index", "console_designs.logo",
    "console_designs.preview", "console_designs.remove_logo", "console_designs.save",
    "console_designs.take_up", "console_exams.index",
    "console_orders.export", "console_orders.index",
    "console_orders.order", "console_orders.propose", "console_orders.second",
    "console_orders.withdraw", "console_people.correction",
    "console_people.correction_decide", "console_people.correction_open",
    "console_people.corrections", "console_people.export", "console_people.index",
    "console_people.photo", "console_people.photo_look", "console_people.record",
    "console_people.reveal",
    "console_people.search", "console_refunds.ask", "console_refunds.returned",
}  # fmt: skip
"""Rows 8 to 11, 19, 21, 31, 33, 35 and 36: the desk, within its own association."""

CLERK_MANAGER |= {
    "console_books.export", "console_books.index", "console_books.settle",
    "console_invoice_layout.edit", "console_invoice_layout.save",
    "console_invoices.decline", "console_invoices.export", "console_invoices.file",
    "console_invoices.hand_over", "console_invoices.handover",
    "console_invoices.index", "console_invoices.issued", "console_invoices.show",
    "console_invoices.take_back", "console_invoices.upload",
    "console_line_returns.ask_return", "console_line_returns.keep",
    "console_line_returns.note_return", "console_line_returns.set_aside",
    "console_lines.assign", "console_lines.confirm", "console_lines.confirm_many",
    "console_lines.export", "console_lines.index", "console_lines.rematch",
    "console_lines.show", "console_lines.withdraw", "console_reds.ask",
    "console_reds.done", "console_reds.wish", "console_revenue.export",
    "console_revenue.index", "console_statements.drop", "console_statements.index",
    "console_statements.remap", "console_statements.sample",
    "console_statements.send", "console_statements.show", "console_statements.take",
}  # fmt: skip
"""Rows 21 and 23: statements, invoices and the books; two persons by the services."""

MANAGER |= {"console_line_returns.decide_return", "console_reds.decide"}
"""The second person of a return and of a red entry."""

CLERK_MANAGER |= {
    "console_members.add", "console_members.bring", "console_members.export",
    "console_members.index", "console_members.remove", "console_offers.codes",
    "console_offers.index", "console_offers.make_coupon", "console_offers.make_price",
    "console_offers.make_tier", "console_refund_rules.index",
    "console_refund_rules.make", "console_refunds.decline",
}  # fmt: skip
"""Row 24: what is cheaper, and what goes back; two persons by the services."""

MANAGER |= {
    "console_offers.decide_coupon", "console_offers.decide_deal",
    "console_offers.stop_coupon", "console_offers.stop_deal",
}  # fmt: skip
"""The second person of a coupon and of a rule."""

CLERK_MANAGER |= doors_apart.DESK
MANAGER |= doors_apart.SECOND
LEARNER |= doors_apart.OWN
ANYBODY |= doors_apart.ANYBODY

LEARNER |= {"shop.coupon", "shop.wish_refund", "shop.withdraw_wish"}
"""A code that a buyer types."""

LEARNER |= {
    "invoices.ask", "invoices.file", "invoices.index", "invoices.new",
    "invoices.retitle", "invoices.show", "invoices.wish", "invoices.withdraw",
}  # fmt: skip
"""Row 23: a buyer's own invoices."""

CLERK_MANAGER |= {
    "console_companies.index", "console_companies.quote_make",
    "console_companies.quote_new", "console_companies.quote_pdf",
    "console_companies.quote_withdraw", "console_companies.show",
    "console_company.seats",
}  # fmt: skip
"""Rows 15, 16 and 19: companies that deal with the association, people masked."""

CLERK = {
    "console_company.roster", "console_company.roster_drop",
    "console_company.roster_model", "console_company.roster_report",
    "console_company.roster_send", "console_company.roster_show",
    "console_company.roster_take", "console_company.seat_free",
    "console_company.seat_move", "console_company.seats_assign",
}  # fmt: skip
"""Rows 17 and 20: what a clerk does for a company at the counter."""

MANAGER |= {"console_companies.link_end"}
"""Row 15: a manager parts a person and a company for cause."""

INSPECTOR = {
    "inspect.companies", "inspect.company",
    "inspect.decide", "inspect.film", "inspect.find", "inspect.findings",
    "inspect.index", "inspect.open_record", "inspect.open_review", "inspect.pack",
    "inspect.proof",
    "inspect.reveal", "inspect.revealed", "inspect.search", "inspect.signs",
}  # fmt: skip
"""Rows 9, 11, 16, 19, 29, 40 and 43: the associations assigned, and own comments."""

OF_KEYS = {
    "console_keys.alarm", "console_keys.bring", "console_keys.certify",
    "console_keys.csr", "console_keys.decide", "console_keys.generate",
    "console_keys.index", "console_keys.new", "console_keys.one", "console_keys.show",
    "console_keys.withdraw",
}  # fmt: skip
"""Keys: two managers for their association, two operators for an authority (row 47)."""

OPERATOR = {
    "console_calendar.index", "console_calendar.load", "console_calendar.preview",
    "console_trust.decide", "console_trust.look", "console_trust.renew",
    "console_trust.roots", "console_trust.vouch", "console_trust.withdraw",
}  # fmt: skip
"""The platform's own hand: what all associations share."""

EMPLOYER = {
    "employer.board", "employer.board_export", "employer.buying", "employer.nudge",
    "employer.order", "employer.order_cancel", "employer.order_check",
    "employer.order_pay", "employer.order_transferred", "employer.order_wish",
    "employer.order_wish_back", "employer.quote", "employer.seat_session",
    "employer.quote_make", "employer.quote_new", "employer.quote_order",
    "employer.quote_pdf", "employer.quote_withdraw", "employer.roster",
    "employer.roster_drop", "employer.roster_model", "employer.roster_report",
    "employer.roster_send", "employer.roster_show", "employer.roster_take",
    "employer.seat_free", "employer.seat_move", "employer.seats",
    "employer.seats_assign",
    "employer.agent_confirm", "employer.agent_end", "employer.agree", "employer.answer",
    "employer.application", "employer.application_withdraw",
    "employer.applications_list", "employer.archive", "employer.audit",
    "employer.audit_hand", "employer.audit_say", "employer.begin",
    "employer.begin_save", "employer.certificate_file", "employer.certificates",
    "employer.company", "employer.confirm", "employer.copies",
    "employer.copy_ask", "employer.copy_file", "employer.dismiss", "employer.drop",
    "employer.file", "employer.hand_in", "employer.home", "employer.invite",
    "employer.keep", "employer.kind_save", "employer.lock", "employer.lock_lost",
    "employer.materials", "employer.pack",
    "employer.paper", "employer.people", "employer.person", "employer.send",
    "employer.send_back", "employer.shelf", "employer.withdraw",
}  # fmt: skip
"""A company's agent: its own people, while they belong to it, and its own papers."""

OPERATOR |= {
    "console_offices.appoint", "console_offices.correct", "console_offices.decide",
    "console_offices.directory", "console_offices.dismiss", "console_offices.end",
    "console_offices.give", "console_offices.index", "console_offices.show",
}  # fmt: skip
"""Offices and who sits there; a seat needs two of them (row 42)."""

OF_NEWS = {
    "console_announcements.create", "console_announcements.decide",
    "console_announcements.edit", "console_announcements.export",
    "console_announcements.index", "console_announcements.new",
    "console_announcements.save", "console_announcements.send",
    "console_announcements.show", "console_announcements.take_back",
}  # fmt: skip
"""Words for many: the desk for its association, an operator for the house."""

OF_MESSAGES = {
    "console_messages.again", "console_messages.export", "console_messages.index",
}  # fmt: skip
"""What became of an association's messages."""

OF_PROGRAMS = {"api_keys.index", "api_keys.make", "api_keys.stop"}
"""With what programs ask: managers, approvers and agents, each for their own house."""

OFFICE = {
    "office.act", "office.audit", "office.audit_find", "office.audit_paper",
    "office.audits", "office.decided", "office.index", "office.letter",
    "office.material", "office.notices", "office.open_record", "office.prove",
    "office.compare",
    "office.settle", "office.show",
}  # fmt: skip
"""What lies on an office's desk, of its own provinces."""

TELLER = {
    "office.company", "office.counter", "office.counter_compare", "office.person",
    "office.prove_company", "office.unprove_company",
    "office.scan_in", "office.scans", "office.take_in",
}  # fmt: skip
"""The counter."""

APPROVER = {
    "office.answer", "office.audit_decide", "office.audit_draw", "office.publish",
    "office.reveal",
}  # fmt: skip
"""Publishing, answering the public, drawing checks and revoking after one."""

STAFF = {"console.home"}

ASSOCIATION = {"console.menu"}
"""All who work for an association."""

ROLES: dict[str, frozenset[str]] = {
    **doors_of_tables.ROLES,
    **dict.fromkeys(LEARNER, frozenset({"learner", "employer"})),
    **dict.fromkeys(EMPLOYER, frozenset({"employer"})),
    **dict.fromkeys(AUTHOR, frozenset({"author"})),
    **dict.fromkeys(MANAGER, frozenset({"manager"})),
    **dict.fromkeys(AUTHOR_MANAGER, frozenset({"author", "manager"})),
    **dict.fromkeys(CLERK_MANAGER, frozenset({"clerk", "manager"})),
    **dict.fromkeys(AUTHOR_CLERK, frozenset({"author", "clerk"})),
    **dict.fromkeys(OF_PLANS, frozenset({"author", "clerk", "manager"})),
    **dict.fromkeys(CLERK, frozenset({"clerk"})),
    **dict.fromkeys(OF_APPEALS, frozenset({"clerk", "manager", "reviewer"})),
    **dict.fromkeys(doors_apart.OUTSIDE, frozenset({"clerk", "manager", "reviewer"})),
    **dict.fromkeys(ASSOCIATION, frozenset({"author", "clerk", "manager"})),
    **dict.fromkeys(INSPECTOR, frozenset({"inspector"})),
    **dict.fromkeys(OPERATOR, frozenset({"operator"})),
    **dict.fromkeys(OF_KEYS, frozenset({"manager", "operator"})),
    **dict.fromkeys(OF_NEWS, frozenset({"clerk", "manager", "operator"})),
    **dict.fromkeys(OF_MESSAGES, frozenset({"clerk", "manager"})),
    **dict.fromkeys(OF_PROGRAMS, frozenset({"manager", "approver", "employer"})),
    **dict.fromkeys(OFFICE, frozenset({"teller", "approver"})),
    **dict.fromkeys(TELLER, frozenset({"teller"})),
    **dict.fromkeys(APPROVER, frozenset({"approver"})),
    **dict.fromkeys(
        STAFF,
        frozenset(
            {
                "author",
                "clerk",
                "manager",
                "employer",
                "teller",
                "approver",
                "inspector",
                "reviewer",
                "operator",
            }
        ),
    ),
}
"""Who, beyond being signed in, must be what."""

STRANGERS = {"anonymous", "half", "suspended"}
"""Who is not, or not wholly, signed in."""

KNOWN = ANYBODY | COOKIELESS | HALF | SIGNED_IN | set(ROLES)
