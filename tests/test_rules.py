"""Every rule that code or a test names stands in one README, and every one there is named.

A definition is a line of a README that begins `- **R7** `. Named are ids in comments and
docstrings, behind the names of tests (`…_R7_XC1`), in what an operation refuses with, and in
brackets within a sentence.
"""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_architecture import ROOT

# In one process of the run: what was read of a file is kept for the next test.
pytestmark = pytest.mark.xdist_group("rules")
DEFINITION = re.compile(r"^- \*\*(X?[A-Z]\d{1,2})\*\* ", re.MULTILINE)
ID = re.compile(r"(?<![\w%#&.\\+-])(X?[A-Z])(\d{1,2})(?:[–-](X?[A-Z])(\d{1,2}))?(?!\w|\.\d)")
SUFFIX = re.compile(r"_(X?[A-Z]\d{1,2})(?=_|$)")
IN_BRACKETS = re.compile(r"\([^()]*\)")
COMMENTS = {
    ".py": re.compile(r"(?:^ *|  )# .*$", re.MULTILINE),
    ".html": re.compile(r"{#.*?#}"),
    ".js": re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
}
FOLDERS = ("accounts", "config", "labels", "workspaces", "templates", "static", "tests", ".github")
SKIPPED = re.compile(r"^requirements|/migrations/|/__pycache__/|/node_modules/|^tests/data/.*json")


def files(*suffixes: str) -> list[Path]:
    """Return the files of the project that end so; what is made or installed is none of them."""
    found = []
    for folder in (ROOT, *(ROOT / name for name in FOLDERS)):
        there = folder.glob("*") if folder == ROOT else folder.rglob("*")
        found += [p for p in there if p.name.endswith(suffixes) and p.is_file()]
    return [p for p in found if not SKIPPED.search(str(p.relative_to(ROOT)))]


def ids_in(text: str) -> Iterator[str]:
    """Yield the ids a text names; of a range such as R1–R6 each."""
    for letter, first, last_letter, last in ID.findall(text):
        end = int(last) if last_letter == letter else int(first)
        yield from (f"{letter}{n}" for n in range(int(first), end + 1))
        if last_letter not in {"", letter}:
            yield f"{last_letter}{last}"


@cache
def words_of(path: Path) -> list[str]:
    """Return what a file says about itself, as far as ids are named there."""
    if path.suffix == ".py":
        return list(words_of_python(path))
    if path.suffix == ".md":
        return [DEFINITION.sub("", path.read_text())]
    return COMMENTS[path.suffix].findall(path.read_text())


def words_of_python(path: Path) -> Iterator[str]:
    text = path.read_text()
    yield from COMMENTS[".py"].findall(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield " ".join(SUFFIX.findall(node.name))
        if isinstance(node, ast.Call):
            said = [*node.args, *(k.value for k in node.keywords if k.arg == "code")]
            for words in (a.value for a in said if isinstance(a, ast.Constant)):
                if isinstance(words, str):
                    whole = ID.fullmatch(words)
                    yield words if whole else " ".join(IN_BRACKETS.findall(words))


def defined() -> dict[str, list[Path]]:
    found = defaultdict(list)
    for path in files("README.md"):
        for ident in DEFINITION.findall(path.read_text()):
            found[ident].append(path)
    return found


@pytest.fixture(scope="module")
def named() -> dict[str, set[str]]:
    """Every id that is named, with the files that name it."""
    found = defaultdict(set)
    for path in files(".md", *COMMENTS):
        for words in words_of(path):
            for ident in ids_in(words):
                found[ident].add(str(path.relative_to(ROOT)))
    return found


def test_every_id_that_is_named_is_defined(named):
    there = defined()
    assert {ident: where for ident, where in named.items() if ident not in there} == {}


def test_every_id_is_defined_once():
    assert {ident: len(where) for ident, where in defined().items() if len(where) > 1} == {}


def test_every_id_that_is_defined_is_named_by_code_or_a_test(named):
    outside = {i for i, where in named.items() if any(not w.endswith(".md") for w in where)}
    assert set(defined()) - outside == set()


def test_every_case_is_named_by_a_test(named):
    cases = {ident for ident in defined() if ident.startswith("X")}
    tried = {i for i, where in named.items() if any(w.startswith("tests/test") or "/test_" in w
                                                    for w in where)}  # fmt: skip
    assert cases - tried == set()


def test_ids_are_read_where_they_stand(tmp_path):
    page = tmp_path / "page.py"
    page.write_text(
        '"""One (R1–R3)."""\n'
        "# two: Z9\n"
        "def test_three_R4_XC2():\n"
        '    raise Refused("XB4", "no (L4)")\n'
        '    call("#A1", "@SUM(A1)", size="A4")\n'
    )
    told = Counter(i for words in words_of(page) for i in ids_in(words))
    assert set(told) == {"R1", "R2", "R3", "Z9", "R4", "XC2", "XB4", "L4", "A1"}


@pytest.mark.parametrize("path", files(".md"), ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_point_to_what_is_there(path):
    text = path.read_text()
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []
    paths = re.findall(r"`(\w[\w./-]*/[\w.-]+\.(?:md|py|mjs|js|html|json))`", text)
    places = (ROOT, path.parent)
    assert [p for p in paths if not any((place / p).exists() for place in places)] == []
    modules = re.findall(r"`(\w+\.py)`", text)
    folders = (path.parent, ROOT / "config", ROOT / "workspaces")
    assert [m for m in modules if not any(any(f.rglob(m)) for f in folders)] == []


def test_code_points_to_pages_that_are_there():
    astray = defaultdict(list)
    for path in {*files(*COMMENTS)} - {Path(__file__)}:
        for words in words_of(path):
            pages = re.findall(r"[\w./-]+\.md\b|§", words)
            astray[str(path)] += [page for page in pages if not (ROOT / page).exists()]
    assert {path: pages for path, pages in astray.items() if pages} == {}
