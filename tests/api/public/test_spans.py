"""Starts and ends over the Public API: beside the published shape, and only where they are set."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.conftest import labelled
from tests.workspaces.access.test_time import go_by
from tests.world import SYSTEM, everything, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.terms import Terms

NOW = datetime.now(UTC).replace(microsecond=123456)
SOON, LATER, LAST = (NOW + timedelta(days=days) for days in (10, 20, 30))
PROD = labelled("environment:prod")  # Source Read-only


def said(when):
    return when.isoformat().replace("+00:00", "Z")


def spanned(starts=None, ends=None, **changes):
    """Return the permission with a start and an end."""
    moments = {"startsAt": starts, "endsAt": ends}
    return PROD | {key: said(at) for key, at in moments.items() if at} | changes


def spans(permissions):
    """Return what permissions say of starts and ends."""
    return [{key: one[key] for key in ("startsAt", "endsAt") if key in one} for one in permissions]


@pytest.fixture(params=["user", "group"])
def holder(request, call, world):
    """Put and read the permissions of dee, or of a group."""
    return Holder(call, world, request.param)


class Holder:
    def __init__(self, call, world, kind):
        self.row = world.member("dee") if kind == "user" else world.group("growth")
        self.call, self.kind = call, kind
        self.path = f"/{kind}s/{self.row.public_id}"
        self.put()

    def put(self, *permissions, method="PUT"):
        path, body = f"{self.path}/permissions", {"permissions": list(permissions)}
        return self.call.data(method, path, body)["permissions"]

    def add(self, *permissions):
        return self.put(*permissions, method="POST")

    def read(self):
        key = "user" if self.kind == "user" else "userGroup"
        return self.call.data("GET", self.path)[key]["permissions"]

    def kept(self):
        """Return the spans of the rows."""
        return sorted(self.row.grants.values_list("starts_at", "expires_at"), key=repr)


def test_a_start_and_an_end_are_given_and_shown_W1(holder):
    answer = holder.put(spanned(SOON, LATER))
    assert (
        spans(answer) == spans(holder.read()) == [{"startsAt": said(SOON), "endsAt": said(LATER)}]
    )
    assert holder.kept() == [(SOON, LATER)]


def test_the_zone_is_heeded_W1(holder):
    holder.put(PROD | {"endsAt": "2199-01-01T01:30+02:00"})
    assert holder.kept() == [(None, datetime(2198, 12, 31, 23, 30, tzinfo=UTC))]
    assert spans(holder.read()) == [{"endsAt": "2198-12-31T23:30:00Z"}]


def test_who_sets_neither_sees_the_published_shape(holder):
    holder.put(PROD)
    assert set(holder.read()[0]) == {"roleId", "roleName", "resources", "labels"}


def test_what_is_planned_gives_nothing_yet_W1(call, world):
    dee = Holder(call, world, "user")
    dee.put(spanned(SOON))
    assert not Access.of(dee.row).policy.held
    dee.put(spanned(NOW - timedelta(days=1), SOON))
    assert Access.of(dee.row).policy.held


def test_what_was_read_is_put_back_with_its_spans_W1(holder):
    several = [spanned(SOON, LATER), spanned(LATER, LAST), spanned(ends=SOON), PROD]
    holder.put(*several)
    before, read = holder.kept(), holder.read()
    assert len(before) == 4
    for _ in range(2):
        holder.put(*read)
        assert (holder.kept(), holder.read()) == (before, read)


def test_a_client_that_knows_no_spans_keeps_them_W1(holder):
    for given in (spanned(SOON, LATER), spanned(SOON), spanned(ends=LATER)):
        holder.put(given)
        before = holder.kept()
        assert spans(holder.put(PROD)) == spans([given])
        assert holder.kept() == before
        holder.put()


def test_of_several_a_client_that_knows_no_spans_keeps_what_holds_W1(holder):
    holder.put(spanned(SOON, LATER), spanned(ends=SOON))
    holder.put(PROD)
    assert holder.kept() == [(None, SOON)]


def test_adding_what_ends_again_makes_it_last_no_longer_W1(holder):
    holder.put(spanned(ends=SOON))
    holder.add(PROD)
    assert holder.kept() == [(None, SOON)]


def test_adding_what_is_only_planned_gives_it_now_W1(holder):
    holder.put(spanned(SOON))
    holder.add(PROD)
    assert holder.kept() == [(None, None), (SOON, None)]
    assert spans(holder.read()) == [{"startsAt": said(SOON)}, {}]


def test_an_end_is_moved_by_saying_another_W1(holder):
    holder.put(spanned(ends=SOON))
    holder.put(spanned(ends=LATER))
    assert holder.kept() == [(None, LATER)]


def test_what_ended_is_not_shown_and_goes_with_the_next_put_W1(call, world):
    dee = Holder(call, world, "user")
    give_grants(
        dee.row, [Terms("source-read-only", "all", ends=NOW - timedelta(days=1))], by=SYSTEM
    )
    assert dee.read() == []
    dee.put(PROD)
    assert dee.kept() == [(None, None)]


def test_places_of_one_permission_that_differ_are_shown_apart_W1(call, world):
    dee = Holder(call, world, "user")
    two = {"roleId": PROD["roleId"], "resources": [
        *PROD["resources"], *labelled("product:car")["resources"],
    ]}  # fmt: skip
    dee.put(two)
    car = Terms("source-read-only", "labels", labels=(world.label("product:car"),), ends=SOON)
    grant = next(g for g in dee.row.grants.all() if g.terms.labels == car.labels)
    take_grants(dee.row, [grant])
    give_grants(dee.row, [car], by=SYSTEM)
    read = dee.read()
    assert spans(read) == [{}, {"endsAt": said(SOON)}]
    assert [len(one["resources"]) for one in read] == [1, 1]
    before = dee.kept()
    dee.put(*read)
    assert (dee.kept(), dee.read()) == (before, read)


FAULTS = [
    ({"endsAt": said(NOW - timedelta(days=1))}, "endsAt"),
    ({"startsAt": said(LATER), "endsAt": said(SOON)}, "endsAt"),
    ({"startsAt": said(SOON), "endsAt": said(SOON)}, "endsAt"),
    ({"startsAt": "3000-01-02T00:00:00Z"}, "startsAt"),
    ({"endsAt": "3000-01-02T00:00:00Z"}, "endsAt"),
    ({"endsAt": "9999-12-31T23:59:59-12:00"}, "endsAt"),
    *(
        ({key: wrong}, key)
        for key in ("startsAt", "endsAt")
        for wrong in (
            None, "", "soon", "2199-01-01", "2199-01-01T00:00:00", "2199-01-01 00:00:00Z",
            "2199-13-01T00:00:00Z", "2199-01-01T00:00:00Z\n", 7258118400, True, [], {},
        )
    ),
]  # fmt: skip


def giving():
    """Return all rows but of tokens, whose last use is told."""
    return {name: rows for name, rows in everything().items() if name != "workspaces.Token"}


@pytest.mark.parametrize(("moments", "key"), FAULTS)
def test_what_cannot_be_given_is_refused_by_its_key_and_nothing_written_W1(
    call, world, moments, key
):
    dee, growth = world.member("dee"), world.group("growth")
    faulty = {"permissions": [PROD, PROD | moments]}
    invited = {"invites": [{"email": "new@example.org", **faulty}]}
    joining = {"emails": ["dee@example.org"], **moments}
    before = giving()
    for method, path, body, place in (
        ("POST", f"/users/{dee.public_id}/permissions", faulty, "permissions[1]."),
        ("PUT", f"/users/{dee.public_id}/permissions", faulty, "permissions[1]."),
        ("PUT", f"/groups/{growth.public_id}/permissions", faulty, "permissions[1]."),
        ("POST", "/invites", invited, "invites[0].permissions[1]."),
        ("POST", f"/groups/{growth.public_id}/users", joining, ""),
    ):
        assert call.error(method, path, body, status=422)["field"] == f"{place}{key}"
    assert giving() == before


@pytest.mark.parametrize("role", ["workspace-owner", "minimal-workspace-access"])
def test_what_always_holds_takes_no_start_and_no_end_R7_W1(call, world, role):
    place = {"id": "acme", "type": "WORKSPACE"}
    body = {"permissions": [{"roleId": role, "resources": [place], "endsAt": said(SOON)}]}
    path = f"/users/{world.member('dee').public_id}/permissions"
    assert call.error("PUT", path, body, status=422)["field"] == "permissions[0].endsAt"
    assert not world.member("dee").owner


def test_a_group_owns_for_a_while_W1_R3(call, world):
    place = {"id": "acme", "type": "WORKSPACE"}
    owning = {"roleId": "workspace-owner", "resources": [place], "endsAt": said(SOON)}
    growth = Holder(call, world, "group")
    growth.put(owning)
    assert growth.kept() == [(None, SOON)]


def test_an_invite_offers_what_starts_and_ends_W1_I1(call, world):
    sent = {"email": "new@example.org", "permissions": [spanned(SOON, LATER)]}
    call.data("POST", "/invites", {"invites": [sent]}, status=201)
    grant = world.workspace.invites.get().grants.get()
    assert (grant.starts_at, grant.expires_at) == (SOON, LATER)


def users_of(call, group):
    return [one["email"] for one in call.data("GET", f"/groups/{group.public_id}/users")["users"]]


def test_people_join_a_group_for_a_while_and_are_listed_while_they_are_in_it_W1(call, world):
    growth = world.group("growth")
    path = f"/groups/{growth.public_id}/users"
    body = {"emails": ["dee@example.org"], "startsAt": said(SOON), "endsAt": said(LATER)}
    answer = call.data("POST", path, body)["userGroup"]
    assert answer["memberCount"] == 1
    place = growth.memberships.get(member=world.member("dee"))
    assert (place.starts_at, place.expires_at) == (SOON, LATER)
    assert users_of(call, growth) == ["bo@example.org"]
    groups = call.data("GET", f"/users/{world.member('dee').public_id}/groups")["groups"]
    assert groups == []
    call.data("POST", path, {"emails": ["dee@example.org"], "endsAt": said(LATER)})
    assert users_of(call, growth) == ["bo@example.org", "dee@example.org"]


def test_who_is_invited_into_a_group_for_a_while_is_listed_until_then_W1_I1(call, world):
    growth = world.group("growth")
    call.data("POST", "/invites", {"invites": [{"email": "new@example.org"}]}, status=201)
    body = {"emails": ["new@example.org"], "startsAt": said(SOON), "endsAt": said(LATER)}
    call.data("POST", f"/groups/{growth.public_id}/users", body)

    def invited():
        group = call.data("GET", f"/groups/{growth.public_id}")["userGroup"]
        emails = call.data("GET", f"/groups/{growth.public_id}/invites")["emails"]
        assert group["memberCount"] == 1 + len(emails)
        return emails

    assert invited() == ["new@example.org"]
    go_by(world, timedelta(days=25))
    assert invited() == []


def test_who_is_in_a_group_stays_as_they_are_when_added_again_W1(call, world):
    growth = world.group("growth")
    body = {"emails": ["bo@example.org"], "endsAt": said(SOON)}
    before = everything()
    call.data("POST", f"/groups/{growth.public_id}/users", body)
    assert everything()["workspaces.GroupMember"] == before["workspaces.GroupMember"]


def test_replacing_everybody_takes_no_spans_N4(call, world):
    body = {"emails": ["bo@example.org"], "endsAt": said(SOON)}
    path = f"/group/{world.group('growth').public_id}/users"
    assert call.error("PUT", path, body, status=422)["field"] == "endsAt"
