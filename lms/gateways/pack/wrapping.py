"""Wrap an evidence pack: a summary to read, the files, the verifier, one ZIP."""

import base64
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

from lms.evidence.ports import Sealer
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.pack.telling import summary
from lms.kernel import pii
from lms.reports.packs import Pack

_HERE = Path(__file__).parent
_SET_IN = re.compile(r"^from lms\.gateways\.pack\.(\w+) import .+\n", re.MULTILINE)
_MARK = "# --- from here on it is set into the verifier, which is a single file ---\n"


def verifier() -> str:
    """Give the verifier of packs as one file that imports nothing of ours."""
    return single_file("verify_pack")


def single_file(name: str) -> str:
    """Give a verifier as one file, with what it imports of ours set in."""

    def part(found: re.Match[str]) -> str:
        return (_HERE / f"{found[1]}.py").read_text("utf-8").partition(_MARK)[2]

    return _SET_IN.sub(part, (_HERE / f"{name}.py").read_text("utf-8"))


_READ_ME = """证据包 / Evidence pack

summary.pdf 是给人看的摘要；其余文件是证据本身。
在任何装有 Python 3.9 以上版本的电脑上离线核验：

    python3 verify_pack.py

要证明记录在某日之后未被改写，请用当时保存的检查点（每日邮件、合格证下方、公示页）：

    python3 verify_pack.py --checkpoint FILE --key KEY

MANIFEST.json 列出本包全部文件的校验值，由平台签名（MANIFEST.sig，与检查点同一把私钥）：
它证明文件自制作以来没有改动、增加或减少；记录本身的真伪由记录链和检查点证明。
如果核验程序本身可能被换过，请使用您手上已有的一份。

summary.pdf is for reading; the other files are the evidence. Check them on any computer
with Python 3.9 or later, without our server, by the commands above. MANIFEST.json lists
the digest of every file and is signed (MANIFEST.sig) with the key of the checkpoints:
it proves that no file was changed, added or taken out since the pack was made. What
the records say is proved by their chain and the checkpoint. Where the verifier itself
may have been exchanged, use one that you had before.
"""


class ZipWrapper:
    """Wraps packs as ZIP files, and signs the list of what is in them."""

    def __init__(self, cache_dir: Path, sealer: Sealer) -> None:
        self._fonts = Fonts(cache_dir / "fonts")
        self._sealer = sealer

    def wrap(self, pack: Pack) -> bytes:
        """Give the ZIP of a pack."""
        files = {
            "READ-ME.txt": _READ_ME.encode(),
            "summary.pdf": summary(pack, self._fonts),
            "verify_pack.py": verifier().encode(),
            **pack.files,
            "keys.txt": self._keys(pack.files.get("keys.txt", b"")),
        }
        manifest = _manifest(pack, files)
        files |= {"MANIFEST.json": manifest, "MANIFEST.sig": self._signed(manifest)}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for name, body in files.items():
                made.writestr(name, body)
        return out.getvalue()

    def _keys(self, known: bytes) -> bytes:
        """List our key too: a new one signs packs before it has sealed anything."""
        ours = self._sealer.key.text
        rows = known.decode().split()
        return "\n".join(rows if ours in rows else [*rows, ours]).encode()

    def _signed(self, manifest: bytes) -> bytes:
        """Sign the list as checkpoints are; its first line sets it apart from them."""
        text = f"Xueshi evidence pack\nsha256 {hashlib.sha256(manifest).hexdigest()}\n"
        key = self._sealer.key
        mark = base64.b64encode(key.id + self._sealer.sign(text.encode())).decode()
        return f"{text}\n— {key.name} {mark}\n".encode()


def _manifest(pack: Pack, files: dict[str, bytes]) -> bytes:
    listed = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    of = {
        "name": pii.mask_name(pack.name) if pack.name else "",
        "id": pack.id_masked,
        "since": pack.since.isoformat(),
        "until": pack.until.isoformat(),
        "checkpoint": pack.size,
        "root": pack.root,
    }
    return json.dumps(
        {"pack": of, "files": listed}, ensure_ascii=False, indent=1
    ).encode()
