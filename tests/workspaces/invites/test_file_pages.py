"""Inviting people by a CSV file: a verdict a line, then one send (I1, A1, N4)."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.mail import Mail
from tests.cast.invited import age, ask
from tests.filled import filled
from tests.workspaces.conftest import Seen
from tests.world import OTHER, SYSTEM, acme, build, everything, give_grants
from workspaces.models import Invite
from workspaces.operations.directory import groups as directory_groups
from workspaces.operations.groups import groups
from workspaces.operations.invites import addresses
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms

PAGE = "/w/acme/members/invite/file"


@pytest.fixture
def ada(as_user):
    return as_user("ada")


def look(client, text, **more):
    """Look at a file; return the page, and the form as it stands then."""
    form = filled(client.get(PAGE), PAGE, blanks="")
    answer = client.post(PAGE, {**form, "text": text, "message": "", "look": "1", **more})
    return Seen(answer), {**filled(answer, PAGE, blanks=""), "message": ""}


def said_of(client, text):
    """Return the line of the page about the one line of a file."""
    seen, _form = look(client, text)
    assert seen.status == 200
    [row] = seen.rows()
    return row


def send(client, text):
    _seen, form = look(client, text)
    return client.post(PAGE, form)


def test_each_line_has_its_verdict_before_anything_is_written(ada, world):
    ask(world, "asked@example.org")
    before = everything()
    seen, _form = look(
        ada,
        "Address,Groups\nnew@example.org,growth\nbo@example.org,\nasked@example.org,\n"
        "nobody,\nodd@example.org,growht\ntwin@example.org,\nTwin@example.org,growth\n",
    )
    assert "1 person gets a mail · 6 left out" in seen
    for words in (
        "new@example.org Line 2 in growth Invited gets a mail",
        "bo@example.org Line 3 Minimal access Left out is a member already",
        "asked@example.org Line 4 Minimal access Left out was mailed less than an hour ago",
        "nobody Line 5 Minimal access Left out An e-mail address has the form name@domain.",
        "Groups: There is no “growht” here.",
        "The address stands in lines 7, 8. Keep one of them.",
    ):
        assert words in seen
    assert everything() == before


def test_an_open_invite_is_said_and_left_alone(ada, world):
    open_one = ask(world, "asked@example.org")
    age(open_one, hours=2)
    text = "Address,Groups\nasked@example.org,growth\nnew@example.org,\n"
    seen, form = look(ada, text)
    assert "is invited already" in seen
    assert f"/w/acme/members/invited/{open_one.public_id}" in seen.links()
    assert ada.post(PAGE, form).status_code == 302
    assert [i.email for i in Invite.objects.pending().order_by("email")] == [
        "asked@example.org", "new@example.org"
    ]  # fmt: skip
    open_one.refresh_from_db()
    assert open_one.voided_at is None


def test_lines_without_fault_are_sent_as_one_event_each_with_its_own_A1(ada, world):
    text = (
        "Address,Role,Roles,Groups,Ends\n"
        "o@x.org,Owner,,,\n"
        "a@x.org,,Source Admin on environment:prod; function-read-only on all,growth,2198-12-31\n"
        "b@x.org,member,Source Read-only on source/a and Source B,,\n"
        "c@x.org,king,,,\n"
    )
    before = world.workspace.events.count()
    answer = send(ada, text)
    assert answer["Location"] == "/w/acme/members/invite/result"
    assert world.workspace.events.count() == before + 1
    event = world.workspace.events.newest_first().first()
    assert event.action == "invites.sent"
    assert [one["address"] for one in event.after["to"]] == ["a@x.org", "b@x.org", "o@x.org"]
    assert event.after["to"][0]["groups"] == [
        {"group": "growth", "expires": "2199-01-01T00:00:00+00:00"}
    ]
    made = {invite.email: invite for invite in Invite.objects.all()}
    assert made["o@x.org"].owner
    assert [g.name for g in made["a@x.org"].groups.all()] == ["growth"]
    assert sorted(g.role for g in made["a@x.org"].grants.all()) == [
        "function-read-only", "source-admin"
    ]  # fmt: skip
    assert {g.expires_at.year for g in made["a@x.org"].grants.all()} == {2199}
    [grant] = made["b@x.org"].grants.terms()
    assert [thing.slug for thing in grant.resources] == ["a", "b"]
    assert sorted(Mail.objects.values_list("to", flat=True)) == ["a@x.org", "b@x.org", "o@x.org"]


def test_what_was_left_out_can_be_mended(ada):
    answer = send(ada, "Address,Groups\na@x.org,growth\nb@x.org,nosuch\n")
    seen = Seen(ada.get(answer["Location"]))
    assert "1 person is invited" in seen
    assert "1 line of the file was left out" in seen
    again = filled(ada.get(f"{PAGE}?left=on"), PAGE)
    assert again["text"][0].split() == ["Address,Groups", "b@x.org,nosuch"]


def test_a_file_is_read_like_its_text_and_stands_in_the_box_then(ada):
    file = SimpleUploadedFile("p.csv", "\ufeffAddress\r\na@x.org\r\n".encode())
    seen, form = look(ada, "", file=file)
    assert "1 person gets a mail" in seen
    assert form["text"][0].split() == ["Address", "a@x.org"]
    assert ada.post(PAGE, form).status_code == 302


@pytest.mark.parametrize("content", ["a\xff".encode("latin-1"), b"A" * 900_000])
def test_a_file_that_is_no_text_or_too_large_is_said_beside_it(ada, content):
    seen, _form = look(ada, "", file=SimpleUploadedFile("p.csv", content))
    assert seen.status == 422
    assert "This is no text in UTF-8." in seen or "The file is too large." in seen


def test_nothing_is_sent_that_was_not_looked_at(ada):
    form = filled(ada.get(PAGE), PAGE, blanks="")
    answer = ada.post(PAGE, {**form, "text": "Address\na@x.org", "message": ""})
    assert "1 person gets a mail" in Seen(answer)
    assert not Invite.objects.exists()


def test_a_text_changed_after_the_look_is_looked_at_again_XI8(ada):
    _seen, form = look(ada, "Address,Roles\na@x.org,Source Admin on source/a")
    answer = ada.post(PAGE, {**form, "text": "Address,Roles\na@x.org,Source Admin on source/b"})
    assert answer.status_code == 422
    assert not Invite.objects.exists()


def test_a_group_that_went_meanwhile_is_a_fault_and_nothing_is_sent_XD4(ada, world):
    _seen, form = look(ada, "Address,Groups\na@x.org,growth\nb@x.org,\n")
    groups.delete(world.group("growth"), by=SYSTEM)
    answer = ada.post(PAGE, form)
    assert answer.status_code == 409
    assert "There is no “growth” here." in Seen(answer)
    assert not Invite.objects.exists()


def test_a_double_click_sends_once_XI7(ada):
    _seen, form = look(ada, "Address\na@x.org\nb@x.org")
    assert [ada.post(PAGE, form).status_code for _ in range(2)] == [302, 302]
    assert Invite.objects.count() == 2
    assert Mail.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("King on all,,", "Roles: There is no role “King on all”."),
        ("Source Admin,,", "Say what Source Admin is on"),
        ("Source Admin on environment:nosuch,,", "“environment:nosuch” here that Source Admin"),
        ("Source Admin on 2 sources,,", "“2 sources” says how many, not which"),
        ("Source Admin on environment:prod and source/a,,", "on labels or on names, not on both"),
        ("Source Admin on product:car and product:truck,,", "Two values of one key"),
        ("Source Admin on warehouse/bq,,", "“warehouse/bq” here that Source Admin"),
        ("Warehouse Admin on environment:prod,,", "“environment:prod” here that Warehouse Admin"),
        ("PII Access on source/a,,", "“source/a” here that PII Access"),
        (",quixotic,", "Groups: There is no “quixotic” here."),
        (",growth; ,2020-01-01", "Ends: This day has passed."),
        (",growth,31.12.2198", "Ends: Write the day as year-month-day"),
        (",,2198-12-31", "There is no role or group that could end."),
        ("Workspace Owner,,2198-12-31", "Ownership has no end."),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said_by_column_and_never_widens_N4(ada, world, line, words):
    build(OTHER)
    said = said_of(ada, f"Address,Roles,Groups,Ends\na@x.org,{line}\n")
    assert "Left out" in said
    assert words in said
    assert send(ada, f"Address,Roles,Groups,Ends\na@x.org,{line}\n").status_code == 422
    assert not Invite.objects.exists()


def test_a_role_that_says_owner_and_member_is_neither_N4(ada):
    said = said_of(ada, "Address,Role,Own roles\na@x.org,Member,Workspace Owner\n")
    assert "It says Member here, and Workspace Owner under the roles." in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Address,Grups\na@x.org,growth", "There is no column “Grups” here."),
        ("Groups\ngrowth", "There is no column “Address”."),
        ("Address\n", "There is no line below the headings."),
        (" ", "Paste a table, or choose a file."),
        ("Address\n" + "a@x.org\n" * 1001, "At most 1000 addresses at once."),
    ],
)
def test_a_table_that_is_none_of_ours_is_422_with_its_text_kept_N4(ada, text, words):
    seen, form = look(ada, text)
    assert seen.status == 422
    assert words in seen
    assert form["text"][0].split() == text.split()


def test_the_file_of_members_can_be_read_and_says_what_is_passed_over(ada, world):
    give_grants(world.member("bo"), [Terms("function-admin", "all")])
    groups.create(world.workspace, "=ops", members=[world.member("bo")], by=SYSTEM)
    file = ada.post("/w/acme/members.csv", {"matching": "on"})
    text = b"".join(file.streaming_content).decode().replace("@example.org", "@new.example")
    seen, _form = look(ada, text)
    assert "Name, Account, Highest access, Last active, Roles through groups" in seen
    rows = {row.split()[0].partition("@")[0]: row for row in seen.rows()}
    assert "Owner Invited" in rows["ada"]
    assert "Function Admin on all current & future in =ops in growth Invited" in rows["bo"]
    assert "“1 source” says how many, not which" in rows["cy"]
    assert "Minimal access Invited" in rows["dee"]


def test_a_pushed_group_is_the_directorys_P(ada, world):
    directory_groups.create(world.workspace, name="Analysts", by=SYSTEM)
    said = said_of(ada, "Address,Groups\na@x.org,analysts\n")
    assert "Groups: The directory pushes Analysts" in said


def test_a_role_beyond_the_plan_is_a_fault_L7(ada, world):
    workspaces.set_plan_and_flag(world.workspace, plan="team", hipaa_eligible=False, by=SYSTEM)
    said = said_of(ada, "Address,Roles\na@x.org,Warehouse Admin on all\n")
    assert "Roles: " in said
    assert "Left out" in said


def test_names_that_the_guard_makes_alike_are_asked_about_N4(ada, world):
    for name in ("-ops", "'-ops"):
        groups.create(world.workspace, name, by=SYSTEM)
    assert "more than one" in said_of(ada, "Address,Groups\na@x.org,'-ops\n")
    assert "in -ops Invited" in said_of(ada, "Address,Groups\na@x.org,-ops\n")


def test_more_than_an_hour_takes_is_429_and_sends_nothing_XE12(ada, monkeypatch):
    monkeypatch.setattr(addresses, "MOST", 1)
    answer = send(ada, "Address\na@x.org\nb@x.org\n")
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert not Invite.objects.exists()


def test_it_is_for_owners_XB2(as_user):
    for path in (PAGE, f"{PAGE}/template.csv"):
        assert as_user("bo").get(path).status_code == 403
    assert as_user("bo").post(PAGE, {"text": "Address\na@x.org"}).status_code == 403
    assert not Invite.objects.exists()


def test_the_template_is_a_file_that_is_read(ada):
    text = ada.get(f"{PAGE}/template.csv").content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [["Address", "Role", "Roles", "Groups", "Ends"]]
    assert said_of(ada, f"{text}a@x.org,,,growth,\n").startswith("a@x.org Line 2 in growth Invited")


@pytest.fixture
def crowded(db):
    """Return a world with 10,000 members, and a group for each of many lines."""
    emails = [f"p{i}@example.org" for i in range(10_000)]
    return build(
        acme(
            members=[{"email": "ada@example.org", "owner": True}, *({"email": e} for e in emails)],
            groups=[{"name": f"g{i}", "members": emails} for i in range(3)],
        )
    )


def test_the_verdicts_take_as_many_statements_for_a_thousand_lines_as_for_three(crowded, client):
    client.force_login(crowded.user("ada"), backend="accounts.backends.SignInBackend")
    heading = "Address,Roles,Groups,Ends\n"
    line = (
        "{n}@x.org,Source Admin on environment:prod; Source Read-only on source/a,g{g},2198-12-31\n"
    )
    found = []
    for number in (3, 1000):
        text = heading + "".join(line.format(n=n, g=n % 3) for n in range(number))
        form = filled(client.get(PAGE), PAGE, blanks="")
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(PAGE, {**form, "text": text, "message": "", "look": "1"})
        assert answer.context["n_good"] == number
        found.append(len(captured))
    assert found[0] == found[1] <= 20
