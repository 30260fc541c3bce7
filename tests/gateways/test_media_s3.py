"""Films in a bucket of OpenStack Swift: fetched by ranges, and only with leave."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from flask import Flask

from lms.catalogue import queries, services
from lms.catalogue.ports import FilmLab, MediaStore, PartShelf
from lms.catalogue.rules import FilmState, LessonKind
from lms.catalogue.services import LessonFactsIn
from lms.gateways.media_lab import LocalFilmLab
from lms.gateways.media_parts import DiskParts
from lms.gateways.media_s3 import S3Store
from lms.jobs import films as job
from lms.jobs.demo import content
from lms.kernel.clock import system_clock
from lms.kernel.db import db
from lms.kernel.errors import NotFound, Refused, Unavailable
from lms.kernel.settings import BadSettings, S3Settings, from_env
from lms.web.headers import content_policy
from tests.conftest import HandClock
from tests.engines import free_port
from tests.make import catalogue as make
from tests.make import films as make_films
from tests.make import swift

BODY = content.film_path("film-11").read_bytes()


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Settings]:
    with swift.running(tmp_path_factory.mktemp("swift")) as settings:
        made = S3Store(settings, tmp_path_factory.mktemp("work"))
        until = time.monotonic() + swift.PATIENCE_SECONDS
        while True:
            try:
                made._inner.create_bucket(Bucket=settings.bucket)
                break
            except ClientError:
                # Its storage servers come up one after the other.
                assert time.monotonic() < until
                time.sleep(0.5)
        yield settings


@pytest.fixture
def store(bucket: S3Settings, tmp_path: Path) -> S3Store:
    return S3Store(bucket, tmp_path / "work")


def fetched(address: str, **headers: str) -> requests.Response:
    return requests.get(address, headers=headers, timeout=30)


def test_a_film_is_kept_and_fetched_by_ranges(store: S3Store, tmp_path: Path) -> None:
    kept = store.put(io.BytesIO(BODY))
    assert (kept.codec, kept.duration_seconds, kept.size) == ("h264", 48, len(BODY))
    assert kept.sha256 == hashlib.sha256(BODY).hexdigest()
    assert not list((tmp_path / "work").iterdir())

    whole = fetched(store.place(kept.key, 60))
    assert (whole.content, whole.headers["Content-Type"]) == (BODY, "video/mp4")
    part = fetched(store.place(kept.key, 60), Range="bytes=4-7")
    assert (part.status_code, part.content) == (206, b"ftyp")


def test_an_address_is_signed_for_one_file_and_soon_over(store: S3Store) -> None:
    one, other = (store.put_picture(body) for body in (b"one", b"other"))
    address = store.place(one, 60)
    assert fetched(address).content == b"one"

    assert fetched(address.replace(one, other)).status_code == 403
    mark = address.rpartition("=")[2]
    assert fetched(address.replace(mark, mark[::-1])).status_code == 403
    assert fetched(address.replace("Expires=60", "Expires=99")).status_code == 403
    assert fetched(address.partition("?")[0]).status_code in {400, 403}
    short = store.place(one, 1)
    time.sleep(2.2)
    assert fetched(short).status_code == 403


def test_what_is_no_film_is_not_kept(store: S3Store, bucket: S3Settings) -> None:
    later = system_clock() + timedelta(hours=1)
    before = set(store.older(later))
    with pytest.raises(Refused, match=r"media\.not_a_film"):
        store.put(io.BytesIO(b"MZ\x90\x00" * 99))
    assert set(store.older(later)) == before


def test_what_is_old_is_listed_and_dropped(store: S3Store) -> None:
    key = store.put_picture(b"jpeg")
    now = system_clock()
    assert key in store.older(now + timedelta(hours=1))
    assert key not in store.older(now - timedelta(hours=1))
    store.drop_drafts(now)

    store.drop(key)
    store.drop(key)
    assert key not in store.older(now + timedelta(hours=1))
    assert fetched(store.place(key, 60)).status_code == 404


@pytest.mark.parametrize("key", ["../a.mp4", "a.mp4", "", f"{'0' * 32}.mp4\n"])
def test_only_keys_of_the_house_have_an_address(store: S3Store, key: str) -> None:
    with pytest.raises(NotFound, match=r"media\.unknown"):
        store.place(key, 60)
    store.drop(key)


def test_a_store_that_is_away_is_said_so(bucket: S3Settings, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    away = S3Store(replace(bucket, url=nowhere), tmp_path)
    with pytest.raises(Unavailable, match=r"media\.away"):
        away.put_picture(b"jpeg")
    wrong = S3Store(replace(bucket, secret="wrong"), tmp_path)
    with pytest.raises(Unavailable, match=r"media\.away"):
        wrong.put_picture(b"jpeg")


def test_a_film_is_made_ready_in_the_bucket(
    app: Flask,
    begin: Callable[..., Any],
    clock: HandClock,
    store: S3Store,
    tmp_path: Path,
) -> None:
    up = tmp_path / "uploads"
    ports: dict[type[Any], Any] = {
        MediaStore: store,
        PartShelf: DiskParts(up),
        FilmLab: LocalFilmLab(up, store),
    }
    with begin() as work:
        here = make.association(work)
        version = services.draft_course(work, here, make.facts())
        chapter = services.add_chapter(work, here, version, "第一章")
        facts = LessonFactsIn("现场", LessonKind.FILM, 10)
        lesson = services.add_lesson(work, here, chapter, facts)
    film_id = make_films.upload(ports, begin, here, lesson, make_films.film())
    job.run(clock, ports)

    db.session.rollback()
    assert queries.film(db.session(), film_id).state is FilmState.READY
    play = queries.plays(db.session(), film_id)
    assert play is not None
    for one in play.qualities:
        _length, at, size = one.pieces[-1]
        piece = fetched(store.place(one.key, 60), Range=f"bytes={at}-{at + size - 1}")
        assert (piece.status_code, len(piece.content)) == (206, size)
        assert b"moof" in piece.content
    assert not list(up.iterdir())


def test_the_settings_say_what_is_missing_and_open_the_policy(tmp_path: Path) -> None:
    env = {"LMS_DATA_DIR": str(tmp_path), "LMS_MEDIA_S3_URL": "https://s3.example"}
    with pytest.raises(BadSettings, match="go together"):
        from_env(env)
    env |= {
        "LMS_MEDIA_S3_BUCKET": "films",
        "LMS_MEDIA_S3_KEY": "k",
        "LMS_MEDIA_S3_SECRET": "s",
    }
    near = from_env(env)
    assert "connect-src 'self' https://s3.example;" in content_policy(near)
    far = from_env(
        env
        | {
            "LMS_MEDIA_S3_STYLE": "virtual",
            "LMS_MEDIA_S3_PUBLIC_URL": "https://out.example",
        }
    )
    assert "media-src 'self' blob: https://films.out.example;" in content_policy(far)
    with pytest.raises(BadSettings, match="path or virtual"):
        from_env(env | {"LMS_MEDIA_S3_STYLE": "dns"})
