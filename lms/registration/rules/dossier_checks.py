"""The live checks of materials, one function for each `Check`. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date

from lms.policy.flow import Check, Material, MaterialKind, Party
from lms.policy.flow_checks import (
    INSURED_MONTHS,
    contract_begins_after,
    contract_lasts,
    dismissed_after,
    insured,
    least_contract_end,
    month_before,
)
from lms.registration.rules.dossier import Dossier, HandedIn, Look, Remark, Row

SIDES = 2
_FACE = frozenset(
    f"photo.{what}"
    for what in ("no_face", "many_faces", "face_small", "face_large", "face_off")
)
_PDF = "application/pdf"


def ends_a_year_on(paper: HandedIn, dossier: Dossier) -> Iterator[Remark]:
    """Hold a contract to a whole year from the day of the application on."""
    if paper.given.open_ended:
        return
    least = least_contract_end(dossier.known.on)
    until = paper.given.contract_until
    if until is None:
        yield Remark("dossier.contract_no_end", facts={"least": least})
    elif not contract_lasts(dossier.known.on, until):
        yield Remark("dossier.contract_short", facts={"until": until, "least": least})


def begins_after_dismissal(paper: HandedIn, dossier: Dossier) -> Iterator[Remark]:
    """Hold a new contract to a first day after the old one's end."""
    begins, left = paper.given.contract_from, dossier.day("dismissed_on", paper)
    if begins is None:
        yield Remark("dossier.contract_no_begin")
    if left is None:
        if (
            MaterialKind.DISMISSAL not in {m.kind for m in dossier.flow.materials}
            or MaterialKind.DISMISSAL in dossier.handed
        ):
            yield Remark("dossier.dismissal_no_day")
    elif begins is not None and not contract_begins_after(left, begins):
        yield Remark(
            "dossier.contract_before_dismissal", facts={"begins": begins, "left": left}
        )


def after_certificate(paper: HandedIn, dossier: Dossier) -> Iterator[Remark]:
    """Hold a dismissal to a day after the certificate's day of issue."""
    left = paper.given.dismissed_on
    told, known = paper.given.certificate_on, dossier.known.certificate_on
    issued = told or known
    if issued is None or (told and known and told != known):
        yield Remark("dossier.look_certificate_day", fault=False)
    if left is None:
        yield Remark("dossier.dismissal_no_day")
    elif issued is None:
        return
    elif not dismissed_after(issued, left):
        yield Remark("dossier.dismissal_early", facts={"left": left, "issued": issued})


def signed(paper: HandedIn, _dossier: Dossier) -> Iterator[Remark]:
    """See the signature: drawn from the file, or told to be there by hand."""
    if paper.given.stored_signature:
        return
    if paper.given.hand_signed:
        yield Remark("dossier.look_signature", fault=False)
    else:
        yield Remark("dossier.unsigned")


def sealed(paper: HandedIn, dossier: Dossier) -> Iterator[Remark]:
    """See the employer's seal: with its confirmation, or on the paper itself."""
    if dossier.known.employer_sealed:
        return
    if paper.given.sealed:
        yield Remark("dossier.look_seal", fault=False)
    elif any(step.by is Party.EMPLOYER for step in dossier.flow.steps):
        yield Remark("dossier.seal_later", fault=False)
    else:
        yield Remark("dossier.unsealed")


def three_months(paper: HandedIn, dossier: Dossier) -> Iterator[Remark]:
    """Hold insurance to three months in a row, up to this month or the last."""
    months, until = paper.given.insurance_months, paper.given.insured_until
    if months is None:
        yield Remark("dossier.months_unknown")
    elif months < INSURED_MONTHS:
        facts = {"months": months, "least": INSURED_MONTHS}
        yield Remark("dossier.months_short", facts=facts)
    elif until is None or not insured(
        dossier.known.on, _paid(min(until, dossier.known.on), months)
    ):
        yield from previous_month(paper, dossier)


def _paid(until: date, months: int) -> set[date]:
    """List the months that were paid: so many in a row, up to one."""
    return {month_before(until, back) for back in range(months)}


def sound(paper: HandedIn, dossier: Dossier) -> Iterator[Remark]:
    """Hold a film to its least length, and to be heard."""
    least = dossier.flow.video_seconds
    if paper.millis is None:
        yield Remark("dossier.not_a_film")
        return
    if paper.millis < least * 1000:
        facts = {"seconds": f"{paper.millis / 1000:.1f}", "least": least}
        yield Remark("dossier.film_short", facts=facts)
    if "film.silent" in paper.findings:
        yield Remark("dossier.film_silent")


