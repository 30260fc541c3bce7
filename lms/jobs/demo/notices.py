"""The demonstration's announcements: one that everybody has, one still a draft."""

from dataclasses import replace
from datetime import timedelta

from lms.announcements import queries, services
from lms.announcements.rules import Audience, Wanted
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId
from lms.kernel.work import Actor, Work
from lms.reports import audiences

_HOLIDAY = (
    "元旦放假期间（1 月 1 日至 3 日）平台照常学习，人工审核和开票顺延到 1 月 4 日。",
    "注册有效期在元旦前后的学员，请尽早修满学时，并至少提前三十日申请延续。",
    "有问题请拨打协会培训部电话，工作日 9:00 至 17:30。",
)
_HURRY = ("您的延续注册学时还没有修满。登录后在“我的学时”里能看到还差多少。",)


def lay(work: Work, here: AssociationId, clerk: Made) -> None:
    """Tell all, and leave a draft on the desk."""
    at = replace(work, actor=Actor(clerk.account_id, clerk.person_id))
    told = services.draft(
        at, here, Wanted("元旦期间的学习和审核安排", "\n".join(_HOLIDAY), Audience.ALL)
    )
    card = queries.card(work.session, here, told)
    count = audiences.count(work.session, card, legal_day(work.now))
    services.submit(at, here, told, count.people)
    while services.deliver(work, told, audiences.chunk(work.now)):
        pass
    services.draft(
        replace(at, now=work.now + timedelta(seconds=1)),
        here,
        Wanted(
            "学时还没有修满，请抓紧学习", "\n".join(_HURRY), Audience.SHORT, mail=True
        ),
    )
