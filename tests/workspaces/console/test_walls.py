"""Nothing of one workspace on a page of another, and nobody's text runs (XA3, XI1)."""

import re

import pytest

from tests.world import OTHER, SYSTEM, acme, build
from workspaces.operations.groups import groups
from workspaces.operations.tokens import tokens

pytestmark = pytest.mark.any_database

PAGES = [
    "overview", "members", "members?q={q}", "members?group={q}", "members?label=k:{q}",
    "groups", "groups?q={q}", "groups/new", "labels", "labels?q={q}", "tokens",
    "tokens?q={q}", "audit",
    "audit?target={q}", "check?who={q}&do=read&which={q}", "check?who=ada@example.org&which={q}",
    "my-access", "settings/general", "sources", "sources?q={q}", "sources?label=k:{q}",
    "destinations", "warehouses", "spaces", "tracking-plans", "functions", "sources/a",
    "sources/a/people", "sources/{q}",
]  # fmt: skip
WORD = "zyzzyva"
GROUP_DOORS = (
    "access", "describe", "duplicate", "delete", "members?people=bo@example.org",
    "members/move?people=bo@example.org", "members/remove?people=bo@example.org",
)  # fmt: skip


@pytest.fixture
def planted(world):
    """A second workspace in which everything bears one word."""
    other = build(
        {
            "format": "gatehouse/workspace@1",
            "workspace": {"slug": WORD, "name": WORD},
            "labels": [f"k:{WORD}"],
            "resources": [
                {"type": "source", "slug": WORD, "name": WORD, "labels": [f"k:{WORD}"]},
                {"type": "destination", "slug": WORD, "name": WORD, "source": f"source/{WORD}"},
                *(
                    {"type": type_, "slug": WORD, "name": WORD}
                    for type_ in ("warehouse", "space", "tracking_plan", "function")
                ),
            ],
            "members": [{"email": f"{WORD}@example.org", "name": WORD, "owner": True}],
            "groups": [{"name": WORD, "description": WORD, "members": [f"{WORD}@example.org"]}],
        }
    )
    tokens.create(other.workspace, WORD, by=SYSTEM)
    return world


@pytest.mark.parametrize("path", PAGES)
def test_a_word_of_another_workspace_occurs_nowhere_XA3(see, planted, path):
    for name in ("ada", "bo"):
        page = see(name, path.format(q=""))
        assert WORD not in page.raw
        asked = see(name, path.format(q=WORD))
        # The question itself may be read back; it says nothing of what is there.
        assert WORD not in re.sub(rf"[\w:/]*{WORD}", "", own_words(asked.raw), flags=re.IGNORECASE)
        nonsense = see(name, path.format(q="qqqqqqq"))
        assert asked.status == nonsense.status
        assert len(asked.rows()) == len(nonsense.rows())


def own_words(raw):
    """Drop what only repeats the address: fields, chips, links."""
    return re.sub(r'(value|href|hx-get|action)="[^"]*"', "", raw)


HOSTILE = [
    '<img src=x onerror="alert(1)">',
    '" hx-get="/evil" hx-trigger="load" x="',
    "{{7*7}}{% now 'Y' %}",
    "javascript:alert(1)",
    "</script><script>alert(1)</script>",
    "' onmouseover='alert(1)",
]


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_people_write_is_shown_as_text_XI1(client, text):
    document = acme(workspace={"slug": "acme", "name": text})
    for resource in document["resources"]:
        resource["name"] = text
    for member in document["members"]:
        member["name"] = text
    document["groups"][0] |= {"name": text, "description": text}
    document["labels"][0] = {"label": "environment:prod", "description": text}
    world = build(document)
    tokens.create(world.workspace, text, by=SYSTEM)
    group = groups.describe(world.group(text), text, f"{text} again", by=SYSTEM)
    client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    member = world.member("bo").public_id
    for path in [*PAGES, f"members/{member}", f"members/{member}?tab=groups",
                 f"members/{member}?tab=activity", f"groups/{group.public_id}",
                 f"groups/{group.public_id}?tab=members",
                 *(f"groups/{group.public_id}/{door}" for door in GROUP_DOORS)]:  # fmt: skip
        answer = client.get(f"/w/acme/{path.replace('{q}', 'x')}")
        raw = answer.content.decode()
        assert answer.status_code in {200, 404}
        assert "<img src=x" not in raw
        assert 'hx-get="/evil"' not in raw
        assert "<script>alert" not in raw
        assert "49" not in re.findall(r"<h1[^>]*>(.*?)</h1>", raw)
        assert 'href="javascript:' not in raw
        assert " onmouseover='alert" not in raw
    assert client.get("/").status_code == 302


def test_hostile_text_is_really_on_the_pages_XI1(client, db):
    """The test above would pass on empty pages; this one shows that the texts are there."""
    world = build(acme(workspace={"slug": "acme", "name": HOSTILE[0]}))
    client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    assert "&lt;img src=x onerror=" in client.get("/w/acme/overview").content.decode()


def test_a_form_acts_in_the_workspace_of_its_own_address_XA8(world, as_user):
    """Whatever was opened in another tab meanwhile."""
    other = build(OTHER | {"members": [{"email": "ada@example.org", "name": "Ada", "owner": True}],
                           "groups": []})  # fmt: skip
    client = as_user("ada")
    once = re.search(
        r'name="once" value="([^"]+)"', client.get("/w/acme/labels/new").content.decode()
    )[1]
    assert client.get("/w/other/labels/new").status_code == 200
    client.post("/w/acme/labels/new", {"once": once, "name": "stage:live"})
    assert world.workspace.labels.filter(key="stage").exists()
    assert not other.workspace.labels.filter(key="stage").exists()
