"""Write a profile, lock it, correct it, and open it for those who must see."""

from lms.people.services.archive import (
    Kept,
    drop_file,
    keep_file,
    keep_statement,
    pack,
)
from lms.people.services.companies import (
    Counter,
    company_stream,
    confirm_agent,
    end_agent,
    lock_company,
    may_act,
    open_company,
    prove_by_lock,
    prove_employer,
    refuse_employer,
    report_lock,
    save_kind,
    withdraw_proof,
)
from lms.people.services.corrections import (
    Asked,
    ask_correction,
    decide_correction,
    withdraw_correction,
)
from lms.people.services.counter import (
    Came,
    dispute_at_counter,
    recover_at_counter,
    sign_up_at_counter,
)
from lms.people.services.desk_corrections import (
    ask_at_desk,
    drop_at_desk,
    grant_at_desk,
)
from lms.people.services.erasing import erase
from lms.people.services.filling import (
    fill_profile,
)
from lms.people.services.forgetting import forget_sensitive
from lms.people.services.granted import periods_of, write_granted
from lms.people.services.links import (
    Invited,
    accept,
    agree,
    ask_employer,
    dismiss,
    invite,
    leave,
    part_for_cause,
    refuse,
    send_prepared,
    withdraw,
)
from lms.people.services.merging import contradictions, take_over
from lms.people.services.nudging import Nudged, NudgeWish, nudge, set_quiet
from lms.people.services.numbers import (
    Said,
    give_number,
    report_number,
    settle,
    settle_merged,
    withdraw_number,
)
from lms.people.services.papers import (
    remove_qualification,
    save_employer,
    save_qualification,
    save_registration,
)
from lms.people.services.persons import (
    begun,
    freeze,
    lock_profile,
    save_identity,
    thaw,
)
from lms.people.services.pictures import (
    accept_pictures,
    ask_photo_review,
    decide_photo,
    save_photo,
    save_signature,
)
from lms.people.services.reveals import (
    SHORTEST_REASON,
    note_look,
    reveal_correction,
    reveal_id_number,
    reveal_picture,
)
from lms.people.services.roster import (
    draft_roster,
    drop_roster,
    forget_old,
    take_roster,
)
from lms.people.services.shutting import reinstate, suspend

__all__ = [
    "SHORTEST_REASON",
    "Asked",
    "Came",
    "Counter",
    "Invited",
    "Kept",
    "NudgeWish",
    "Nudged",
    "Said",
    "accept",
    "accept_pictures",
    "agree",
    "ask_at_desk",
    "ask_correction",
    "ask_employer",
    "ask_photo_review",
    "begun",
    "company_stream",
    "confirm_agent",
    "contradictions",
    "decide_correction",
    "decide_photo",
    "dismiss",
    "dispute_at_counter",
    "draft_roster",
    "drop_at_desk",
    "drop_file",
    "drop_roster",
    "end_agent",
    "erase",
    "fill_profile",
    "forget_old",
    "forget_sensitive",
    "freeze",
    "give_number",
    "grant_at_desk",
    "invite",
    "keep_file",
    "keep_statement",
    "leave",
    "lock_company",
    "lock_profile",
    "may_act",
    "note_look",
    "nudge",
    "open_company",
    "pack",
    "part_for_cause",
    "periods_of",
    "prove_by_lock",
    "prove_employer",
    "recover_at_counter",
    "refuse",
    "refuse_employer",
    "reinstate",
    "remove_qualification",
    "report_lock",
    "report_number",
    "reveal_correction",
    "reveal_id_number",
    "reveal_picture",
    "save_employer",
    "save_identity",
    "save_kind",
    "save_photo",
    "save_qualification",
    "save_registration",
    "save_signature",
    "send_prepared",
    "set_quiet",
    "settle",
    "settle_merged",
    "sign_up_at_counter",
    "suspend",
    "take_over",
    "take_roster",
    "thaw",
    "withdraw",
    "withdraw_correction",
    "withdraw_number",
    "withdraw_proof",
    "write_granted",
]
