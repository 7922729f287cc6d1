import re

from tests.world import SYSTEM, give_grants
from workspaces.terms import Terms


def rows(client, query=""):
    body = client.get(f"/w/acme/labels{query}").content.decode()
    found = re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_each_label_stands_with_its_uses(as_user, world):
    give_grants(
        world.member("dee"),
        [Terms("source-admin", "labels", labels=(world.label("environment:prod"),))],
        by=SYSTEM,
    )
    assert rows(as_user("ada")) == [
        "environment:dev In no grant 1 source On no space",
        "environment:prod 2 grants 2 sources 1 space",
        "product:car In no grant 2 sources On no space",
        "product:truck In no grant 1 source On no space",
    ]


def test_searching_by_key_value_or_both(as_user):
    client = as_user("ada")
    assert len(rows(client, "?q=ENV")) == 2
    assert len(rows(client, "?q=car")) == 1
    assert len(rows(client, "?q=product:t")) == 1
    assert rows(client, "?q=zzz") == []


def test_the_counts_lead_to_the_lists_behind_them(as_user):
    client = as_user("ada")
    body = client.get("/w/acme/labels").content.decode()
    assert "/w/acme/sources?label=environment:prod" in body
    listed = client.get("/w/acme/sources?label=environment:prod").content.decode()
    assert "Source A" in listed
    assert "Source C" not in listed
    people = client.get("/w/acme/members?label=environment:prod").content.decode()
    assert "Bo Diddley" in people
