"""Settings: one frozen object from the environment, checked whole before the start."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from lms.kernel import merchant_settings, payment_settings, secret_keys
from lms.kernel.merchant_settings import Merchant
from lms.kernel.payment_settings import (
    AlipaySettings,
    StripeSettings,
    WechatSettings,
)
from lms.kernel.secret_keys import Secrets

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadSettings(Exception):
    """The environment cannot be used; `problems` lists every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. Secrets are kept out of `repr`."""

    production: bool
    demo: bool
    base_url: str
    data_dir: Path
    database_url: str
    redis_url: str | None
    secrets: "Secrets"
    stripe: StripeSettings
    smtp_url: str | None
    mail_from: str
    failpoints: str
    proxy_hops: int
    batch_workers: int
    tsa_url: str | None
    tsa_roots: Path | None
    signing_roots: Path | None
    signers: Path | None
    media_s3: "S3Settings | None" = None
    wechat: WechatSettings | None = None
    alipay: AlipaySettings | None = None
    merchants: Mapping[str, Merchant] = field(default_factory=dict)

    @property
    def ways(self) -> tuple[str, ...]:
        """List the ways in which the installation's own merchant is paid."""
        return self.own.ways

    @property
    def own(self) -> Merchant:
        """Give the installation's own merchant, who is paid where nobody else is."""
        return Merchant("", self.stripe, self.wechat, self.alipay)

    @property
    def tills(self) -> tuple[Merchant, ...]:
        """List all merchants, the installation's own first."""
        return (self.own, *self.merchants.values())

    def seller(self, code: str) -> Merchant:
        """Give the merchant by whom an association is paid; `code` is its own."""
        return self.merchants.get(code, self.own)

    def astray(self, codes: Iterable[str]) -> tuple[str, ...]:
        """List merchants under a code that no association has; `codes` are all."""
        return tuple(sorted(set(self.merchants) - set(codes)))

    @property
    def play(self) -> bool:
        """Tell whether payments are play."""
        return any(one.api_base is not None for one in _providers(self))

    @property
    def wants_stand_in(self) -> bool:
        """Tell whether a demonstration needs somebody who plays Stripe."""
        return self.demo and not any(one.ways for one in self.tills)

    @property
    def secure(self) -> bool:
        """Tell whether visitors come by https."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """Give the host that pages are served under."""
        return urlsplit(self.base_url).hostname or "127.0.0.1"

    @property
    def hosts(self) -> list[str]:
        """List the hosts that a visitor may name; others are turned away."""
        own = [self.host]
        return own if self.production else [*own, "localhost", "127.0.0.1", "[::1]"]

    def payment_page(self, url: str, host: str) -> str:
        """Lead to a stand-in on this machine by the host that the visitor came by.

        `host` must be one of `hosts`. Any other payment page stays where it is.
        """
        parts = urlsplit(url)
        here = parts.hostname in {*_LOOPBACK, self.host}
        if not self.stripe.stand_in or not here:
            return url
        name = urlsplit(f"//{host}").hostname or self.host
        shown = f"[{name}]" if ":" in name else name
        place = f"{shown}:{parts.port}" if parts.port else shown
        return parts._replace(netloc=place).geturl()

    @property
    def media_dir(self) -> Path:
        """Give the folder of films and documents."""
        return self.data_dir / "media"

    @property
    def uploads_dir(self) -> Path:
        """Give the folder of films that are on their way."""
        return self.data_dir / "uploads"

    @property
    def cache_dir(self) -> Path:
        """Give the folder of what can be made again."""
        return self.data_dir / "cache"


@dataclass(frozen=True, slots=True, repr=False)
class S3Settings:
    """The bucket that films lie in, when not on this machine's disk.

    `url` is how the house reaches the store, `public_url` how browsers do; `style` says
    whether the bucket stands in the path or before the host.
    """

    url: str
    public_url: str
    bucket: str
    key: str
    secret: str
    region: str
    style: str

    @property
    def origin(self) -> str:
        """Give the origin that browsers fetch films from."""
        parts = urlsplit(self.public_url)
        place = f"{self.bucket}.{parts.netloc}" if self.style == "virtual" else ""
        return f"{parts.scheme}://{place or parts.netloc}"


def from_env(env: Mapping[str, str] = os.environ) -> Settings:
    """Read `LMS_*`, `DATABASE_URL` and `PORT`.

    Raises: BadSettings, with every problem at once.
    """
    problems: list[str] = []
    _unknown(env, problems)
    production = _flag(env, "LMS_PRODUCTION", problems)
    demo = _flag(env, "LMS_DEMO", problems)
    data_dir = Path(env.get("LMS_DATA_DIR", "var")).absolute()
    base_url = env.get("LMS_BASE_URL", f"http://127.0.0.1:{env.get('PORT', '8000')}")
    settings = Settings(
        production=production,
        demo=demo,
        base_url=base_url.rstrip("/"),
        data_dir=data_dir,
        database_url=_database(env, data_dir, problems),
        redis_url=_url(env, "LMS_REDIS_URL", {"redis", "rediss"}, problems),
        secrets=secret_keys.read(
            env, data_dir, production=production, problems=problems
        ),
        stripe=payment_settings.stripe(env, problems),
        smtp_url=_url(env, "LMS_SMTP_URL", {"smtp", "smtps"}, problems),
        mail_from=env.get("LMS_MAIL_FROM", "no-reply@localhost"),
        failpoints=env.get("LMS_FAILPOINT", ""),
        proxy_hops=_count(env, "LMS_PROXY_HOPS", problems),
        batch_workers=max(1, _count(env, "LMS_BATCH_WORKERS", problems)),
        tsa_url=_url(env, "LMS_TSA_URL", {"http", "https"}, problems),
        tsa_roots=_file(env, "LMS_TSA_ROOTS", problems),
        signing_roots=_file(env, "LMS_SIGNING_ROOTS", problems),
        signers=_file(env, "LMS_SIGNERS", problems),
        media_s3=_media_s3(env, problems),
        wechat=payment_settings.wechat(env, problems, production=production),
        alipay=payment_settings.alipay(env, problems, production=production),
    )
    settings = _with_merchants(env, settings, problems)
    _agree(settings, problems)
    if problems:
        raise BadSettings(problems)
    return settings


def _with_merchants(
    env: Mapping[str, str], settings: Settings, problems: list[str]
) -> Settings:
    found = merchant_settings.merchants(
        env, settings.own, problems, production=settings.production
    )
    return replace(settings, merchants=found)


_KNOWN = {
    "LMS_PRODUCTION", "LMS_DEMO", "LMS_DATA_DIR", "LMS_BASE_URL", "LMS_REDIS_URL",
    "LMS_KEYS_DIR", "LMS_MERCHANTS", "LMS_SMTP_URL", "LMS_MAIL_FROM", "LMS_FAILPOINT",
    "LMS_PROXY_HOPS", "LMS_BATCH_WORKERS",
    "LMS_TSA_URL", "LMS_TSA_ROOTS", "LMS_SIGNING_ROOTS", "LMS_SIGNERS",
    "LMS_MEDIA_S3_URL", "LMS_MEDIA_S3_PUBLIC_URL", "LMS_MEDIA_S3_BUCKET",
    "LMS_MEDIA_S3_KEY", "LMS_MEDIA_S3_SECRET", "LMS_MEDIA_S3_REGION",
    "LMS_MEDIA_S3_STYLE", *payment_settings.NAMES, *payment_settings.STRIPE_NAMES,
}  # fmt: skip


def _unknown(env: Mapping[str, str], problems: list[str]) -> None:
    problems.extend(
        f"{name}: no such setting"
        for name in sorted(env)
        if name.startswith("LMS_")
        and name not in _KNOWN
        and not name.startswith("LMS_TEST_")
    )


def _flag(env: Mapping[str, str], name: str, problems: list[str]) -> bool:
    value = env.get(name, "0")
    if value not in {"0", "1"}:
        problems.append(f"{name}: must be 0 or 1")
    return value == "1"


def _count(env: Mapping[str, str], name: str, problems: list[str]) -> int:
    value = env.get(name, "0")
    if not value.isdecimal() or int(value) > 5:  # noqa: PLR2004 - nobody has more
        problems.append(f"{name}: must be a number from 0 to 5")
        return 0
    return int(value)


def _url(
    env: Mapping[str, str], name: str, schemes: set[str], problems: list[str]
) -> str | None:
    value = env.get(name)
    if not value:
        return None
    if urlsplit(value).scheme not in schemes:
        problems.append(f"{name}: must begin with {' or '.join(sorted(schemes))}://")
    return value


def _file(env: Mapping[str, str], name: str, problems: list[str]) -> Path | None:
    value = env.get(name)
    if not value:
        return None
    if not Path(value).is_file():
        problems.append(f"{name}: no such file")
    return Path(value)


def _media_s3(env: Mapping[str, str], problems: list[str]) -> S3Settings | None:
    """Read where films lie: all that a bucket needs, or nothing of it."""
    needed = ("LMS_MEDIA_S3_URL", "LMS_MEDIA_S3_BUCKET", "LMS_MEDIA_S3_KEY",
              "LMS_MEDIA_S3_SECRET")  # fmt: skip
    given = [name for name in needed if env.get(name)]
    if not given:
        return None
    if len(given) < len(needed):
        problems.append(f"{' and '.join(needed)} go together")
    style = env.get("LMS_MEDIA_S3_STYLE", "path")
    if style not in {"path", "virtual"}:
        problems.append("LMS_MEDIA_S3_STYLE: must be path or virtual")
    url = _url(env, "LMS_MEDIA_S3_URL", {"http", "https"}, problems) or ""
    public = _url(env, "LMS_MEDIA_S3_PUBLIC_URL", {"http", "https"}, problems)
    return S3Settings(
        url=url.rstrip("/"),
        public_url=(public or url).rstrip("/"),
        bucket=env.get("LMS_MEDIA_S3_BUCKET", ""),
        key=env.get("LMS_MEDIA_S3_KEY", ""),
        secret=env.get("LMS_MEDIA_S3_SECRET", ""),
        region=env.get("LMS_MEDIA_S3_REGION", "us-east-1"),
        style=style,
    )


def _database(env: Mapping[str, str], data_dir: Path, problems: list[str]) -> str:
    given = env.get("DATABASE_URL")
    if not given:
        return f"sqlite:///{data_dir / 'lms.sqlite3'}"
    scheme = urlsplit(given).scheme
    if scheme in {"postgres", "postgresql"}:
        return "postgresql+psycopg" + given[len(scheme) :]
    if scheme not in {"postgresql+psycopg", "sqlite"}:
        problems.append("DATABASE_URL: must begin with postgresql:// or sqlite://")
    return given


def _agree(settings: Settings, problems: list[str]) -> None:
    """Find settings that contradict each other."""
    stripe = settings.stripe
    if bool(stripe.secret_key) != bool(stripe.webhook_secret):
        problems.append(payment_settings.TOGETHER)
    if len(_plays(settings)) > 1:
        problems.append("LMS_*_API_BASE: play and real payments do not go together")
    parts = urlsplit(settings.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        problems.append("LMS_BASE_URL: must be like https://host")
    elif parts.scheme == "http" and not (settings.demo or parts.hostname in _LOOPBACK):
        problems.append(
            "LMS_BASE_URL: http is for loopback addresses and demonstrations only"
        )
    if settings.production:
        _be_safe(settings, problems)


def _plays(settings: Settings) -> set[bool]:
    """Tell of each way to pay whether its money is play."""
    return {
        one.play if isinstance(one, StripeSettings) else one.api_base is not None
        for one in _providers(settings)
        if not isinstance(one, StripeSettings) or one.ready
    }


def _providers(
    settings: Settings,
) -> Iterator[StripeSettings | WechatSettings | AlipaySettings]:
    """Go through what all merchants have set."""
    for till in settings.tills:
        yield from (one for one in (till.stripe, till.wechat, till.alipay) if one)


def _be_safe(settings: Settings, problems: list[str]) -> None:
    """Find what production must not have."""
    every = list(_providers(settings))
    wrong = {
        "LMS_DEMO: not in production": settings.demo,
        "LMS_BASE_URL: production needs https": not settings.secure,
        "LMS_STRIPE_*: production needs live keys of Stripe itself": any(
            one.play for one in every if isinstance(one, StripeSettings)
        ),
        "LMS_WECHAT_API_BASE, LMS_ALIPAY_API_BASE: not in production": any(
            one.api_base for one in every if not isinstance(one, StripeSettings)
        ),
        "LMS_FAILPOINT: not in production": bool(settings.failpoints),
    }
    problems.extend(problem for problem, found in wrong.items() if found)
