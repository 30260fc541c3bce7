"""The demonstration's claims: one in each state, asked and decided as any other."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from PIL import Image, ImageDraw

from lms.claims import services
from lms.claims.ports import Paper
from lms.claims.rules import ClaimKind, Wanted
from lms.claims.services import Answer, Application
from lms.credentials.ports import Printer
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.ids import ApprovalId, AssociationId
from lms.kernel.work import Actor, Work
from lms.policy.facts import Activity
from lms.policy.model import Specialty, Track

YES = Answer(approved=True, comment="材料齐全，与原件一致。")
NO = Answer(approved=False, comment="证明上看不清单位公章，请补拍后再申请。")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who decides, where, and who prints."""

    association_id: AssociationId
    staff: Mapping[str, Made]
    printer: Printer

    def actor(self, name: str) -> Actor:
        """Act as a member of staff: `clerk2` is a clerk."""
        return replace(
            self.staff[name].actor,
            roles=frozenset({name.rstrip("2")}),
            association_id=self.association_id,
        )


def lay(work: Work, cast: Mapping[str, Made], desk: Desk) -> None:
    """Lay claims on the desk, and let some of them be decided."""
    asked = _Asking(work, desk)
    asked.put(cast["张建国"], _textbook("《建筑工程质量控制》培训教材", work), 2)

    granted = asked.put(cast["王守成"], _paper("深基坑监测预警方法研究", work), 4)
    asked.say(granted, "clerk", YES, 3)
    asked.say(granted, "manager", Answer(approved=True), 2)

    asked.say(asked.put(cast["王守成"], _elsewhere(work), 4), "clerk", NO, 3)

    waiting = asked.put(cast["欧阳㛃𬀩"], _taught(work), 2)
    asked.say(waiting, "clerk", YES, 1)

    back = asked.put(cast["李秀英"], _paper("工程量清单编制要点", work), 3)
    asked.withdraw(back, cast["李秀英"], 2)
    again = asked.put(cast["李秀英"], _elsewhere(work), 4)
    asked.say(again, "clerk", NO, 3)
    asked.appeal(again, cast["李秀英"], 1)


class _Asking:
    def __init__(self, work: Work, desk: Desk) -> None:
        self._work, self._desk = work, desk

    def _at(self, actor: Actor, days: int) -> Work:
        return replace(
            self._work, now=self._work.now - timedelta(days=days), actor=actor
        )

    def put(self, made: Made, wanted: Wanted, days: int) -> ApprovalId:
        papers = (drawn(f"{made.person_id}{wanted.about}"),)
        put = Application(wanted, "材料如附件，请协会核对认定。", papers)
        own = self._at(made.actor, days)
        return services.ask(own, made.person_id, self._desk.association_id, put)

    def say(self, claim: ApprovalId, who: str, answer: Answer, days: int) -> None:
        services.decide(
            self._at(self._desk.actor(who), days),
            claim,
            answer,
            association_id=self._desk.association_id,
            printer=self._desk.printer,
        )

    def withdraw(self, claim: ApprovalId, made: Made, days: int) -> None:
        services.withdraw(self._at(made.actor, days), claim)

    def appeal(self, claim: ApprovalId, made: Made, days: int) -> None:
        own = self._at(made.actor, days)
        reason = "已重新拍照，公章清楚，请其他老师复核。"
        services.appeal(own, made.person_id, claim, reason, (drawn(reason),))


def _day(work: Work) -> date:
    return legal_day(work.now) - timedelta(days=60)


def _outside(work: Work, activity: Activity, about: str) -> Wanted:
    return Wanted(
        ClaimKind.SUBSTITUTION,
        Specialty.BUILDING,
        occurred_on=_day(work),
        activity=activity,
        about=about,
    )


def _textbook(about: str, work: Work) -> Wanted:
    return _outside(work, Activity.TEXTBOOK, about)


def _paper(about: str, work: Work) -> Wanted:
    return replace(_outside(work, Activity.PAPER, about), author_rank=1)


def _taught(work: Work) -> Wanted:
    return replace(
        _outside(work, Activity.TEACHING, "市建设局组织的质量安全培训"), credit=800
    )


def _elsewhere(work: Work) -> Wanted:
    return Wanted(
        ClaimKind.TRANSFER,
        Specialty.BUILDING,
        Track.REQUIRED,
        1200,
        _day(work),
        about="外省建筑业协会继续教育证明",
    )


def drawn(text: str) -> Paper:
    """Draw a page with lines and a seal on it, never the same twice."""
    mark = hashlib.sha256(text.encode()).digest()
    page = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((30, 30, 590, 847), outline=(90, 90, 90), width=3)
    draw.rectangle((180, 90, 440, 120), fill=(60, 60, 60))
    for place, byte in enumerate(mark[:16]):
        left, top = 80, 190 + place * 30
        draw.rectangle((left, top, left + 160 + byte, top + 8), fill=(150, 150, 150))
    draw.ellipse((390, 650, 540, 800), outline=(200, 40, 40), width=6)
    draw.regular_polygon((465, 725, 30), 5, fill=(200, 40, 40))
    out = io.BytesIO()
    page.save(out, "JPEG", quality=72)
    return Paper("image/jpeg", out.getvalue(), mark)
