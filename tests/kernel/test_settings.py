"""A wrong setting stops the start, and every problem is told at once."""

from pathlib import Path

import pytest

from lms.kernel.settings import BadSettings, from_env


def problems(folder: Path, **env: str) -> str:
    with pytest.raises(BadSettings) as bad:
        from_env({"LMS_DATA_DIR": str(folder), **env})
    return "\n".join(bad.value.problems)


def test_nothing_at_all_is_enough(tmp_path: Path) -> None:
    settings = from_env({"LMS_DATA_DIR": str(tmp_path)})

    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/lms.sqlite3"
    assert not settings.demo


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    env = {"LMS_DATA_DIR": str(tmp_path)}
    first, second = from_env(env).secrets, from_env(env).secrets

    assert first == second
    assert len({first.cookie, first.master, first.pepper, first.signing}) == 4
    assert (tmp_path / "keys/master.key").stat().st_mode & 0o777 == 0o400


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        LMS_DEMO="maybe",
        LMS_REDIS_URL="http://x",
        LMS_TYPO="1",
        DATABASE_URL="mysql://x",
        LMS_STRIPE_SECRET_KEY="sk_test_1",
        LMS_BASE_URL="http://example.org",
        LMS_PROXY_HOPS="many",
        LMS_TSA_URL="ftp://x",
        LMS_TSA_ROOTS="/no/such/file",
    )

    for name in (
        "LMS_DEMO", "LMS_REDIS_URL", "LMS_TYPO", "DATABASE_URL",
        "LMS_STRIPE_WEBHOOK_SECRET", "LMS_BASE_URL", "LMS_PROXY_HOPS", "LMS_TSA_URL",
        "LMS_TSA_ROOTS",
    ):  # fmt: skip
        assert name in told


def test_production_refuses_what_is_only_for_play(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        LMS_PRODUCTION="1",
        LMS_DEMO="1",
        LMS_FAILPOINT="work.before_commit",
        LMS_STRIPE_SECRET_KEY="sk_test_1",
        LMS_STRIPE_WEBHOOK_SECRET="whsec",
    )

    assert "LMS_DEMO: not in production" in told
    assert "needs https" in told
    assert "live keys" in told
    restricted = {"LMS_STRIPE_SECRET_KEY": "rk_test_1", "LMS_PRODUCTION": "1"}
    assert "live keys" in problems(
        tmp_path, LMS_STRIPE_WEBHOOK_SECRET="whsec", **restricted
    )
    assert "LMS_FAILPOINT" in told
    assert "master.key: key file is missing" in told


def test_production_wants_keys_for_its_owner_alone(tmp_path: Path) -> None:
    from_env({"LMS_DATA_DIR": str(tmp_path)})
    (tmp_path / "keys/master.key").chmod(0o644)

    told = problems(tmp_path, LMS_PRODUCTION="1", LMS_BASE_URL="https://x.example")

    assert "master.key: must be readable by its owner alone" in told


def test_a_short_or_repeated_key_is_refused(tmp_path: Path) -> None:
    from_env({"LMS_DATA_DIR": str(tmp_path)})
    keys = tmp_path / "keys"
    for name in ("pepper.key", "cookie.key"):
        (keys / name).unlink()
    (keys / "pepper.key").write_bytes(b"short")
    (keys / "cookie.key").write_bytes((keys / "master.key").read_bytes())

    told = problems(tmp_path)

    assert "pepper.key: must hold exactly 32 bytes" in told
    assert "two keys are the same" in told


def test_postgresql_is_selected_by_its_address(tmp_path: Path) -> None:
    settings = from_env(
        {"LMS_DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://u@h/d"}
    )
    assert settings.database_url == "postgresql+psycopg://u@h/d"


def test_secrets_are_not_told_by_accident(tmp_path: Path) -> None:
    settings = from_env({"LMS_DATA_DIR": str(tmp_path)})
    assert settings.secrets.master.hex() not in repr(settings).lower()
    assert str(settings.secrets.master) not in repr(settings)


def test_a_payment_page_of_this_machine_follows_the_visitors_host(
    tmp_path: Path,
) -> None:
    play = {
        "LMS_DATA_DIR": str(tmp_path),
        "LMS_DEMO": "1",
        "LMS_BASE_URL": "http://192.168.1.5:8000",
        "LMS_STRIPE_SECRET_KEY": "sk_test_1",
        "LMS_STRIPE_WEBHOOK_SECRET": "whsec_1",
        "LMS_STRIPE_API_BASE": "http://127.0.0.1:8001",
    }
    settings = from_env(play)
    page = "http://127.0.0.1:8001/pay/cs_1"

    assert settings.payment_page(page, "192.168.1.5:8000") == (
        "http://192.168.1.5:8001/pay/cs_1"
    )
    assert settings.payment_page(page, "[::1]:8000") == "http://[::1]:8001/pay/cs_1"
    assert settings.payment_page(page, "localhost") == "http://localhost:8001/pay/cs_1"


def test_a_payment_page_elsewhere_stays_where_it_is(tmp_path: Path) -> None:
    stripe = "https://checkout.stripe.com/c/pay/cs_1"
    settings = from_env({"LMS_DATA_DIR": str(tmp_path)})

    assert settings.payment_page(stripe, "localhost:8000") == stripe
    assert (
        settings.payment_page("http://127.0.0.1/", "localhost") == "http://127.0.0.1/"
    )


def test_plain_http_is_for_this_machine_and_for_demonstrations(tmp_path: Path) -> None:
    lan = "http://192.168.1.5:8000"

    assert "LMS_BASE_URL" in problems(tmp_path, LMS_BASE_URL=lan)
    env = {"LMS_DATA_DIR": str(tmp_path), "LMS_BASE_URL": lan, "LMS_DEMO": "1"}
    assert from_env(env).hosts[0] == "192.168.1.5"
