"""Merchants of single associations: a folder of files, one for each, by its code.

`BTJX.env` holds the same names as the installation's own settings of payments. An
association with a file is paid by what stands in it and by nothing else; the others
are paid by the installation's own merchant.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lms.kernel import payment_settings
from lms.kernel.payment_settings import (
    AlipaySettings,
    StripeSettings,
    WechatSettings,
    ways_by,
)

_CODE = re.compile(r"[A-Z0-9]{2,12}")
_NAMES = payment_settings.NAMES | payment_settings.STRIPE_NAMES
_OTHERS = 0o077


@dataclass(frozen=True, slots=True, repr=False)
class Merchant:
    """By whom one association is paid. It never tells a key."""

    code: str
    stripe: StripeSettings
    wechat: WechatSettings | None = None
    alipay: AlipaySettings | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """List the ways in which this merchant takes money."""
        return ways_by(self.stripe, self.wechat, self.alipay)

    @property
    def numbers(self) -> Mapping[str, str]:
        """Give by which number each provider knows the merchant, where it has one."""
        found = {}
        if self.wechat is not None:
            found["wechat_pay"] = self.wechat.mch_id
        if self.alipay is not None:
            found["alipay"] = self.alipay.seller_id or self.alipay.app_id
        return found


def merchants(
    env: Mapping[str, str], own: Merchant, problems: list[str], *, production: bool
) -> Mapping[str, Merchant]:
    """Read every file of `LMS_MERCHANTS`; `own` is the installation's merchant."""
    named = env.get("LMS_MERCHANTS")
    if not named:
        return {}
    folder = Path(named)
    if not folder.is_dir():
        problems.append("LMS_MERCHANTS: no such folder")
        return {}
    found = {}
    for file in sorted(folder.glob("*.env")):
        wrong: list[str] = []
        found[file.stem] = _merchant(file, wrong, production=production)
        problems.extend(f"{file.name}: {one}" for one in wrong)
    _apart([own, *found.values()], problems)
    return found


def _merchant(file: Path, problems: list[str], *, production: bool) -> Merchant:
    if not _CODE.fullmatch(file.stem):
        problems.append("must be named by an association's code, as in BTJX.env")
    if production and file.stat().st_mode & _OTHERS:
        problems.append("must be readable by its owner alone")
    env = _read(file, problems)
    made = Merchant(
        file.stem,
        payment_settings.stripe(env, problems),
        payment_settings.wechat(env, problems, production=production),
        payment_settings.alipay(env, problems, production=production),
    )
    if bool(made.stripe.secret_key) != bool(made.stripe.webhook_secret):
        problems.append(payment_settings.TOGETHER)
    if not made.ways and not problems:
        problems.append("names no way to pay")
    return made


def _read(file: Path, problems: list[str]) -> dict[str, str]:
    """Read `NAME=value`, a line each; an empty one, or one with #, says nothing."""
    env: dict[str, str] = {}
    for n, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        name, equals, value = line.strip().partition("=")
        if not name or name.startswith("#"):
            continue
        # Never the line: it may hold a key.
        if not equals or name not in _NAMES or name in env:
            problems.append(f"line {n}: no such setting, or one that stands twice")
        env[name] = value.strip()
    return env


def _apart(all_of_them: list[Merchant], problems: list[str]) -> None:
    """See that no two are paid into one account."""
    seen: dict[tuple[str, str], str] = {}
    for one in all_of_them:
        named = dict(one.numbers)
        if one.alipay is not None:
            named["alipay"] = one.alipay.app_id
        if one.stripe.secret_key:
            named["card"] = one.stripe.secret_key
        for way, number in named.items():
            other = seen.setdefault((way, number), one.code)
            if other != one.code:
                whose = other or "the installation"
                problems.append(f"{one.code}.env: {way}: the merchant of {whose} too")
