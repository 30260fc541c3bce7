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

_NEWS = {
    "title": "放假安排", "body": "照常学习。", "audience": "all", "specialty": "",
    "course": "", "company": "", "days": "", "from_at": "", "until": "",
}  # fmt: skip

_QUESTION = {
    "at": "0:05", "stem": "怎么办？", "option0": "停工", "option1": "继续",
    "right0": "y",
}  # fmt: skip
_QUESTION = {
    "specialty": "building", "kind": "single", "chapter": "一", "difficulty": "easy",
    "stem": "新的一题", "options": "甲\n乙", "key": "A", "explanation": "", "basis": "",
}  # fmt: skip

_CLASS = {
    "lesson": "", "starts_at": "2027-03-01T09:00", "ends_at": "2027-03-01T12:20",
    "opens_at": "2027-01-01T09:00", "closes_at": "2027-02-28T09:00",
    "address": "钢铁大街 20 号", "room": "201", "link": "", "teacher": "李工",
    "places": "40",
}  # fmt: skip

_TEACHER = {
    "seen": "0", "name": "高建民", "sex": "", "employer": "设计院", "title": "教授",
    "level": "full", "specialties": "building", "since_year": "1998", "phone": "",
    "id_number": "", "cv": "从事支护设计。",
}  # fmt: skip

_CAME = {
    "name": "新来人", "number": "11010519491231002X", "checked": "y", "agreed": "y",
}  # fmt: skip

