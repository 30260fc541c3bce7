"""The rules of the house that imports alone cannot say."""

import ast
import re
from pathlib import Path

from lms import tables
from lms.kernel.db import Table
from lms.web.messages import MESSAGES

HOUSE = Path(tables.__file__).parent
ROOT = HOUSE.parent
FILES = sorted(HOUSE.rglob("*.py"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 40


def room(file: Path) -> str:
    return file.relative_to(HOUSE).parts[0]


def imports(file: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def test_a_rooms_tables_are_its_own() -> None:
    foreign = [
        f"{file.relative_to(HOUSE)}: {name}"
        for file in FILES
        if room(file) not in {"tables.py", "reports"}
        for name in imports(file)
        if (found := re.match(r"lms\.(\w+)\.models\b", name)) and found[1] != room(file)
    ]
    assert not foreign


def test_only_work_ends_a_transaction() -> None:
    ends = re.compile(r"session\.(commit|rollback)\(")
    assert [f for f in FILES if ends.search(f.read_text("utf-8"))] == [
        HOUSE / "kernel/work.py"
    ]


def test_no_file_outgrows_its_shelf() -> None:
    shelves = [*FILES, *(ROOT / "tests").rglob("*.py")]
    shelves += list((ROOT / "templates").rglob("*"))
    shelves += [f for f in (ROOT / "static").rglob("*.js") if "vendor" not in f.parts]
    shelves += list((ROOT / "static").rglob("*.css"))
    long = {
        str(f.relative_to(ROOT)): lines
        for f in shelves
        if f.is_file()
        and (lines := len(f.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long


def test_no_function_outgrows_a_page() -> None:
    long = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def test_templates_mirror_the_audiences() -> None:
    folders = {f.name for f in (ROOT / "templates").iterdir() if f.is_dir()}
    audiences = {f.name for f in (HOUSE / "web").iterdir() if f.is_dir()}
    assert folders <= audiences | {"parts", "mail", "print"}


def test_templates_carry_no_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:")
    guilty = [
        str(f.relative_to(ROOT))
        for f in (ROOT / "templates").rglob("*.html")
        if inline.search(f.read_text("utf-8"))
    ]
    assert not guilty


def test_no_template_switches_escaping_off() -> None:
    # `typed` marks HTML that kernel.text cleaned on the way in; nothing else is safe.
    guilty = [
        str(f.relative_to(ROOT))
        for f in (ROOT / "templates").rglob("*.html")
        if re.search(r"autoescape false|\|\s*safe\b", f.read_text("utf-8"))
    ]
    assert not guilty


def test_every_table_says_what_it_knows_of_people() -> None:
    silent = [
        mapper.class_.__name__
        for mapper in Table.registry.mappers
        if "PII:" not in (mapper.class_.__doc__ or "")
    ]
    assert not silent


def test_every_room_says_which_facts_live_there() -> None:
    for folder in (f.parent for f in FILES if f.name == "__init__.py"):
        text = (folder / "__init__.py").read_text("utf-8")
        assert ast.get_docstring(ast.parse(text)), folder


def test_every_code_has_words() -> None:
    raised = re.compile(
        r"\b(?:NotFound|Forbidden|Refused|Conflict|Unavailable)\(\s*\"([\w.]+)\""
    )
    codes = {code for f in FILES for code in raised.findall(f.read_text("utf-8"))}
    assert codes <= set(MESSAGES)


def test_no_path_of_a_machine_and_no_word_of_the_workshop_stands_in_the_tree() -> None:
    told = re.compile(r"/wor" + r"k/|/tm" + r"p/xs|bash_job" + r"s|\bTOD" + r"O\b")
    kinds = ("py", "html", "js", "css", "md", "toml", "mako", "txt", "yaml")
    folders = ("lms", "tests", "templates", "static", "migrations", "docs", ".ci")
    guilty = [
        str(file.relative_to(ROOT))
        for folder in folders
        for kind in kinds
        for file in (ROOT / folder).rglob(f"*.{kind}")
        if told.search(file.read_text("utf-8"))
    ]
    assert not guilty
