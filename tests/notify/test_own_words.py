"""An association's own words: what may stand in them, and that they are what went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from lms.accounts.rules import Role
from lms.jobs import messages
from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from lms.notify import own_words, services
from lms.notify import queries as notify
from lms.notify.models import OutboxMessage
from lms.notify.ports import MailSender, SmsSender
from lms.notify.rules import Channel, Letter
from lms.notify.rules.own import KINDS, Own, blanks_of, problems, worded
from lms.web import notice_words
from tests.conftest import Browser, HandClock
from tests.make import accounts as account_make
from tests.make import people

Begin = Callable[..., Any]
WORDS = Own("回执 {订单号}", "{协会}：订单 {订单号} 已付 {金额} 元。")
AT = "/console/wordings"


@dataclass
class Post:
    """Takes whatever is sent, by text and by mail."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, _to: str, *words: str, key: str, leave: str = "") -> None:
        assert key
        assert not leave
        self.sent.append((words[0] if len(words) > 1 else "", words[-1]))


@pytest.mark.parametrize(
    ("own", "codes"),
    [
        pytest.param(WORDS, [], id="good"),
        pytest.param(Own("题", " "), ["wording.empty"], id="nothing"),
        pytest.param(Own("题", "已付"), ["blank.missing"], id="without the number"),
        pytest.param(
            Own("题", "{订单号}{密码}"), ["blank.unknown"], id="another message's blank"
        ),
        pytest.param(Own("题", "{订单号}{"), ["blank.brace"], id="a lone brace"),
        pytest.param(
            Own("题", "【银行】{订单号}"), ["wording.signature"], id="a sign of its own"
        ),
        pytest.param(Own(" ", "{订单号}"), ["wording.no_subject"], id="no subject"),
        pytest.param(
            Own("题" * 61, "{订单号}"), ["wording.long_subject"], id="a long subject"
        ),
        pytest.param(
            Own("题\nBcc: x", "{订单号}"), ["wording.long_subject"], id="two lines"
        ),
        pytest.param(
            Own("题\rBcc: x", "{订单号}"), ["wording.long_subject"], id="a bare return"
        ),
        pytest.param(
            Own("题", "{订单号}" + "字" * 1000), ["wording.long_mail"], id="long"
        ),
    ],
)
def test_words_of_a_mail_are_checked(own: Own, codes: list[str]) -> None:
    assert [one.code for one in problems("order_paid", Channel.MAIL, own)] == codes


def test_a_text_message_is_counted_with_everything_put_in() -> None:
    def found(letters: int) -> list[str]:
        own = Own("", "{订单号}" + "字" * letters)
        return [one.code for one in problems("order_paid", Channel.SMS, own)]

    # Four for the signature, fourteen for the number.
    assert found(201 - 18) == []
    assert found(202 - 18) == ["wording.too_long"]


def test_what_is_put_in_is_never_evaluated() -> None:
    own = Own("{订单号}", "{订单号}")
    said = worded(own, "order_paid", {"number": "{协会}{{7*7}}\n%s"})

    assert said is not None
    assert said.text == "【学时】{协会}{{7*7}}\n%s"
    assert "\n" not in said.subject


def test_without_what_it_must_say_the_houses_own_words_go() -> None:
    assert worded(WORDS, "order_paid", {"total": "1"}) is None


@pytest.mark.parametrize("kind", KINDS)
def test_each_blank_is_a_fact_that_the_houses_words_have_too(kind: str) -> None:
    facts: dict[str, str | int] = {one.fact: f"<{one.name}>" for one in blanks_of(kind)}
    said = notify.wording(kind, facts | {"closed": 0}, "zh")

    assert kind in notice_words.OF_DESK
    told = said.subject + said.text
    assert all(f"<{one.name}>" in told for one in blanks_of(kind)[:-1])


@pytest.fixture
def here(begin: Begin) -> AssociationId:
    with begin() as work:
        return people.association(work)


def owe(begin: Begin, here: AssociationId, channel: Channel) -> Any:
    with begin() as work:
        made = people.account(work)
        letter = Letter(
            channel,
            "order_paid",
            to_account=made.account_id,
            facts={"number": "N1", "total": "12.00", "courses": 1},
            association_id=here,
        )
        return services.owe(work, letter)


def sent(clock: HandClock, message_id: Any) -> tuple[list[tuple[str, str]], str]:
    post = Post()
    messages.send(
        clock, {MailSender: post, SmsSender: post}, message_id, keep_words=False
    )
    db.session.rollback()
    row = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.id == message_id)
    ).one()
    return post.sent, row.said or ""


