"""An evidence pack stands by itself: its verifier needs neither us nor a network."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms.evidence import queries as evidence
from lms.evidence import services as book
from lms.gateways.seal import Ed25519Sealer
from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import HOUSE, unit_of_work
from lms.reports import packs
from lms.reports.ports import PackWrapper
from tests.conftest import HandClock
from tests.gateways.conftest import SEALER, SINCE, UNTIL

STRANGER = Ed25519Sealer(bytes(32), "lms.example.cn/transparency")


def check(
    folder: Path, files: dict[str, bytes], *more: str
) -> subprocess.CompletedProcess[str]:
    """Run the pack's own verifier on plain Python, with nothing of ours in reach."""
    pack = folder / "pack.zip"
    with zipfile.ZipFile(pack, "w") as made:
        for name, body in files.items():
            made.writestr(name, body)
    script = folder / "verify_pack.py"
    script.write_bytes(files["verify_pack.py"])
    return subprocess.run(
        (sys.executable, "-I", "-S", str(script), str(pack), *more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
        cwd=folder,
    )


def test_a_pack_is_found_intact_by_itself(
    packed: dict[str, bytes], tmp_path: Path
) -> None:
    said = check(tmp_path, packed)

    assert said.returncode == 0, said.stdout + said.stderr
    assert "INTACT" in said.stdout
    assert "60 seconds of study" in said.stdout
    assert "1 papers and records, 0 gone; 1 certificates" in said.stdout


Spoil = Callable[[dict[str, bytes]], None]


def _lines(files: dict[str, bytes]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files["lines.json"])
    return found


def _put(files: dict[str, bytes], lines: list[dict[str, Any]]) -> None:
    files["lines.json"] = json.dumps(lines, ensure_ascii=False).encode()


def _more_seconds(files: dict[str, bytes]) -> None:
    lines = _lines(files)
    for line in lines:
        line["facts"] = line["facts"].replace('"seconds":60', '"seconds":999')
    _put(files, lines)


def _one_less(files: dict[str, bytes]) -> None:
    lines = _lines(files)
    del lines[2]
    _put(files, lines)


def _swapped(files: dict[str, bytes]) -> None:
    lines = _lines(files)
    lines[1], lines[2] = lines[2], lines[1]
    _put(files, lines)


def _rewritten(files: dict[str, bytes]) -> None:
    """As somebody would who knows how lines are hashed, but holds no key."""
    scope: dict[str, Any] = {"__name__": "verifier"}
    exec(compile(files["verify_pack.py"], "verify_pack.py", "exec"), scope)
    lines, prev = _lines(files), bytes(32).hex()
    stream = lines[0]["stream"]
    for line in lines:
        if line["stream"] != stream:
            stream, prev = line["stream"], bytes(32).hex()
        line["facts"] = line["facts"].replace('"seconds":60', '"seconds":999')
        line["prev"] = prev
        prev = line["hash"] = scope["line_hash"](line).hex()
    _put(files, lines)
    proofs = json.loads(files["proofs.json"])
    olds = list(proofs["lines"].values())
    proofs["lines"] = dict(zip((x["hash"] for x in lines), olds, strict=False))
    files["proofs.json"] = json.dumps(proofs).encode()


def _other_paper(files: dict[str, bytes]) -> None:
    name = next(one for one in files if one.startswith("bodies/"))
    files[name] = files[name].replace(b"1", b"2")


def _other_certificate(files: dict[str, bytes]) -> None:
    name = next(one for one in files if one.startswith("certificates/"))
    files[name] += b" "


def _more_certificates(files: dict[str, bytes]) -> None:
    files["certificates/SLXH-2026-000002.pdf"] = b"%PDF forged"


def _other_root(files: dict[str, bytes]) -> None:
    note = files["checkpoint.txt"].decode().splitlines()
    note[2] = "A" * 43 + "="
    files["checkpoint.txt"] = ("\n".join(note) + "\n").encode()


def _no_checkpoint(files: dict[str, bytes]) -> None:
    files["checkpoint.txt"] = b""


def _no_json(files: dict[str, bytes]) -> None:
    files["lines.json"] = b"[{]"


def _gone(files: dict[str, bytes]) -> None:
    del files["proofs.json"]


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (_more_seconds, "its content was changed"),
        (_one_less, "a line is missing or moved"),
        (_swapped, "a line is missing or moved"),
        (_rewritten, "does not stand in the tree"),
        (_other_paper, "is not what person:"),
        (_other_certificate, "is not the file that was issued"),
        (_more_certificates, "is not the file that was issued"),
        (_other_root, "the signature is wrong"),
        (_no_checkpoint, "holds no checkpoint"),
        (_no_json, "is no JSON"),
        (_gone, "cannot be read"),
    ],
)
def test_what_was_spoiled_is_named(
    packed: dict[str, bytes], tmp_path: Path, spoil: Spoil, named: str
) -> None:
    spoil(packed)

    said = check(tmp_path, packed)

    assert said.returncode == 1
    assert "NOT INTACT" in said.stdout
    assert named in said.stdout


