"""人员证书: what the company's people let it see, and nothing else."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.credentials import queries, services
from lms.people import queries as people
from lms.web import certificate_files, desk
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, bp
from lms.web.limits import limiter


@bp.get("/certificates")
@staff("employer")
def certificates() -> ResponseReturnValue:
    """List the certificates that were granted, as they stand now."""
    employer_id, session = acting_company(), desk.reading()
    cards = queries.granted_to(session, employer_id, desk.today())
    return render_template(
        "employer/certificates.html",
        cards=cards,
        forms={one.id: queries.forms(session, one.holding) for one in cards},
        words=certificate_files.FORMS,
        staffed=bool(people.staff_of(session, employer_id)),
    )


@bp.post("/certificates/<uuid:grant_id>/file")
@staff("employer")
@limiter.limit("120/hour")
def certificate_file(grant_id: UUID) -> ResponseReturnValue:
    """Give one form of what was granted; its holder sees that it was taken."""
    employer_id = acting_company()
    kind = certificate_files.kind_of(request.form.get("kind", ""))
    with desk.begin() as work:
        found, body = services.open_granted(work, employer_id, grant_id, kind)
    return certificate_files.sent(body, found.holding, kind)
