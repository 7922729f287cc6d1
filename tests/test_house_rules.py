"""Rules of the house that a reader should not have to remember."""

import ast
import re
import tomllib

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from tests.test_architecture import MODULES, ROOT

pytestmark = pytest.mark.any_database

TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
SOURCES = sorted(
    path
    for folder in ("config", "accounts", "labels", "workspaces", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))
STYLES = sorted((ROOT / "static").rglob("*.css"))
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_TEMPLATE = 500, 60, 150  # lines
LONGEST_LINE, LARGEST_ROOM = 120, 15  # characters of a template's line, files of parts
# How many lines of a template stay long, because a break in them would be drawn.
UNBREAKABLE = {
    "parts/frame/head.html": 1,  # the settings of htmx: JSON in one attribute
    "workspaces/workspace/api_reference.html": 3,  # commands to copy
}
LONGEST_SCRIPT_OR_STYLE = 250  # lines
# Templates that a library asks for by name; nothing of ours names them.
ASKED_FOR_BY_LIBRARIES = {
    *(f"errors/{status}.html" for status in (400, 403, 404, 500, 503)),
}


def name_of(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_and_functions_are_short(path):
    text = path.read_text()
    assert text.count("\n") <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


# What brings along libraries that only a worker needs which speaks with programs or providers.
LATE = {
    "workspaces/api/public/document.py", "workspaces/forms/sso/connections.py",
    "workspaces/operations/sso/languages.py", "workspaces/operations/sso/logout.py",
    "workspaces/views/sso/asking.py",
}  # fmt: skip


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_of_ours_is_imported_inside_a_function(path):
    """But for what is imported late; Django calls ready() when models may be imported at last."""
    if path.name == "apps.py" or name_of(path) in LATE:
        return
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                assert not isinstance(node, ast.ImportFrom) or not is_ours(node.module or "")


def is_ours(module):
    return module.split(".")[0] in {"config", "accounts", "labels", "workspaces"}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_booleans_are_keyword_only(name):
    for node in ast.walk(ast.parse(MODULES[name].read_text())):
        if isinstance(node, ast.FunctionDef) and not is_override(node):
            for argument in node.args.args:
                annotation = ast.unparse(argument.annotation) if argument.annotation else ""
                assert annotation != "bool", f"{node.name}({argument.arg})"


def is_override(node):
    """Django fixes the parameters of what it calls."""
    names = {argument.arg for argument in node.args.args}
    named = {"save_model", "has_add_permission", "load_middleware"}
    return node.name in named or "must_create" in names


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils", "helpers", "services", "common", "misc"}
    assert not [name for name in MODULES if name.rpartition(".")[2] in drawers]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_are_short(path):
    assert path.read_text().count("\n") <= LONGEST_TEMPLATE


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_lines_of_templates_are_short(path):
    long = [line for line in path.read_text().splitlines() if len(line) > LONGEST_LINE]
    assert len(long) == UNBREAKABLE.get(str(path.relative_to(ROOT / "templates")), 0), long


def test_exceptions_of_long_lines_are_templates():
    assert {str(path.relative_to(ROOT / "templates")) for path in TEMPLATES} >= UNBREAKABLE.keys()


def test_parts_lie_in_rooms_that_one_overlooks():
    for room in (ROOT / "templates/parts").iterdir():
        assert room.is_dir(), room.name
        assert len(list(room.iterdir())) <= LARGEST_ROOM, room.name


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html"], ids=name_of)
def test_nothing_runs_or_looks_inline(path):
    """The policy allows no inline script and no inline style (U4, XI5)."""
    text = path.read_text()
    assert not re.search(
        r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|hx-on|javascript:", text
    )


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=name_of)
def test_scripts_and_styles_are_short_and_say_what_they_do(path):
    text = path.read_text()
    assert text.count("\n") <= LONGEST_SCRIPT_OR_STYLE
    assert text.startswith("/* ")


def named_by(path):
    """Return the files that a script or a style sheet names."""
    text = path.read_text()
    names = re.findall(r'(?m)^(?:@import|import\b[^"]*?) ?"([^"]+)"', text)
    return [(path.parent / name).resolve() for name in names]