def _other_summary(files: dict[str, bytes]) -> None:
    files["summary.pdf"] = files["summary.pdf"].replace(b"%PDF-1", b"%PDF-2")


def _other_read_me(files: dict[str, bytes]) -> None:
    files["READ-ME.txt"] += b" "


def _one_more(files: dict[str, bytes]) -> None:
    files["verdict.txt"] = "已核实，无问题".encode()


def _no_bodies(files: dict[str, bytes]) -> None:
    del files["READ-ME.txt"]


def _other_list(files: dict[str, bytes]) -> None:
    """As somebody would who changes the list along with the file."""
    _other_summary(files)
    listed = json.loads(files["MANIFEST.json"])
    digest = hashlib.sha256(files["summary.pdf"]).hexdigest()
    listed["files"]["summary.pdf"] = digest
    files["MANIFEST.json"] = json.dumps(listed).encode()


def _signed_by_a_stranger(files: dict[str, bytes]) -> None:
    _other_list(files)
    text = (
        "Xueshi evidence pack\n"
        f"sha256 {hashlib.sha256(files['MANIFEST.json']).hexdigest()}\n"
    )
    mark = base64.b64encode(STRANGER.key.id + STRANGER.sign(text.encode())).decode()
    files["MANIFEST.sig"] = f"{text}\n— {STRANGER.key.name} {mark}\n".encode()


def _checkpoint_for_a_seal(files: dict[str, bytes]) -> None:
    files["MANIFEST.sig"] = files["checkpoint.txt"]


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (_other_summary, "summary.pdf: was changed since the pack was made"),
        (_other_read_me, "READ-ME.txt: was changed since the pack was made"),
        (_one_more, "verdict.txt: was added since the pack was made"),
        (_no_bodies, "READ-ME.txt: was taken out of the pack"),
        (_other_list, "MANIFEST.json: the list of files was changed"),
        (_signed_by_a_stranger, "a key that is not among the given ones"),
        (_checkpoint_for_a_seal, "MANIFEST.json: the list of files was changed"),
    ],
)
def test_a_file_that_no_line_speaks_of_is_held_by_the_signed_list(
    packed: dict[str, bytes], tmp_path: Path, spoil: Spoil, named: str
) -> None:
    spoil(packed)

    said = check(tmp_path, packed)

    assert said.returncode == 1
    assert named in said.stdout
    assert "NOT INTACT 不完好" in said.stdout
    assert "文件" in said.stdout or "公钥" in said.stdout


def test_every_changed_file_is_named_not_just_the_first(
    packed: dict[str, bytes], tmp_path: Path
) -> None:
    _more_seconds(packed)
    _other_summary(packed)
    _one_more(packed)

    said = check(tmp_path, packed).stdout

    assert "its content was changed / 记录内容被改动" in said
    assert "lines.json: was changed" in said
    assert "summary.pdf: was changed" in said
    assert "verdict.txt: was added" in said


