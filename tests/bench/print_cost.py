"""What one certificate costs, sealed in all forms. Units: milliseconds of CPU."""

import statistics
import time
from datetime import date

from lms.credentials.ports import Printer
from lms.credentials.rules import Facts, HoursRow
from lms.credentials.rules.designs import DEFAULT
from lms.kernel.credit import Credit
from lms.kernel.ids import new_token
from lms.policy.model import Specialty
from tests.make import pictures, signing

TIMES = 60


def of(printer: Printer) -> float:
    """Print certificates of different people, after the fonts are warm."""
    photo, seals = pictures.inch_jpeg(), signing.seals()
    costs = []
    for turn in range(TIMES):
        facts = _facts(turn)
        begun = time.process_time()
        printer.print(facts, photo, DEFAULT, seals)
        costs.append((time.process_time() - begun) * 1000)
    return statistics.mean(costs[10:])


def _facts(turn: int) -> Facts:
    return Facts(
        number=f"YSJX-JXJY-2026-{turn:07d}-X",
        token=new_token(),
        name="欧阳" + "建国志远明月清风"[turn % 8],
        sex="male",
        id_masked="1502**********0010",
        employer="内蒙古示例建设集团有限责任公司",
        registration_no="蒙2152022202320004",
        hours=(HoursRow(Specialty.BUILDING, True, Credit(6000), Credit(6000)),),
        score=92,
        passed_on=date(2026, 11, 20),
        period_from=date(2024, 3, 1),
        period_until=date(2027, 2, 28),
        issuer="包头建筑业协会（演示）",
        issued_on=date(2026, 11, 21),
    )
