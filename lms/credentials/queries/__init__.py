"""Reads of certificates: for their holder, for strangers, and before issue."""

from lms.credentials.queries.checking import (
    NOTHING,
    Checked,
    by_file,
    by_number,
    by_token,
)
from lms.credentials.queries.export import (
    changed_since,
    licence_data,
    signed_bytes,
    signed_export,
    signed_list,
)
from lms.credentials.queries.held import CertificateCard, held, open_file, owned
from lms.credentials.queries.practice import (
    PracticeLine,
    UseCopyCard,
    practice,
    still_bound,
    use_copies,
    use_copies_for,
    use_copy,
    use_copy_file,
)
from lms.credentials.queries.register import (
    RegisterPage,
    RegisterRow,
    public_register,
)
from lms.credentials.queries.registered import (
    RegistrationCertificateCard,
    StateChange,
    open_registration_file,
    owned_registration,
    registered,
    registration_history,
    registration_versions,
)
from lms.credentials.queries.registration_checking import (
    Answer,
    RegistrationChecked,
    check_code,
    check_file,
    check_number,
    registration_by_token,
)
from lms.credentials.queries.standing import Standing, standing, standings

__all__ = [
    "NOTHING",
    "Answer",
    "CertificateCard",
    "Checked",
    "PracticeLine",
    "RegisterPage",
    "RegisterRow",
    "RegistrationCertificateCard",
    "RegistrationChecked",
    "Standing",
    "StateChange",
    "UseCopyCard",
    "by_file",
    "by_number",
    "by_token",
    "changed_since",
    "check_code",
    "check_file",
    "check_number",
    "held",
    "licence_data",
    "open_file",
    "open_registration_file",
    "owned",
    "owned_registration",
    "practice",
    "public_register",
    "registered",
    "registration_by_token",
    "registration_history",
    "registration_versions",
    "signed_bytes",
    "signed_export",
    "signed_list",
    "standing",
    "standings",
    "still_bound",
    "use_copies",
    "use_copies_for",
    "use_copy",
    "use_copy_file",
]
