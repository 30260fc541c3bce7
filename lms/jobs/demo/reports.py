"""The demonstration's report to the province, which waits for a manager's word."""

from dataclasses import replace
from datetime import timedelta

from lms.exports import services
from lms.exports.rules import Basis, Period, Wanted
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId
from lms.kernel.work import Actor, Work


def lay(work: Work, here: AssociationId, clerk: Made) -> None:
    """Ask for a report of this year's certificates; a manager must agree."""
    on = legal_day(work.now)
    at = replace(
        work,
        now=work.now - timedelta(hours=2),
        actor=Actor(clerk.account_id, clerk.person_id, frozenset({"clerk"}), here),
    )
    services.ask(
        at,
        here,
        Wanted(
            kind="province.report",
            title="上报省厅",
            reason=f"{on.year} 年度继续教育情况上报",
            personal=True,
            period=Period(Basis.ISSUED, on.replace(month=1, day=1), on),
            filters=(
                ("口径", "按合格证发证日期"),
                ("开始日期", on.replace(month=1, day=1).isoformat()),
                ("结束日期", on.isoformat()),
            ),
        ),
    )
