"""What somebody hears who has the document read aloud."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Object

from lms.gateways.drawing.scene import Mark
from lms.gateways.pdf import tags
from lms.gateways.pdf.tags import Placed
from tests.make import documents
from tests.make.aloud import alphabets, heard, keys, parts
from tests.make.documents import Documents


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def elements(pdf: pikepdf.Pdf) -> Iterator[Object]:
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += [k for k in element.K if isinstance(k, Dictionary) and "/S" in k]


def test_it_is_read_in_the_order_of_its_meaning_whichever_layer_it_lies_in(
    papers: Documents,
) -> None:
    assert heard(opened(papers.signed())) == list(documents.READ)


def test_it_says_that_it_is_tagged_and_in_which_language(papers: Documents) -> None:
    pdf = opened(papers.signed())
    root = pdf.Root

    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "zh-CN"
    assert "合格证" in root.Metadata.read_bytes().decode()


def test_every_part_leads_back_to_its_place_in_the_tree(papers: Documents) -> None:
    pdf = opened(papers.signed())
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    table = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    page = pdf.pages[0].obj
    form = page.Resources.XObject["/FormXob.page"]

    for stream in (page, form):
        owners = table[int(stream.StructParents)]
        assert len(owners) == len(parts(page, stream))
        for number, owner in enumerate(owners):
            mine = [
                int(kid.MCID) if isinstance(kid, Dictionary) else int(kid)
                for kid in owner.K
                if "/S" not in keys(kid)
            ]
            assert number in mine
    (field,) = page.Annots
    assert str(table[int(field.StructParent)].S) == "/Form"
    assert list(table) == sorted(table)


def test_every_element_knows_what_it_lies_within(papers: Documents) -> None:
    pdf = opened(papers.signed())
    for element in elements(pdf):
        for kid in element.K:
            if "/S" in keys(kid):
                assert kid.P.objgen == element.objgen


def test_headings_of_a_row_say_that_they_head_it(papers: Documents) -> None:
    pdf = opened(papers.signed())
    heads = [e for e in elements(pdf) if e.S == Name.TH]

    assert len(heads) == 2
    assert all(head.A.Scope == Name.Row for head in heads)


def test_nothing_is_drawn_outside_of_a_part_or_decoration(papers: Documents) -> None:
    pdf = opened(papers.signed())
    page = pdf.pages[0].obj
    for stream in (page, page.Resources.XObject["/FormXob.page"]):
        depth = 0
        for command in pikepdf.parse_content_stream(stream):
            operator = str(command.operator)
            depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(operator, 0)
            assert 0 <= depth <= 1
            if operator in {"f", "S", "B", "Tj"}:
                assert depth == 1
        assert depth == 0


def test_a_document_without_marks_does_not_claim_to_be_tagged(
    papers: Documents,
) -> None:
    press = papers.bare()

    assert "/StructTreeRoot" not in opened(press.finish()).Root


def test_characters_beyond_the_first_plane_copy_as_themselves(
    papers: Documents,
) -> None:
    pdf = opened(papers.signed())
    letters = alphabets(pdf.pages[0].obj).values()

    known = {character for table in letters for character in table.values()}
    assert {"𬀩", "𠅤"} <= known


def test_every_font_is_embedded_and_cut_down(papers: Documents) -> None:
    pdf = opened(papers.signed())
    fonts = [o for o in pdf.objects if isinstance(o, Dictionary) and _is_font(o)]

    assert fonts
    for font in fonts:
        within = font.DescendantFonts[0]
        assert re.fullmatch(r"/[A-Z]{6}\+.+", str(font.BaseFont))
        assert "/FontFile2" in within.FontDescriptor
    assert b"Helvetica" not in papers.signed()


def _is_font(item: Dictionary) -> bool:
    return item.get("/Type") == Name.Font and "/ToUnicode" in item


def test_column_headings_head_their_columns() -> None:
    marks = (
        Mark(("Table", "TR", "TH"), (1, 0, 0)),
        Mark(("Table", "TR", "TH"), (1, 0, 1)),
        Mark(("Table", "TR", "TD"), (1, 1, 0)),
    )

    whole = b"".join(tags.objects([Placed(marks, 7, 3)], 20))

    assert whole.count(b"/Scope/Column") == 2
    assert b"/Scope/Row" not in whole


def test_a_part_that_goes_on_over_two_pages_is_one_part() -> None:
    mark = Mark(("P",), (1,))

    *_, part = tags.objects([Placed((mark,), 3, 3), Placed((mark,), 5, 5)], 20)

    assert part.count(b"/S/P") == 1
    assert b"/Pg 3 0 R/K [0 <</Type/MCR/Pg 5 0 R/MCID 0>>]" in part


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo is not here")
def test_poppler_agrees(papers: Documents, tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(papers.signed())

    told = subprocess.run(
        ["pdfinfo", path], capture_output=True, text=True, check=True
    ).stdout
    tree = subprocess.run(
        ["pdfinfo", "-struct-text", path], capture_output=True, text=True, check=True
    ).stdout

    assert re.search(r"Tagged: +yes", told)
    heard = re.findall(r'"(.+)"', tree)
    assert "".join(heard) == "".join(
        t for role, t in documents.READ if role != "Figure"
    )
