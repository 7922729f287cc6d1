"""What documents say of the eligible: read, written, compared and refused (W2, W3, W5, XO9)."""

import pytest

from tests.world import SYSTEM, acme, build
from workspaces.models import Approver, Eligibility, Grant, GroupMember
from workspaces.operations.documents import dump_document, load_document
from workspaces.operations.documents.faults import Faults

ADMIN = {"role": "source-admin", "scope": {"all": True}}
READER = {"role": "source-read-only", "scope": {"all": True}}


def with_grant(**eligible):
    """Return the small world where Dee holds a grant that is eligible like this."""
    document = acme()
    [dee] = [m for m in document["members"] if m["email"] == "dee@example.org"]
    dee["grants"] = [{**ADMIN, "eligible": eligible}]
    return document


def with_place(**eligible):
    """Return the small world where Dee's place in growth is eligible like this."""
    document = acme()
    document["groups"][0]["members"] += [{"email": "dee@example.org", "eligible": eligible}]
    return document


def stored():
    row = Eligibility.objects.get()
    return row.said


@pytest.mark.django_db
def test_what_is_left_out_is_as_usual_W2():
    build(with_grant())
    said = stored()
    assert (said.longest_minutes, said.proof, said.approvers, said.break_glass) == (
        240, True, None, False,
    )  # fmt: skip
    assert Grant.objects.get(member__user__email="dee@example.org").eligible


@pytest.mark.django_db
def test_what_only_reads_asks_for_no_proof_W2():
    document = with_grant()
    [dee] = [m for m in document["members"] if m["email"] == "dee@example.org"]
    dee["grants"] = [{**READER, "eligible": {}}]
    build(document)
    assert not stored().proof


@pytest.mark.django_db
def test_a_place_asks_for_a_proof_where_its_group_edits_W2():
    build(with_place())
    assert stored().proof
    assert GroupMember.objects.get(eligible=True).member.user.email == "dee@example.org"


@pytest.mark.django_db
@pytest.mark.parametrize("document", [with_grant, with_place])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"longest_minutes": 15, "proof": False},
        {"break_glass": True},
        {"approvers": []},
        {"approvers": ["ada@example.org", "group:Growth"]},
    ],
)
def test_what_is_written_reads_back_the_same_W2(document, how):
    world = build(document(**how))
    written = dump_document(world.workspace)
    before = list(Eligibility.objects.values_list("pk", flat=True))
    load_document(written, by=SYSTEM)
    assert dump_document(world.workspace) == written
    assert list(Eligibility.objects.values_list("pk", flat=True)) == before, "nothing changed"


@pytest.mark.django_db
def test_an_empty_list_of_approvers_is_not_none_W3():
    build(with_grant(approvers=[]))
    assert Eligibility.objects.get().asks


@pytest.mark.django_db
def test_groups_approve_by_name_in_any_spelling_W3_N2():
    world = build(with_grant(approvers=["group:GROWTH"]))
    assert Approver.objects.get().group == world.group("growth")
    [dee] = [m for m in dump_document(world.workspace)["members"] if m["name"].startswith("Dee")]
    assert dee["grants"][0]["eligible"]["approvers"] == ["group:growth"]


@pytest.mark.django_db
def test_made_standing_again_it_keeps_nothing_of_it_W2():
    world = build(with_grant())
    document = dump_document(world.workspace)
    for member in document["members"]:
        for grant in member.get("grants", []):
            grant.pop("eligible", None)
    load_document(document, by=SYSTEM)
    assert not Eligibility.objects.exists()
    assert not Grant.objects.filter(eligible=True).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("document", [with_grant, with_place])
@pytest.mark.parametrize(
    ("how", "place"),
    [
        ({"longest_minutes": 14}, "longest_minutes"),
        ({"longest_minutes": 1441}, "longest_minutes"),
        ({"longest_minutes": "60"}, "longest_minutes"),
        ({"longest_minutes": True}, "longest_minutes"),
        ({"proof": 1}, "proof"),
        ({"break_glass": "no"}, "break_glass"),
        ({"break_glass": True, "approvers": ["ada@example.org"]}, "break_glass"),
        ({"approvers": "ada@example.org"}, "approvers"),
        ({"approvers": ["eve@example.org"]}, "approvers[0]"),
        ({"approvers": ["group:nobody"]}, "approvers[0]"),
        ({"approvers": ["group:"]}, "approvers[0]"),
        ({"approver": ["ada@example.org"]}, "approver"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_XO9_N4(document, how, place):
    with pytest.raises(Faults) as refused:
        load_document(document(**how), by=SYSTEM)
    assert any(f".eligible.{place}" in str(fault) for fault in refused.value.faults)
    assert not Grant.objects.exists()
