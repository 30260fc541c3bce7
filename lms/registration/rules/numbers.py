"""The number under which an application is spoken of."""

from datetime import date
from uuid import UUID

from lms.kernel.ids import check_character
from lms.policy.model import Application, Province

_CODES = {
    Province.NATIONAL: "00",
    Province.BEIJING: "11",
    Province.INNER_MONGOLIA: "15",
    Province.SHANDONG: "37",
    Province.CHONGQING: "50",
    Province.SICHUAN: "51",
    Province.GUIZHOU: "52",
}
_KINDS = {
    Application.INITIAL: "01",
    Application.CHANGE: "02",
    Application.RENEWAL: "03",
    Application.ADD_SPECIALTY: "04",
    Application.RE_REGISTRATION: "05",
    Application.LOST_REISSUE: "06",
    Application.CANCELLATION: "07",
}


def number(province: Province, application: Application, on: date, one: UUID) -> str:
    """Write an application's number: place, kind, day, eight digits and a check.

    Source: GB/T 2260 (provinces); the two digits of the kind as Beijing writes them.
    """
    body = f"{_CODES[province]}{_KINDS[application]}{on:%Y%m%d}{one.int % 10**8:08d}"
    return f"{body}{check_character(body)}"
