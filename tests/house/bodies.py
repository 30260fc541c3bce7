"""Forms as a page would send them: a refusal is then the door's, not the form's."""

from __future__ import annotations

from typing import Any

_COURSE = {
    "title": "新的课程", "specialty": "building", "track": "required", "year": "2026",
    "price": "120.00", "teacher": "高老师", "teacher_title": "", "summary": "要点",
}  # fmt: skip
_LESSON = {
    "title": "新的课时", "kind": "document", "credit": "1", "minutes": "45",
    "body": "一段正文", "captions": "", "questions": "",
}  # fmt: skip

FORMS: dict[str, dict[str, str]] = {
    "applications.answer": {"seen": "1", "reason": "已补正"},
    "applications.hand_on": {"seen": "1", "read": "y"},
    "applications.identity_check": {"seen": "1", "password": "x", "code": "123456"},
    "applications.send_back": {"seen": "1", "reason": "不是我的意愿"},
    "applications.sign": {"seen": "2", "agreed": "y"},
    "applications.start": {"specialties": "building"},
    "applications.withdraw": {"seen": "2", "sure": "y"},
    "console_courses.add_chapter": {"title": "新章"},
    "console_courses.create": _COURSE,
    "console_courses.rename_chapter": {"title": "改名"},
    "console_courses.save_facts": _COURSE,
    "console_claims.decide": {"answer": "yes", "comment": "材料属实"},
    "console_lessons.create": _LESSON,
    "console_lessons.save": _LESSON,
    "console_orders.propose": {
        "value_on": "2026-11-20", "amount": "1.00", "payer": "某公司",
        "running_no": "77-1",
    },
    "console_people.correction_decide": {"answer": "yes", "comment": "已核对"},
    "console_people.photo": {"answer": "yes"},
    "console_people.reveal": {"what": "id_number", "reason": "核对证件信息"},
    "console_refunds.decide": {"approved": "0", "comment": "不退"},
    "console_refunds.returned": {"returned_on": "2026-11-20", "bank_line": "88-1"},
    "employer.copy_ask": {"purpose": "某工程投标", "days": "30"},
    "employer.dismiss": {"left_on": "2026-11-20", "reason": "合同到期"},
    "employer.invite": {"people": "13899990000 张三"},
    "employer.kind_save": {"kind": "design"},
    "employer.lock_lost": {"fault": "lock_lost"},
    "employer.open_save": {
        "name": "某某建筑公司", "uscc": "91110000600037341L", "kind": "design",
    },
    "employer.pack": {"since": "2024-03-01"},
    "exams.submit": {"q0": "0"},
    "inspect.decide": {"verdict": "sound", "comment": "已核对，没有问题"},
    "inspect.find": {"name": "李秀英", "part": "1976", "reason": "随机抽查"},
    "inspect.open_record": {"reason": "随机抽查"},
    "inspect.open_review": {"reason": "来信反映有人代学"},
    "inspect.pack": {
        "since": "2026-01-01", "until": "2026-12-31", "reason": "随机抽查",
    },
    "inspect.revealed": {"what": "id_number", "reason": "核对证件信息"},
    "licences.record": {"item": "card", "act": "made", "on": "2026-11-20"},
    "renewal.offer": {"number": "EX-2026-0001", "specialty": "building"},
    "console_offices.appoint": {
        "email": "seat@demo.example", "role": "teller", "until": "2027-01-01",
        "document": "文件",
    },
    "console_offices.correct": {"address": "某路1号"},
    "console_offices.decide": {"answer": "yes", "comment": "已核对"},
    "console_offices.end": {"until": "2030-01-01"},
    "console_offices.give": {
        "task": "on_site", "since": "2026-11-21", "source": "文件",
    },
    "lists.object_to": {
        "words": "不符合条件，请核实在职情况", "name": "某公司", "contact": "0471-1",
    },
    "office.act": {"deed": "pass", "seen": "1"},
    "office.audit_decide": {"revoke": "no", "answer": "证据不足，不予撤销"},
    "office.audit_find": {"what": "sound", "words": "资料齐全真实"},
    "office.answer": {"upheld": "no", "comment": "已核实"},
    "office.company": {"uscc": "91150203MA0N00000G"},
    "office.person": {"number": "150203198507040044", "checked": "y"},
    "office.prove": {"need": "identity", "seen": "1", "reason": "身份证原件"},
    "office.publish": {"title": "公告"},
    "office.settle": {"upheld": "no", "comment": "已核实"},
    "own_archive.pack": {"since": "2024-03-01"},
    "shop.pay": {"method": "alipay"},
    "study.answers": {"question": "", "choice": "0"},
    "study.specialty": {"specialty": "building"},
    "unit.ask": {"uscc": "91150203MA0N00000G"},
    "unit.leave": {"left_on": "2026-11-20", "reason": "合同到期"},
}  # fmt: skip

JSON: dict[str, dict[str, Any]] = {"exams.answers": {"answers": {"0": [0]}}}


def good(endpoint: str, named: dict[str, str] | None = None) -> dict[str, Any]:
    """Give the body with which a page of the house asks; `named` are things in it."""
    if endpoint in JSON:
        return {"json": JSON[endpoint]}
    return {"data": FORMS.get(endpoint, {}) | (named or {})}


_JUNK = "﷽<script>alert(1)</script>'\"\x00" + "9" * 50
_FIELDS = (
    "title", "name", "reason", "kind", "offer_id", "amount", "id_number", "credit",
    "price", "q", "known_as", "key", "options", "stem", "method", "specialty", "track",
    "uscc", "number", "revision", "total",
)  # fmt: skip
JUNK_FIELDS = dict.fromkeys(_FIELDS, _JUNK)
JUNK: tuple[dict[str, Any], ...] = (
    {"data": JUNK_FIELDS},
    {"json": {"answers": _JUNK, "seq": _JUNK}},
)
"""Bodies that no page of the house sends."""

_ASKED = ("q", "page", "sort", "specialty", "track", "year", "price", "state", "next",
          "association", "kind", "from", "to", "on", "name", "number")  # fmt: skip
JUNK_ASKED: tuple[dict[str, Any], ...] = tuple(
    {"query_string": dict.fromkeys(_ASKED, junk)}
    for junk in (_JUNK, _JUNK.replace("\0", ""), "-1")
)
"""Questions that no link of the house asks."""