def test_a_name_that_stands_twice_in_the_zip_is_found(
    packed: dict[str, bytes], tmp_path: Path
) -> None:
    check(tmp_path, packed)
    pack = tmp_path / "pack.zip"
    with zipfile.ZipFile(pack, "a") as made, pytest.warns(match="Duplicate name"):
        made.writestr("summary.pdf", packed["summary.pdf"])

    said = subprocess.run(
        (sys.executable, "-I", "-S", str(tmp_path / "verify_pack.py"), "pack.zip"),
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
        cwd=tmp_path,
    )

    assert said.returncode == 1
    assert "summary.pdf: stands twice" in said.stdout


def test_the_verifier_says_whose_pack_it_is_masked_and_in_two_languages(
    packed: dict[str, bytes], tmp_path: Path
) -> None:
    of = json.loads(packed["MANIFEST.json"])["pack"]

    said = check(tmp_path, packed).stdout

    assert of["name"].endswith("*")
    assert f"证据包 / pack: {of['name']} {of['id']}, 2026-01-01 – 2026-12-31" in said
    assert "seconds of study by the server's clock / 服务器计时 60 秒" in said


def test_a_house_that_rewrites_its_book_is_found_by_who_kept_a_checkpoint(
    app: Flask, clock: HandClock, somebody: PersonId, tmp_path: Path
) -> None:
    kept = evidence.checkpoint(db.session())
    assert kept
    outside = tmp_path / "mail.txt"
    outside.write_text(f"Dear office,\n\n{kept.note}\n", "utf-8")
    with unit_of_work(HOUSE, clock=clock) as work:
        book.note(work, f"person:{somebody}", "person.later")
        book.seal(work, SEALER)
    wrapper: PackWrapper = app.extensions["lms.ports"][PackWrapper]

    def wrapped(size: int | None) -> dict[str, bytes]:
        made = packs.pack(db.session(), somebody, SINCE, UNTIL, from_size=size)
        with zipfile.ZipFile(io.BytesIO(wrapper.wrap(made))) as found:
            return {name: found.read(name) for name in found.namelist()}

    honest = check(tmp_path, wrapped(kept.size), "--checkpoint", str(outside))
    unproved = check(tmp_path, wrapped(None), "--checkpoint", str(outside))
    # The same size under another root, signed by the house's own key.
    other = kept.note.replace("time 2026", "time 2025")
    outside.write_text(other, "utf-8")
    forged = check(tmp_path, wrapped(kept.size), "--checkpoint", str(outside))

    assert honest.returncode == 0, honest.stdout
    assert "asks for" not in honest.stdout
    assert "ask for one made from it" in unproved.stdout
    assert forged.returncode == 1


def test_a_pack_signed_by_a_strangers_key_passes_only_where_its_own_key_is_believed(
    app: Flask, clock: HandClock, somebody: PersonId, tmp_path: Path
) -> None:
    (ours,) = evidence.keys(db.session())
    with unit_of_work(HOUSE, clock=clock) as work:
        book.note(work, f"person:{somebody}", "person.later")
        book.seal(work, STRANGER)
    made = packs.pack(db.session(), somebody, SINCE, UNTIL)
    wrapper: PackWrapper = app.extensions["lms.ports"][PackWrapper]
    with zipfile.ZipFile(io.BytesIO(wrapper.wrap(made))) as found:
        files = {name: found.read(name) for name in found.namelist()}

    assert check(tmp_path, files).returncode == 0
    refused = check(tmp_path, files, "--key", ours.text)
    assert refused.returncode == 1
    assert "a key that is not among the given ones" in refused.stdout


def test_before_the_first_sealing_there_is_nothing_to_take_along(app: Flask) -> None:
    with pytest.raises(Refused, match=r"pack\.not_sealed"):
        packs.pack(db.session(), PersonId(new_id()), SINCE, UNTIL)