@pytest.mark.parametrize("entry", ["js/gatehouse.js", "css/gatehouse.css"])
def test_every_script_and_style_is_reached_and_none_in_a_circle(entry):
    entry = ROOT / "static" / entry
    reached = set()

    def follow(path, above):
        assert path not in above, f"{name_of(path)} comes back to itself"
        if path not in reached:
            for name in named_by(path):
                follow(name, [*above, path])
            reached.add(path)

    follow(entry, [])
    assert reached == {path for path in [*SCRIPTS, *STYLES] if path.suffix == entry.suffix}


def test_scripts_make_no_globals():
    """Modules hand one another what they share; htmx alone stands in the window."""
    for path in SCRIPTS:
        assert set(re.findall(r"(?:window|globalThis)\.(\w+)", path.read_text())) <= {"htmx"}


def test_every_template_is_used():
    texts = [p.read_text() for p in [*TEMPLATES, *SOURCES]]
    everything = "\n".join(texts)
    for path in TEMPLATES:
        name = str(path.relative_to(ROOT / "templates"))
        library = name.startswith(("account/", "mfa/")) or name in ASKED_FOR_BY_LIBRARIES
        status = re.fullmatch(r"errors/\d+\.html", name)
        mail = re.fullmatch(r"emails/(\w+)/(subject\.txt|body\.txt|body\.html)", name)
        if mail and f'"{mail[1]}"' in everything:
            continue  # `outbox.queue` names the folder of a mail
        assert library or status or f'"{name}"' in everything, f"{name} is used nowhere"


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html"], ids=name_of)
def test_templates_compile(path):
    get_template(str(path.relative_to(ROOT / "templates")))


def test_a_template_that_is_not_there_fails():
    with pytest.raises(TemplateDoesNotExist):
        get_template("workspaces/none.html")


def test_an_undefined_template_variable_fails_in_tests(request):
    assert request.config.getoption("--fail-on-template-vars")


def test_guardian_holds_no_rows_about_resources():
    """Its rows do not know which grant made them, so they never stand for access (R19)."""
    uses = [
        name_of(path)
        for path in SOURCES
        if "tests" not in path.relative_to(ROOT).parts
        and re.search(r"^(from|import) guardian", path.read_text(), re.MULTILINE)
    ]
    assert uses == ["accounts/permissions.py", "workspaces/admin.py"]


def test_every_command_and_setting_is_documented():
    readme = (ROOT / "config/README.md").read_text()
    for path in ROOT.glob("*/management/commands/*.py"):
        if path.stem != "__init__":
            assert f"manage.py {path.stem}" in readme, path.stem
    for setting in re.findall(r'env\.\w+\("([A-Z_]+)"', (ROOT / "config/settings.py").read_text()):
        assert f"`{setting}" in readme, setting


def test_lock_files_name_no_index_and_hash_everything():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        for requirement in re.findall(
            r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL
        ):
            assert "--hash=sha256:" in requirement, requirement


def test_lock_files_hold_what_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = (ROOT / "requirements-dev.txt").read_text().lower()
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for requirement in wanted:
        package = re.match(r"[A-Za-z0-9-]+", requirement)[0].lower()
        assert re.search(rf"^{package}(\[.*?\])?==", locked, re.MULTILINE), package


def test_the_top_level_is_what_the_layout_says():
    allowed = {
        "manage.py", "pyproject.toml", "README.md", "config", "accounts", "workspaces", "labels",
        "templates", "static", "tests", "requirements.txt", "requirements-dev.txt",
        "gunicorn.conf.py",
    }  # fmt: skip
    there = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    assert there - {"test-results"} <= allowed


def test_debug_is_off_by_default():
    assert not settings.DEBUG


def test_every_proof_of_a_promise_is_there():
    readme = (ROOT / "tests/README.md").read_text()
    promises = readme.partition("## Promises")[2].partition("\n## ")[0]
    defined = set()
    for path in (ROOT / "tests").rglob("*.py"):
        names = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)]
        defined |= {node.name for node in names} | {str(path.relative_to(ROOT))}
    named = re.findall(r"`(test_\w+|tests/[\w/]+\.py)`", promises)
    assert len(named) > 20
    assert set(named) <= defined
