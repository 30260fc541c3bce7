"""The structure of a document for who cannot see it: what each part is, in order.

Marks number the parts of a stream (a page, or a form drawn on one). From all streams
together comes one tree, sorted by the marks' order; and a table that leads back from
each numbered part to its place in the tree.

Source: ISO 32000-1, 14.6 to 14.8.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lms.gateways.drawing.scene import Mark


class Strand:
    """What is marked in one stream."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self._open = False

    def begin(self, mark: Mark) -> str:
        """Give the code that ends the part before and begins this one."""
        before = self.end()
        self._open = True
        if not mark.roles:
            return f"{before}/Artifact BMC"
        self.marks.append(mark)
        return f"{before}/{mark.roles[-1]} <</MCID {len(self.marks) - 1}>> BDC"

    def end(self) -> str:
        """Give the code that ends the part which is open, if one is."""
        was, self._open = self._open, False
        return "EMC\n" if was else ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Marks of a stream that lies on a page.

    Numbers are of objects: `page`, the `stream` if it is a form, the `owner` whose
    look the form is, the `widget` if the part is no content but a field. `key` leads
    from the stream to the tree.
    """

    marks: tuple[Mark, ...]
    key: int
    page: int
    stream: int = 0
    owner: int = 0
    widget: int = 0


@dataclass(slots=True)
class _Node:
    """One element of the tree. Its first content says on which page it is."""

    role: str
    alt: str = ""
    page: int = 0
    number: int = 0
    content: list[str] = field(default_factory=list)
    kids: dict[tuple[int, str], "_Node"] = field(default_factory=dict)

    def ordered(self) -> list["_Node"]:
        """Give what is within, as it is read."""
        found = sorted(self.kids.items(), key=lambda kid: kid[0][0])
        return [node for _, node in found]

    def under(self, role: str, place: int) -> "_Node":
        """Give the element within that stands at this place."""
        return self.kids.setdefault((place, role), _Node(role))


def objects(strands: Sequence[Placed], first: int) -> list[bytes]:
    """Write the tree as objects that are numbered from `first`: the root comes first.

    Shape: root, table of parents, then the elements from the outermost.
    """
    top = _Node("Document")
    table: list[tuple[int, list[_Node], bool]] = []
    for strand in strands:
        owners = [_placed(top, strand, n) for n in range(len(strand.marks))]
        table.append((strand.key, owners, bool(strand.widget)))
    nodes = list(_numbered(top, first + 2))
    parents = {kid.number: node.number for node in nodes for kid in node.kids.values()}
    parents[top.number] = first
    root = (
        f"<</Type/StructTreeRoot/K {top.number} 0 R/ParentTree {first + 1} 0 R"
        f"/ParentTreeNextKey {max(key for key, *_ in table) + 1}>>"
    )
    whole = [root, _parent_tree(table)]
    whole += [_element(node, parents[node.number]) for node in nodes]
    return [one.encode() for one in whole]


def _placed(top: _Node, strand: Placed, number: int) -> _Node:
    """Hang one part into the tree and give its element."""
    mark = strand.marks[number]
    node = top
    for role, place in zip(mark.roles, mark.order, strict=True):
        node = node.under(role, place)
    node.alt = mark.alt or node.alt
    node.page = node.page or strand.page
    node.content.append(_content(node, strand, number))
    return node


def _content(node: _Node, strand: Placed, number: int) -> str:
    page = f"/Pg {strand.page} 0 R"
    if strand.widget:
        return f"<</Type/OBJR{page}/Obj {strand.widget} 0 R>>"
    if strand.stream:
        own = f"/StmOwn {strand.owner} 0 R" if strand.owner else ""
        return f"<</Type/MCR{page}/Stm {strand.stream} 0 R{own}/MCID {number}>>"
    if node.page == strand.page:
        return str(number)
    return f"<</Type/MCR{page}/MCID {number}>>"


def _numbered(top: _Node, first: int) -> Iterator[_Node]:
    """Give all elements their numbers, each before what is within it."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        node.number = first
        first += 1
        yield node
        waiting.extend(reversed(node.ordered()))


def _parent_tree(table: list[tuple[int, list[_Node], bool]]) -> str:
    rows = []
    for key, owners, alone in sorted(table, key=lambda row: row[0]):
        refs = " ".join(f"{owner.number} 0 R" for owner in owners)
        rows.append(f"{key} {refs}" if alone else f"{key} [{refs}]")
    return f"<</Nums [{' '.join(rows)}]>>"


def _element(node: _Node, parent: int) -> str:
    kids = node.content + [f"{kid.number} 0 R" for kid in node.ordered()]
    more = f"/Pg {node.page} 0 R" if node.page else ""
    if node.alt:
        more += f"/Alt {text(node.alt)}"
    if node.role == "TR":
        _scope(node)
    if node.role.startswith("TH:"):
        more += f"/A <</O/Table/Scope/{node.role[3:]}>>"
    role = node.role.partition(":")[0]
    return f"<</Type/StructElem/S/{role}/P {parent} 0 R{more}/K [{' '.join(kids)}]>>"


def _scope(row: _Node) -> None:
    """Say of a row's headings whether they head the row or their columns."""
    roles = {kid.role for kid in row.kids.values()}
    scope = "Row" if "TD" in roles else "Column"
    for kid in row.kids.values():
        if kid.role == "TH":
            kid.role = f"TH:{scope}"


def text(words: str) -> str:
    """Write a text string as PDF keeps it: ASCII, or UTF-16 with its mark."""
    if words.isascii() and words.isprintable():
        bare = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"({bare})"
    return f"<FEFF{words.encode('utf-16-be').hex().upper()}>"