def test_own_words_go_out_and_the_log_has_what_went(
    begin: Begin, here: AssociationId, clock: HandClock
) -> None:
    with begin() as work:
        own_words.keep(work, here, ("order_paid", Channel.MAIL), WORDS)
    first = owe(begin, here, Channel.MAIL)
    went, said = sent(clock, first)
    assert went == [("回执 N1", went[0][1])]
    assert went[0][1].startswith("【学时】")
    assert went[0][1].endswith("：订单 N1 已付 12.00 元。")
    assert said == f"{went[0][0]}\n{went[0][1]}"

    with begin() as work:
        assert own_words.put_back(work, here, ("order_paid", Channel.MAIL))
        assert not own_words.put_back(work, here, ("order_paid", Channel.MAIL))
    later, _said = sent(clock, owe(begin, here, Channel.MAIL))

    assert later[0][0] == "订单 N1 已付款，课程已开通"
    db.session.rollback()
    kept = db.session.scalars(
        select(OutboxMessage.said).where(OutboxMessage.id == first)
    ).one()
    assert kept == said


def test_another_associations_words_are_its_own(
    begin: Begin, here: AssociationId, clock: HandClock
) -> None:
    with begin() as work:
        there = people.association(work)
        own_words.keep(work, there, ("order_paid", Channel.MAIL), WORDS)

    went, _said = sent(clock, owe(begin, here, Channel.MAIL))

    assert went[0][0] == "订单 N1 已付款，课程已开通"


def test_what_holds_a_secret_is_kept_in_no_log(
    begin: Begin, here: AssociationId, clock: HandClock
) -> None:
    with begin() as work:
        made = people.account(work)
        owed = services.owe(
            work,
            Letter(
                Channel.MAIL,
                "code_sign_in",
                to_account=made.account_id,
                secrets={"code": "424242"},
                facts={"minutes": 10},
                association_id=here,
            ),
        )
    went, said = sent(clock, owed)

    assert "424242" in went[0][1]
    assert said == ""


@pytest.fixture
def manager(begin: Begin, here: AssociationId, browser_of: Any) -> Browser:
    with begin() as work:
        made = account_make.staff(work, Role.MANAGER, association_id=here)
    found: Browser = browser_of(made)
    return found


def test_a_manager_words_a_message_looks_and_puts_it_back(manager: Browser) -> None:
    assert "订单已付款" in manager.get(AT).text
    page = manager.get(f"{AT}/order_paid/mail").text
    assert "订单 {订单号} 已付款" in page
    form = {"subject": WORDS.subject, "body": WORDS.body}
    shown = manager.post(f"{AT}/order_paid/mail", form | {"then": "preview"})
    assert "订单 26112200000017 已付 1200.00 元。" in shown.text
    assert "自己的说法</span>" not in manager.get(AT).text
    assert manager.post(f"{AT}/order_paid/mail", form).status_code == 303
    assert "自己的说法</span>" in manager.get(AT).text
    assert "恢复标准用语" in manager.get(f"{AT}/order_paid/mail").text

    assert manager.post(f"{AT}/order_paid/mail/standard").status_code == 303

    assert "自己的说法</span>" not in manager.get(AT).text


def test_what_is_wrong_is_said_and_what_was_typed_stays(manager: Browser) -> None:
    bad = manager.post(f"{AT}/order_paid/sms", {"body": "我们的{价格}", "then": "keep"})

    assert bad.status_code == 422
    assert "没有“价格”这个占位符" in bad.text
    assert "缺少必须写明的“订单号”" in bad.text
    assert "我们的{价格}</textarea>" in bad.text


@pytest.mark.parametrize(
    "path", ["code_sign_in/sms", "claim_decided/mail", "order_paid/notice", "x/y"]
)
def test_what_the_law_wants_told_is_worded_by_nobody(
    manager: Browser, path: str
) -> None:
    assert manager.get(f"{AT}/{path}").status_code == 404
    assert manager.post(f"{AT}/{path}", {"body": "x"}).status_code == 404
    assert manager.post(f"{AT}/{path}/standard").status_code == 404


def test_the_log_shows_the_words_to_its_own_desk_alone(
    begin: Begin,
    here: AssociationId,
    clock: HandClock,
    manager: Browser,
    browser_of: Any,
) -> None:
    owed = owe(begin, here, Channel.MAIL)
    sent(clock, owed)
    with begin() as work:
        there = people.association(work)
        other = account_make.staff(
            work, Role.MANAGER, association_id=there, email="other@demo.example"
        )

    assert "订单 N1 已付款 12.00 元" in manager.get(f"/console/messages/{owed}").text
    assert browser_of(other).get(f"/console/messages/{owed}").status_code == 404