FORMS: dict[str, dict[str, str]] = {
    "api_keys.make": {"name": "人事系统"},
    "applications.answer": {"seen": "1", "reason": "已补正"},
    "applications.audit_hand": {
        "period": "2024-03-01_2027-02-28", "why": "没有录音录像",
    },
    "applications.audit_say": {"words": "情况说明如下"},
    "applications.hand_on": {"seen": "1", "read": "y"},
    "applications.identity_check": {"seen": "1", "password": "x", "code": "123456"},
    "applications.send_back": {"seen": "1", "reason": "不是我的意愿"},
    "applications.sign": {"seen": "2", "agreed": "y"},
    "applications.start": {"specialties": "building"},
    "applications.withdraw": {"seen": "2", "sure": "y"},
    "console_announcements.create": _NEWS,
    "console_replies.create": {"title": "再发", "matter": "", "body": "请再发一次。"},
    "console_replies.limit": {
        "matter": "study", "workdays": "2", "from_on": "2027-01-01",
    },
    "console_replies.save": {"title": "已收", "matter": "", "body": "{称呼}，已收。"},
    "console_threads.answer": {"seen": "1", "body": "已经核实。", "then": "answer"},
    "console_threads.note": {"body": "打过电话"},
    "console_teachers.create": _TEACHER,
    "console_teachers.save": _TEACHER,
    "console_teachers.decide": {"answer": "no", "comment": "编号不符", "seen": "2"},
    "console_teachers.retire": {"reason": "离职"},
    "console_teacher_papers.add": {
        "kind": "title", "number": "1", "granted_on": "2024-01-01",
    },
    "console_teacher_papers.consent": {"given_on": "2026-11-01", "how": "signed"},
    "console_teacher_papers.reveal": {"reason": "核对合同"},
    "console_terms.teachers": {
        "from_on": "2027-01-01", "needs": "checked", "reason": "按大纲要求",
    },
    "console_wordings.save": {"body": "订单 {订单号} 已付。"},
    "threads.put": {
        "matter": "study", "association": "", "subject": "学时", "body": "没有记上",
    },
    "threads.write": {"body": "补充一句"},
    "threads.pass_on": {"body": "不同意"},
    "console_announcements.decide": {"answer": "yes", "comment": ""},
    "console_announcements.save": _NEWS,
    "console_batch_files.ask": {"number": "BTJX-JXJY-2026-0000149-7", "why": "lost"},
    "console_batch_files.pack": {"kinds": "pdf"},
    "console_beside.ask": _QUESTION,
    "console_beside.captions": {"start": "0:01", "end": "0:04", "words": "先验槽"},
    "console_beside.rewrite": _QUESTION,
    "console_bank.create": _QUESTION,
    "console_bank.save": _QUESTION,
    "classes.check": {"t": "x"},
    "console_class_roll.decide": {"answer": "yes", "comment": ""},
    "console_class_roll.mark": {
        "came": "2026-11-24T10:00", "went": "2026-11-24T13:00", "reason": "没带手机",
    },
    "console_classes.cancel": {"reason": "讲师生病"},
    "console_classes.create": _CLASS,
    "console_classes.save": _CLASS,
    "console_classes.set_terms": {
        "from_on": "2027-01-01", "present_percent": "90", "leave_hours": "24",
        "makeup_times": "2", "makeup_days": "90",
    },
    "console_courses.add_chapter": {"title": "新章"},
    "console_courses.create": _COURSE,
    "console_courses.rename_chapter": {"title": "改名"},
    "console_courses.save_facts": _COURSE,
    "console_claims.decide": {"answer": "yes", "comment": "材料属实"},
    "console_books.settle": {"reason": "已电话核实"},
    "console_exports.decide": {"answer": "no", "comment": "没有依据"},
    "console_province.ask": {
        "basis": "issued", "since": "2026-01-01", "until": "2026-12-31",
        "reason": "年度上报",
    },
    "console_invoices.decline": {"reason": "请改为单位全称"},
    "console_line_returns.decide_return": {"approved": "0", "comment": "不退"},
    "console_line_returns.keep": {"kept": "1", "why": "来款不明"},
    "console_line_returns.set_aside": {"aside": "1", "why": "结息"},
    "console_reds.wish": {"forward": "0", "words": "发票无误"},
    "console_domain.ask": {"host": "lauf.example.cn", "reason": "用自己的网址"},
    "console_terms.account": {
        "name": "某某协会", "bank": "包头银行", "account": "1500 7", "reason": "换银行",
    },
    "console_terms.decide": {"answer": "yes", "comment": ""},
    "console_terms.study": {
        "from_on": "2027-01-01", "cap_hours": "8", "top_rate": "150", "present": "1",
        "mean_minutes": "12", "answer_seconds": "60", "reason": "按省里要求",
    },
    "console_domain.decide": {"answer": "yes", "comment": ""},
    "console_staff.change": {"role": "author", "reason": "改做课程"},
    "console_staff.decide": {"answer": "yes", "comment": "已核对"},
    "console_staff.end": {"reason": "调离"},
    "console_staff.invite": {
        "name": "来客", "place": "walker@guest.example", "role": "clerk",
        "reason": "人手不够",
    },
    "account.take_up": {"name": "来客", "password": "x", "agreed": "y"},
    "console_setup.save": {
        "slug": "walk", "short_name": "演示", "colour": "#17406d", "welcome": "",
    },
    "console_legacy.ask": {"reason": "旧平台公司移交"},
    "console_legacy.decide": {"answer": "yes", "comment": "同意"},
    "console_legacy_back.ask": {"reason": "移交的是旧名册"},
    "console_legacy_back.decide": {"answer": "yes", "comment": "同意"},
    "console_legacy.remap": {
        "platform": "旧平台", "head": "0", "number": "0", "name": "1", "id_number": "2",
    },
    "console_legacy_records.decide": {"answer": "yes", "comment": "已看身份证"},
    "console_legacy_records.export": {"group": "all"},
    "console_statements.remap": {
        "bank": "包头银行", "account": "1500", "head": "0", "day": "0",
        "credit": "3", "payer": "5",
    },
    "console_lessons.create": _LESSON,
    "console_lessons.save": _LESSON,
    "console_orders.propose": {
        "value_on": "2026-11-20", "amount": "1.00", "payer": "某公司",
        "running_no": "77-1",
    },
    "console_plans.decide": {"answer": "yes", "comment": "同意"},
    "console_plans.propose": {
        "specialty": "", "since": "2026-12-21", "minutes": "60", "pass_mark": "60",
        "retakes": "2", "reason": "新的方案", "rows-0-kind": "single",
        "rows-0-chapter": "", "rows-0-difficulty": "", "rows-0-count": "10",
        "rows-0-points": "10", "rows-0-common": "",
    },
    "console_people.correction_decide": {"answer": "yes", "comment": "已核对"},
    "console_people.photo": {"answer": "yes"},
    "console_people.reveal": {"what": "id_number", "reason": "核对证件信息"},
    "account.use_slip": {
        "handle": "K00000000", "code": "AAAAA-AAAAA",
        "password": "一句只有我记得住的很长的话", "agreed": "y",
    },
    "console_counter.dispute": _CAME,
    "console_counter.open_account": _CAME,
    "console_counter.recover": _CAME,
    "me.number_say": {
        "name": "李秀英", "id_number": "11010519491231002X", "association": "",
        "reason": "从来没有注册过", "sensitive": "y",
    },
    "console_members.add": {
        "number": "91110000600037341L", "name": "某某建筑公司",
        "from_on": "2026-11-20", "until_on": "2027-11-19",
    },
    "console_offers.decide_coupon": {"approved": "1"},
    "console_offers.decide_deal": {"approved": "1"},
    "console_offers.make_coupon": {
        "title": "新课优惠", "percent": "10", "from_on": "2026-11-20",
        "until_on": "2026-12-20", "code": "WALK2026", "total": "5",
        "each_person": "1",
    },
    "console_offers.make_price": {"percent": "10", "from_on": "2026-11-20"},
    "console_offers.make_tier": {
        "seats": "10", "percent": "5", "from_on": "2026-11-20",
    },
    "console_refund_rules.make": {"mode": "prorated", "from_on": "2026-11-20"},
    "console_refunds.decide": {"approved": "0", "comment": "不退"},
    "console_refunds.decline": {"comment": "不退"},
    "console_refunds.returned": {"returned_on": "2026-11-20", "bank_line": "88-1"},
    "console_trust.decide": {"answer": "yes"},
    "console_trust.renew": {"reason": "根证书将到期"},
    "console_trust.vouch": {"answer": "yes", "comment": "已核对更名文件"},
    "employer.copy_ask": {"purpose": "某工程投标", "days": "30"},
    "employer.dismiss": {"left_on": "2026-11-20", "reason": "合同到期"},
    "employer.invite": {"people": "13899990000 张三"},
    "employer.kind_save": {"kind": "design"},
    "employer.lock_lost": {"fault": "lock_lost"},
    "employer.open_save": {
        "name": "某某建筑公司", "uscc": "91110000600037341L", "kind": "design",
    },
    "employer.audit_hand": {"period": "2024-03-01_2027-02-28", "why": "没有录音录像"},
    "employer.audit_say": {"words": "情况说明如下"},
    "employer.pack": {"period": "2024-03-01_2027-02-28"},
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
    "wallet.allow": {"span": "30"},
    "wallet.link": {"days": "30", "name": "whole"},
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
    "office.compare": {
        "seen": "1",
        "source": "register",
        "number": "蒙2152020202100001",
        "until_building": "2027-02-28",
        "days": "y",
    },
    "office.counter_compare": {
        "seen": "1",
        "source": "paper",
        "number": "蒙2152020202100001",
        "until_building": "2027-02-28",
        "days": "y",
    },
    "office.company": {"uscc": "91150203MA0N00000G"},
    "office.person": {"number": "150203198507040044", "checked": "y"},
    "office.prove": {"need": "identity", "seen": "1", "reason": "身份证原件"},
    "office.publish": {"title": "公告"},
    "office.settle": {"upheld": "no", "comment": "已核实"},
    "own_archive.pack": {"period": "2024-03-01_2027-02-28"},
    "invoices.wish": {
        "kind": "personal", "sort": "normal", "name": "张三", "why": "title",
        "words": "写错了",
    },
    "invoices.retitle": {"kind": "personal", "sort": "normal", "name": "张三"},
    "shop.wish_refund": {"reason": "报错了课程"},
    "employer.order_wish": {"reason": "报多了席位"},
    "employer.seat_session": {"session": "00000000-0000-0000-0000-000000000007"},
    "shop.pay": {"method": "alipay"},
    "study.answers": {"question": "", "choice": "0"},
    "study.specialty": {"specialty": "building"},
    "unit.ask": {"uscc": "91150203MA0N00000G"},
    "unit.leave": {"left_on": "2026-11-20", "reason": "合同到期"},
}  # fmt: skip

JSON: dict[str, dict[str, Any]] = {
    "exams.answers": {"answers": {"0": [0]}},
    "console_courses.arrange": {"seen": "", "tree": []},
    "console_films.begin": {"name": "a.mp4", "size": 9, "fingerprint": "0" * 64},
}


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
