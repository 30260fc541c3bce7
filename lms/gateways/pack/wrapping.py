"""Wrap an evidence pack: a summary to read, the files, the verifier, one ZIP."""

import hashlib
import io
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from lms.evidence.rules import Line
from lms.gateways.drawing.fonts import Fonts
from lms.reports.packs import Pack

VERIFIER = Path(__file__).with_name("verify_pack.py")
_READ_ME = """证据包 / Evidence pack

summary.pdf 是给人看的摘要；其余文件是证据本身。
在任何装有 Python 3.9 以上版本的电脑上离线核验：

    python3 verify_pack.py

要证明记录在某日之后未被改写，请用当时保存的检查点（每日邮件、合格证下方、公示页）：

    python3 verify_pack.py --checkpoint FILE --key KEY

summary.pdf is for reading; the other files are the evidence. Check them on any computer
with Python 3.9 or later, without our server, by the commands above.
"""


class ZipWrapper:
    """Wraps packs as ZIP files."""

    def __init__(self, cache_dir: Path) -> None:
        self._fonts = Fonts(cache_dir / "fonts")

    def wrap(self, pack: Pack) -> bytes:
        """Give the ZIP of a pack."""
        files = {
            "READ-ME.txt": _READ_ME.encode(),
            "summary.pdf": _summary(pack, self._fonts),
            "verify_pack.py": VERIFIER.read_bytes(),
            **pack.files,
        }
        files["MANIFEST.json"] = json.dumps(
            {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
            indent=1,
        ).encode()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for name, body in files.items():
                made.writestr(name, body)
        return out.getvalue()


_KINDS = {
    "study.segment": "学习时段",
    "lesson.completed": "完成课时",
    "hours.posted": "学时入账",
    "question.answered": "课内答题",
    "presence.passed": "在场核验通过",
    "presence.missed": "在场核验未应答",
    "certificate.issued": "签发合格证",
    "person.revealed": "工作人员查看资料",
    "approval.asked": "提出申请",
    "approval.decided": "作出决定",
}


def _summary(pack: Pack, fonts: Fonts) -> bytes:
    # Only here, for what draws is large and packs are rare.
    from lms.gateways.pack.summary import Sheet  # noqa: PLC0415

    sheet = Sheet(fonts, f"{pack.name}  {pack.id_masked}")
    sheet.title("学习证据摘要")
    sheet.row("姓名", pack.name)
    sheet.row("身份证号码", pack.id_masked)
    sheet.row("期间", f"{pack.since:%Y-%m-%d} 至 {pack.until:%Y-%m-%d}")
    sheet.row("合格证", "、".join(pack.certificates) or "无")
    sheet.row("检查点", f"{pack.size} 条，根 {pack.root[:16]}")
    seconds = sum(_facts(x)["seconds"] for x in pack.lines if x.kind == "study.segment")
    sheet.row("服务器计时合计", f"{seconds // 3600} 小时 {seconds % 3600 // 60} 分")
    sheet.title("各类记录")
    for kind, count in Counter(line.kind for line in pack.lines).most_common():
        sheet.row(_KINDS.get(kind, kind), f"{count} 条")
    sheet.title("学习时段")
    for line in pack.lines:
        if line.kind == "study.segment":
            facts = _facts(line)
            sheet.row(
                f"{facts['since'][:16].replace('T', ' ')} UTC",
                f"计 {facts['seconds']} 秒，{facts['beats']} 次心跳，{facts['why']}",
            )
    return sheet.done()


def _facts(line: Line) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(line.facts)
    return facts
