"""The demonstration's questions and complaints: new, late, answered, passed on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from lms.jobs.demo.money import Desk
from lms.jobs.demo.people import Made
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.notify import own_words
from lms.notify.rules import Channel
from lms.notify.rules.own import Own
from lms.policy.answering import Matter
from lms.threads import services
from lms.threads.rules import Ending
from lms.threads.services import Opening, Reply, Said
from lms.threads.services.settings import Wanted

_TEMPLATES = (
    Wanted(
        "学时没有记上",
        "{称呼}，您好！已查看学习记录。离开播放页面或超过两分钟没有操作的时间不计入学时，"
        "请从提示的位置继续播放，看完后自动记入。\n仍有问题请继续留言（编号 {编号}）。",
        Matter.STUDY,
    ),
    Wanted(
        "已收到，正在核实",
        "{称呼}，您好！“{主题}”已收到，正在核实，{答复期限} 前答复您。\n{协会}",
        interim=True,
    ),
)
_WORDS = Own("", "{协会}：订单 {订单号} 已收到 {金额} 元，课程已开通，祝学习顺利。")


def lay(work: Work, cast: Mapping[str, Made], desk: Desk) -> None:
    """Lay matters of each kind on the desk, with templates and words of its own."""
    clerk = desk.at(work, "clerk", 20)
    for wanted in _TEMPLATES:
        services.save_template(clerk, desk.house, wanted)
    own_words.keep(clerk, desk.house, ("order_paid", Channel.SMS), _WORDS)
    asked = _Asked(work, cast, desk)
    asked.put(
        "李秀英", 1, Matter.STUDY, "昨晚看完一课，学时没有记上",
        "昨天晚上八点多看完“深基坑支护”一课，进度显示 100%，学时还是没有增加，请核实。",
    )  # fmt: skip
    late = asked.put(
        "张建国", 16, Matter.COMPLAINT, "培训部电话一直打不通",
        "连续三天上午打培训部电话都没有人接，希望改进，并给我回个电话。",
    )  # fmt: skip
    services.take(desk.at(work, "clerk", 15), desk.house, late)
    paid = asked.put(
        "王守成", 6, Matter.ORDER, "发票抬头想改成单位",
        "当时选的是个人抬头，单位要求报销，能改成单位名称吗？",
    )  # fmt: skip
    asked.answer(paid, 2, "可以。请在“我的发票”里申请换开，填写单位名称和税号即可。")
    again = asked.put(
        "欧阳㛃𬀩", 12, Matter.EXAM, "考试时网络断了，少做两题",
        "考试中断网十分钟，剩下两题没有来得及做，希望重新考。",
    )  # fmt: skip
    asked.answer(
        again, 9, "断网期间已保存的答案有效，按规则不能重新考试。", Ending.REFUSED
    )
    services.pass_on(
        asked.by("欧阳㛃𬀩", 2),
        again,
        Said(new_id(), "断网是机房的问题，不同意，请复核。"),
    )


class _Asked:
    """Says things in the names of the cast, some days ago."""

    def __init__(self, work: Work, cast: Mapping[str, Made], desk: Desk) -> None:
        self._work, self._cast, self._desk = work, cast, desk

    def by(self, name: str, days: int) -> Work:
        """Let a learner act, so many days ago."""
        then = self._work.now - timedelta(days=days)
        return replace(self._work, actor=self._cast[name].actor, now=then)

    def put(
        self, name: str, days: int, matter: Matter, subject: str, body: str
    ) -> UUID:
        """Let a learner ask."""
        put = Opening(matter, Said(new_id(), body), subject)
        return services.begin(self.by(name, days), self._desk.house, put)

    def answer(
        self, thread_id: UUID, days: int, body: str, ending: Ending | None = None
    ) -> None:
        """Let the clerk answer, or close."""
        reply = Reply(Said(new_id(), body), 1, ending)
        deed = services.answer if ending is None else services.close
        desk = self._desk
        deed(desk.at(self._work, "clerk", days), desk.house, thread_id, reply)