def one_pdf(paper: HandedIn, dossier: Dossier) -> Iterator[Remark]:
    """Hold a file to be one PDF of no more than the bytes that are allowed."""
    if paper.media != _PDF:
        yield Remark("dossier.not_pdf")
    most = dossier.flow.bundle_bytes
    if most is not None and paper.size > most:
        yield Remark("dossier.too_heavy", facts={"most": most // 2**20})
    if paper.kind is MaterialKind.BUNDLE and _stale(paper, dossier):
        yield Remark("dossier.bundle_stale")


def _stale(paper: HandedIn, dossier: Dossier) -> bool:
    made_of = paper.given.made_of
    return bool(made_of) and set(made_of) != {
        one.id for one in mergeable(dossier.handed)
    }


def mergeable(handed: Mapping[MaterialKind, HandedIn]) -> tuple[HandedIn, ...]:
    """List the papers that a merged file is made of, in the order of the kinds."""
    papers = (handed.get(kind) for kind in MaterialKind)
    return tuple(
        one
        for one in papers
        if one is not None and one.kind is not MaterialKind.BUNDLE and one.media == _PDF
    )


def white_ground(paper: HandedIn, _dossier: Dossier) -> Iterator[Remark]:
    """Hold a photo to a white ground; one without a clear face is for eyes."""
    if "photo.background" in paper.findings:
        yield Remark("dossier.photo_ground")
    if _FACE & set(paper.findings):
        yield Remark("dossier.look_face", fault=False)


def both_sides(paper: HandedIn, _dossier: Dossier) -> Iterator[Remark]:
    """See two sides: as two pages, or told to be on one."""
    if (paper.pages or 0) >= SIDES:
        return
    if paper.given.one_page:
        yield Remark("dossier.look_one_page", fault=False)
    else:
        yield Remark("dossier.one_side")


def original(_paper: HandedIn, _dossier: Dossier) -> Iterator[Remark]:
    """Say that the original itself will be seen."""
    yield Remark("dossier.look_original", fault=False)


def practice_sealed(paper: HandedIn, _dossier: Dossier) -> Iterator[Remark]:
    """See the constructor's own practice seal on the copy."""
    if paper.given.practice_sealed:
        yield Remark("dossier.look_practice_seal", fault=False)
    else:
        yield Remark("dossier.no_practice_seal")


def previous_month(paper: HandedIn, dossier: Dossier) -> Iterator[Remark]:
    """Hold insurance to have been paid for the month before the application."""
    paid = paper.given.insured_until
    least = month_before(dossier.known.on)
    if paid is None:
        yield Remark("dossier.month_unknown", facts={"least": f"{least:%Y-%m}"})
    elif (paid.year, paid.month) < (least.year, least.month):
        facts = {"paid": f"{paid:%Y-%m}", "least": f"{least:%Y-%m}"}
        yield Remark("dossier.month_missing", facts=facts)


def days_in_order(
    material: Material, paper: HandedIn, dossier: Dossier
) -> Iterator[Remark]:
    """Catch days that cannot be, whatever else a province asks of the paper."""
    told, on = paper.given, dossier.known.on
    begins, ends = told.contract_from, told.contract_until
    if begins and begins > on:
        yield Remark("dossier.contract_future", facts={"begins": begins})
    if ends and begins and ends < begins:
        facts = {"begins": begins, "until": ends}
        yield Remark("dossier.contract_backwards", facts=facts)
    elif ends and ends < on and Check.ENDS_A_YEAR_ON not in material.checks:
        yield Remark("dossier.contract_over", facts={"until": ends})
    if told.dismissed_on and told.dismissed_on > on:
        yield Remark("dossier.dismissal_future", facts={"left": told.dismissed_on})
    if told.certificate_on and told.certificate_on > on:
        yield Remark("dossier.certificate_future")
    paid = told.insured_until
    if paid and (paid.year, paid.month) > (on.year, on.month):
        yield Remark("dossier.month_future", facts={"paid": f"{paid:%Y-%m}"})


_LOOKS: Mapping[Check, frozenset[str]] = {
    Check.SIGNED: frozenset({"dossier.look_signature"}),
    Check.SEALED: frozenset({"dossier.look_seal", "dossier.seal_later"}),
    Check.AFTER_CERTIFICATE: frozenset({"dossier.look_certificate_day"}),
    Check.WHITE_GROUND: frozenset({"dossier.look_face"}),
    Check.BOTH_SIDES: frozenset({"dossier.look_one_page"}),
    Check.ORIGINAL: frozenset({"dossier.look_original"}),
    Check.PRACTICE_SEALED: frozenset({"dossier.look_practice_seal"}),
}
"""By which remark a check hands its matter on to a person."""


def by_machine(row: Row) -> tuple[Check, ...]:
    """List which checks of a paper a machine has done, and left to nobody's eyes.

    None of them reads what a paper says: days and months are those that were typed.
    """
    said = {one.code for one in row.remarks}
    return tuple(
        check
        for check in Check
        if check in row.material.checks and not said & _LOOKS.get(check, frozenset())
    )


CHECKS: Mapping[Check, Look] = {
    Check.SIGNED: signed,
    Check.SEALED: sealed,
    Check.ENDS_A_YEAR_ON: ends_a_year_on,
    Check.BEGINS_AFTER_DISMISSAL: begins_after_dismissal,
    Check.AFTER_CERTIFICATE: after_certificate,
    Check.THREE_MONTHS: three_months,
    Check.SOUND: sound,
    Check.ONE_PDF: one_pdf,
    Check.WHITE_GROUND: white_ground,
    Check.BOTH_SIDES: both_sides,
    Check.ORIGINAL: original,
    Check.PRACTICE_SEALED: practice_sealed,
    Check.PREVIOUS_MONTH: previous_month,
}


def remarks(
    material: Material, paper: HandedIn, dossier: Dossier
) -> tuple[Remark, ...]:
    """Make every remark on a paper, in the order of the checks."""
    asked = (
        remark
        for check, look in CHECKS.items()
        if check in material.checks
        for remark in look(paper, dossier)
    )
    return (*asked, *days_in_order(material, paper, dossier))
