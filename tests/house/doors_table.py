"""Who may come in where: the permission matrix, endpoint by endpoint.

Reviewed by hand against the roles' duties; not computed from the decorators. A new
endpoint must be entered here first, or the tests fail.
"""

from __future__ import annotations

ANYBODY = {
    "account.finish_sign_in_code", "account.finish_sign_up", "account.forgot",
    "account.privacy", "account.reset", "account.reset_start",
    "account.send_reset_code", "account.send_sign_in_code",
    "account.send_sign_up_code", "account.sign_in", "account.sign_in_code",
    "account.sign_out", "account.sign_up", "account.try_sign_in", "assess.index",
    "assess.judge", "courses.cover", "courses.index", "courses.package", "courses.show",
    "demo.outbox", "demo.outbox_json", "house.language", "public.about", "public.home",
    "register.index",
    "lists.contacts", "lists.index", "lists.object_to", "lists.pdf", "lists.show",
    "static", "transparency.checkpoints", "transparency.index",
    "verify.by_file", "verify.by_number", "verify.code", "verify.index",
}  # fmt: skip
"""Public, by name. A page that is not here is not public."""

COOKIELESS = {
    "api.assessments", "api.working_days", "house.csp_reports", "house.healthz",
    "house.metrics", "house.readyz", "transparency.checkpoint",
    "transparency.consistency", "transparency.inclusion", "transparency.key",
    "transparency.tile", "webhooks.stripe",
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
    "account.withdraw_sensitive",
}  # fmt: skip
"""One's own account, whoever one is."""

LEARNER = {
    "applications.answer", "applications.audit", "applications.audit_hand",
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
    "exams.answers", "exams.index", "exams.intro", "exams.paper",
    "exams.start", "exams.submit", "learn.home", "learn.hours", "learn.postings",
    "licences.answer", "licences.copy", "licences.copy_file", "licences.data",
    "licences.download", "licences.record", "licences.show",
    "learn.verify", "me.correction", "me.correction_send", "me.correction_withdraw",
    "me.employer", "me.employer_save", "me.identity", "me.identity_save", "me.photo",
    "me.photo_draft_file", "me.photo_file", "me.photo_review", "me.photo_save",
    "me.profile", "me.qualification", "me.qualification_remove",
    "me.qualification_save", "me.registration", "me.registration_save", "me.signature",
    "me.signature_file", "me.signature_save", "own_archive.drop", "own_archive.file",
    "own_archive.index", "own_archive.keep", "own_archive.pack", "unit.accept",
    "unit.ask", "unit.index", "unit.leave", "unit.refuse",
    "renewal.mine", "renewal.offer", "renewal.withdraw",
    "shop.add", "shop.cancel",
    "shop.cart", "shop.check", "shop.checkout", "shop.order", "shop.orders", "shop.pay",
    "shop.place", "shop.remove", "shop.transferred", "study.answers", "study.beat",
    "study.camera", "study.camera_save", "study.captions", "study.check",
    "study.check_picture", "study.course", "study.lease", "study.lesson", "study.media",
    "study.specialty",
}  # fmt: skip
"""A constructor's own things; staff have no such record (rows 6, 7, 18, 28, 32).

An employer's agent is no staff: whoever is none may be a learner too.
"""

AUTHOR = {
    "console_courses.add_chapter", "console_courses.create", "console_courses.facts",
    "console_courses.move_chapter", "console_courses.new",
    "console_courses.new_version", "console_courses.remove_chapter",
    "console_courses.rename_chapter", "console_courses.save_facts",
    "console_courses.submit", "console_covers.remove", "console_covers.save",
    "console_exams.add_question", "console_exams.retire",
    "console_lessons.create", "console_lessons.edit", "console_lessons.move",
    "console_lessons.new", "console_lessons.remove", "console_lessons.save",
}  # fmt: skip
"""Rows 25 to 27: authors draft and keep the bank."""

MANAGER = {
    "console_courses.publish", "console_courses.send_back", "console_courses.withdraw",
    "console_packages.create", "console_packages.edit", "console_packages.index",
    "console_packages.new", "console_packages.save", "console_packages.turn",
    "console_refunds.decide",
}  # fmt: skip
"""Row 26: managers publish."""

AUTHOR_MANAGER = {
    "console_courses.edit", "console_courses.index", "console_exams.bank",
    "console_lessons.captions", "console_lessons.film", "console_lessons.look",
}  # fmt: skip

OF_APPEALS = {
    "console_claims.decide", "console_claims.index", "console_claims.look",
    "console_claims.show",
}  # fmt: skip
"""The desk's claims; a reviewer sees the appeals among them."""

CLERK_MANAGER = {
    "console_certificates.export", "console_certificates.index",
    "console_certificates.issue", "console_claims.new", "console_claims.put",
    "console_claims.withdraw", "console_exams.index",
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

INSPECTOR = {
    "inspect.decide", "inspect.film", "inspect.find", "inspect.findings",
    "inspect.index", "inspect.open_record", "inspect.open_review", "inspect.pack",
    "inspect.proof",
    "inspect.reveal", "inspect.revealed", "inspect.search", "inspect.signs",
}  # fmt: skip
"""Rows 9, 11, 16, 19, 29, 40 and 43: the associations assigned, and own comments."""

OPERATOR = {
    "console_calendar.index", "console_calendar.load", "console_calendar.preview",
}  # fmt: skip
"""The platform's own hand: what all associations share."""

EMPLOYER = {
    "employer.agent_confirm", "employer.agent_end", "employer.agree", "employer.answer",
    "employer.application", "employer.application_withdraw",
    "employer.applications_list", "employer.archive", "employer.audit",
    "employer.audit_hand", "employer.begin",
    "employer.begin_save", "employer.company", "employer.confirm", "employer.copies",
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

OFFICE = {
    "office.act", "office.audit", "office.audit_find", "office.audit_paper",
    "office.audits", "office.decided", "office.index", "office.letter",
    "office.material", "office.notices", "office.open_record", "office.prove",
    "office.settle", "office.show",
}  # fmt: skip
"""What lies on an office's desk, of its own provinces."""

TELLER = {
    "office.company", "office.counter", "office.person", "office.prove_company",
    "office.scan_in", "office.scans", "office.take_in",
}  # fmt: skip
"""The counter."""

APPROVER = {
    "office.answer", "office.audit_decide", "office.audit_draw", "office.publish",
    "office.reveal",
}  # fmt: skip
"""Publishing, answering the public, drawing checks and revoking after one."""

STAFF = {"console.home"}

ROLES: dict[str, frozenset[str]] = {
    **dict.fromkeys(LEARNER, frozenset({"learner", "employer"})),
    **dict.fromkeys(EMPLOYER, frozenset({"employer"})),
    **dict.fromkeys(AUTHOR, frozenset({"author"})),
    **dict.fromkeys(MANAGER, frozenset({"manager"})),
    **dict.fromkeys(AUTHOR_MANAGER, frozenset({"author", "manager"})),
    **dict.fromkeys(CLERK_MANAGER, frozenset({"clerk", "manager"})),
    **dict.fromkeys(OF_APPEALS, frozenset({"clerk", "manager", "reviewer"})),
    **dict.fromkeys(INSPECTOR, frozenset({"inspector"})),
    **dict.fromkeys(OPERATOR, frozenset({"operator"})),
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
