"""A small certificate in two layers, drawn and signed, for tests of the press."""

from __future__ import annotations

from pathlib import Path as Folder

from lms.gateways.drawing.codes import qr_rows
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.pen import Pen, Style
from lms.gateways.drawing.scene import Mark, Path, Photo, Scene, Squares, box
from lms.gateways.drawing.seal import seal
from lms.gateways.pdf.enclosing import Attachment
from lms.gateways.pdf.pades import Seal, Signing
from lms.gateways.pdf.press import Press
from lms.gateways.pdf.registered import Registered
from lms.signing.rules import Key
from tests.make import pictures, pki

INK = (0.1, 0.1, 0.1)
NUMBER, CODE = "SLXH-JXJY-2026-0000149-K", "0123456789ABCDEFGHJKMNPQRS"
LINK = f"https://xueshi.example/v/{CODE}"
CREDENTIAL = Attachment(
    "credential.json", "application/json", b'{"type":"VerifiableCredential"}', "凭证"
)
READ = (
    ("H1", "合格证"),
    ("TH", "姓名"),
    ("TD", "欧阳𬀩𠅤"),
    ("TH", "专业"),
    ("TD", "建筑工程"),
    ("P", "完成规定的学习，准予结业。"),
    ("Figure", "本人照片"),
    ("P", "示例自治区建筑业协会"),
    ("Figure", "核验二维码"),
)
"""What is read aloud, in order: text, or what stands for a picture."""

_SIZE = (210.0, 297.0)
_TEXT = Style("kai", 5, INK)


class Documents:
    """Draws and signs; the fixed layers are encoded once."""

    def __init__(self, cache: Folder) -> None:
        self._fonts = Fonts(cache)
        self._fixed = Registered(self._fonts, "doc-fixed")
        self._free = Registered(self._fonts, "doc-free")
        press = Press(_SIZE, self._fixed)
        self._layers = (
            press.encode("page", self._static()),
            press.encode("seal", self._stamp()),
        )

    def _static(self) -> Scene:
        """The fixed half: what it says is read between what the other half says."""
        scene = Scene()
        pen = Pen(scene, self._fonts)
        scene.add(Path(box(5, 5, 200, 287), stroke=INK))
        scene.add(Mark(("H1",), (1,)))
        pen.write(60, 40, "合格证", Style("black", 17, INK))
        for row, label in enumerate(("姓名", "专业")):
            scene.add(Mark(("Table", "TR", "TH"), (2, row, 0)))
            pen.write(30, 80 + row * 10, label, Style("song", 5, INK))
        scene.add(Mark(("P",), (5,)))
        pen.write(120, 250, pki.OWNER_NAME, Style("song", 5, INK))
        scene.add(Mark(), Path(box(20, 20, 2, 2), fill=INK))
        return scene

    def _stamp(self) -> Scene:
        scene = Scene()
        pen = Pen(scene, self._fonts)
        scene.add(*seal(pen, pki.OWNER_NAME, "继续教育专用章", 152, 246.5))
        return scene

    def _variable(self) -> Scene:
        scene = Scene()
        pen = Pen(scene, self._fonts)
        for row, value in enumerate(("欧阳𬀩𠅤", "建筑工程")):
            scene.add(Mark(("Table", "TR", "TD"), (2, row, 1)))
            pen.write(60, 80 + row * 10, value, _TEXT)
        scene.add(Mark(("Figure",), (4,), "本人照片"))
        scene.add(Photo(150, 60, 25, 35, pictures.inch_jpeg()))
        scene.add(Mark(("Figure",), (6,), "核验二维码"))
        scene.add(Squares(31, 230, 28, qr_rows(LINK)))
        for row, line in enumerate(("完成规定的学习，", "准予结业。")):
            scene.add(Mark(("P",), (3,)))
            pen.write(30, 110 + row * 8, line, _TEXT)
        return scene

    def bare(self) -> Press:
        """Draw something that bears no mark."""
        press = Press(_SIZE, self._free)
        scene = Scene()
        Pen(scene, self._fonts).write(30, 30, "素", _TEXT)
        press.draw(scene)
        return press

    def table(self, *rows: tuple[str, ...]) -> bytes:
        """Draw a table whose first row heads its columns."""
        scene = Scene()
        pen = Pen(scene, self._fonts)
        for down, row in enumerate(rows):
            for across, text in enumerate(row):
                role = "TD" if down else "TH"
                scene.add(Mark(("Table", "TR", role), (1, down, across)))
                pen.write(30 + 30 * across, 30 + 10 * down, text, _TEXT)
        press = Press(_SIZE, self._free)
        press.draw(scene)
        return press.finish()

    def drawn(self) -> Press:
        """Draw all but the seal; what is left is to finish."""
        press = Press(_SIZE, self._free)
        press.take(self._layers)
        press.setTitle(f"继续教育合格证 {NUMBER}")
        press.setAuthor(pki.OWNER_NAME)
        press.setSubject(LINK)
        press.setKeywords(NUMBER)
        press.dated("D:20261121000000+08'00'")
        press.doForm("page")
        press.draw(self._variable())
        return press

    def signed(self, key: Key | None = None, *, attached: bool = True) -> bytes:
        """Draw, and sign with the seal shown."""
        signing = Signing(
            key=key or pki.document_key(),
            at=pki.SIGNED_AT,
            reason="颁发继续教育合格证",
            signer=pki.OWNER_NAME,
            seal=Seal("seal", 131.5, 226, 41, 41),
        )
        return self.drawn().finish((CREDENTIAL,) if attached else (), signing)
