"""Imports point down or sideways, never up, and form no cycle (`.github/CONTRIBUTING.md`)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).parent.parent
APPS = ("config", "accounts", "labels", "workspaces")
# The first pattern that fits a module's dotted name decides its layer.
LAYERS = (
    (0, ("config.web", "config.keys", "config.databases")),
    (7, ("config.urls", "config.settings", "config.checks", "config.wsgi", "config.quickstart")),
    (7, ("accounts.urls", "workspaces.urls")),
    (7, ("workspaces.api.authzen.urls", "workspaces.api.public.urls", "workspaces.api.scim.urls")),
    (1, ("workspaces.catalogue", "labels.syntax", "accounts.addresses", "workspaces.errors")),
    (1, ("workspaces.events", "workspaces.terms", "workspaces.spans")),
    (1, ("workspaces.secret_names", "workspaces.slugs")),
    (2, ("accounts.permissions", "accounts.models", "labels.models", "workspaces.models")),
    (3, ("workspaces.access", "workspaces.change")),
    (3, ("accounts.outbox", "accounts.sessions", "accounts.audit", "accounts.chain")),
    (3, ("accounts.sign_in", "accounts.kept")),
    (4, ("accounts.operations", "labels.operations", "workspaces.operations")),
    (4, ("workspaces.demo",)),
    (5, ("accounts.forms", "labels.forms", "workspaces.forms")),
    (5, ("accounts.guards", "workspaces.asker", "workspaces.guards")),
    (6, ("accounts.views", "labels.views", "workspaces.views", "workspaces.api")),
    (6, ("accounts.adapters", "accounts.backends", "accounts.templatetags")),
    (6, ("workspaces.templatetags",)),
    (6, ("accounts.admin", "workspaces.admin", "accounts.management", "workspaces.management")),
    (6, ("accounts.middleware", "accounts.receivers", "accounts.apps", "labels.apps")),
    (6, ("workspaces.middleware", "workspaces.receivers", "workspaces.apps")),
)


def modules() -> dict[str, Path]:
    """Return our modules by dotted name, packages by the name of their folder."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports_of(path: Path, *, for_types: bool = False) -> Iterator[str]:
    """Yield the modules of ours that a file imports when it runs."""
    tree = ast.parse(path.read_text())
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            skipped |= {id(child) for child in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped and not for_types:
            continue
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else node.module for name in inner]
        yield from (name for name in names if name in MODULES)


GRAPH = {name: set(imports_of(path)) - {name} for name, path in MODULES.items()}


def layer(name: str) -> int:
    """Return the layer of a module; -1 for a package that only stands around others."""
    for number, prefixes in LAYERS:
        if any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes):
            return number
    return -1


def test_every_module_has_its_layer():
    homeless = {name for name in MODULES if layer(name) < 0 and MODULES[name].read_text().strip()}
    assert homeless == set()


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_point_down_or_sideways(name):
    upward = {far for far in GRAPH[name] if layer(far) > layer(name)}
    assert upward == set()


def test_accounts_import_neither_labels_nor_workspaces():
    for name, far in GRAPH.items():
        if name.startswith("accounts"):
            assert not {f for f in far if f.startswith(("labels", "workspaces"))}, name


# The trail gathers how each noun's changes are undone, a review and the views that people keep
# what each noun's list is narrowed by; labels are among them.
GATHERED = {
    ("workspaces.operations.trail.undo", "labels.operations.undo"),
    ("workspaces.forms.reviews.covering", "labels.forms"),
    ("workspaces.forms.console.saved_views", "labels.forms"),
}


def test_labels_stand_upon_workspaces_in_each_layer():
    """Of its own layer, workspaces import nothing of labels; pages share the console alone."""
    across = {(name, far) for name in GRAPH for far in GRAPH[name]}
    upwards = {
        (name, far)
        for name, far in across
        if name.startswith("workspaces") and far.startswith("labels") and layer(far) >= layer(name)
    }
    assert upwards == GATHERED
    pages = {far for name, far in across if name.startswith("labels.views")}
    rooms = {far for far in pages if far.startswith("workspaces.views.")}
    assert {far for far in rooms if not far.startswith("workspaces.views.console.")} == set()


def test_config_web_knows_no_app():
    for name, far in GRAPH.items():
        if name.startswith("config.web"):
            assert all(f.startswith("config.web") for f in far), name


def test_imports_form_no_cycle():
    done, way = set(), []

    def walk(name):
        assert name not in way, f"cycle: {way[way.index(name) :]} -> {name}"
        if name in done:
            return
        way.append(name)
        for far in sorted(GRAPH[name]):
            walk(far)
        way.pop()
        done.add(name)

    for name in sorted(GRAPH):
        walk(name)


def test_views_write_no_rows():
    """A view calls an operation; it does not save, create, update or delete itself."""
    writes = {"save", "create", "bulk_create", "update_or_create", "get_or_create"}
    for name, path in MODULES.items():
        if layer(name) == 6 and ".views" in name:
            calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
            found = {
                n.func.attr
                for n in calls
                if isinstance(n.func, ast.Attribute)
                and n.func.attr in writes
                and "objects" in ast.unparse(n.func)
            }
            assert not found, f"{name} writes rows: {found}"
