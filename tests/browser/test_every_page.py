"""Every page in Chromium: nothing breaks out sideways, axe and the console find nothing."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from accounts.models.mail import Mail
from accounts.models.sign_in import SignIn
from accounts.models.user import User
from tests.browser.conftest import MEMBER, OWNER
from tests.cast import connecting
from tests.cast.invited import link_to
from tests.doors import EXPECTED
from tests.world import SYSTEM, give_grants
from workspaces.change import Actor, lock_workspace
from workspaces.forms.grants.ways import value_in
from workspaces.forms.requests.requests import name_of_grant
from workspaces.models import ActorKind, Workspace
from workspaces.operations.groups import groups, managers, offers
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.reviews import answering, closing, opening
from workspaces.operations.reviews.answering import Said
from workspaces.operations.sso import connections, requiring
from workspaces.operations.sso.proving import domains
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import saved_views, suspended
from workspaces.spans import Span
from workspaces.terms import Eligible, Offered, Terms

WINDOWS = {
    "1440 light": {"width": 1440},
    "1440 dark": {"width": 1440, "dark": True},
    "1100 light": {"width": 1100},
    "390 light": {"width": 390, "height": 844},
    "390 dark": {"width": 390, "height": 844, "dark": True},
    "320 light": {"width": 320, "height": 640},
}
MEASURED = {"1100 light", "320 light"}  # what axe finds there it finds in the others, too
PAGES = {
    "workspaces:overview": ["overview"],
    "workspaces:members": ["members", "members?q=a&role=source-admin", "members?q=zzz"],
    "workspaces:member": [
        "members/{member}", "members/{member}?tab=groups", "members/{member}?tab=activity"
    ],
    "workspaces:invite_people": ["members/invite"],
    "workspaces:invite_file": ["members/invite/file"],
    "workspaces:invites": ["members/invited", "members/invited?q=zzz"],
    "workspaces:invite": ["members/invited/{invited}"],
    "workspaces:invite_access": ["members/invited/{invited}/access"],
    "workspaces:invite_resend": ["members/invited/{invited}/resend"],
    "workspaces:invite_revoke": ["members/invited/{invited}/revoke"],
    "workspaces:member_access": ["members/{member}/access"],
    "workspaces:member_owner": ["members/{member}/owner"],
    "workspaces:member_remove": ["members/{member}/remove"],
    "workspaces:member_view_as": [
        "members/{member}/view-as", "members/{member}/view-as?type=source"
    ],
    "workspaces:member_compare": [
        "members/{member}/compare", "members/{member}/compare?with={email_of_owner}"
    ],
    "workspaces:member_copy": ["members/{member}/copy"],
    "workspaces:member_what_if": [
        "members/{member}/what-if", "members/{member}/what-if?{ways}&on=source/checkout-web"
    ],
    "workspaces:grant_end": ["members/{ending.member.public_id}/grants/{ending.pk}/end"],
    "workspaces:members_export": ["members/export?matching=on&filters=q%3Da"],
    **{f"workspaces:members_{name}": [f"members/bulk/{name}?who={{member}}"]
       for name in ("group", "role", "ends")},
    "workspaces:members_remove": ["members/bulk/remove?matching=on&filters=status%3Dmember"],
    "workspaces:leave": ["leave"], "workspaces:groups": ["groups", "groups?q=zzz"],
    "workspaces:group_new": ["groups/new"],
    "workspaces:group": [
        "groups/{group}", "groups/{group}?tab=members", "groups/{group}?tab=activity"
    ],
    **{f"workspaces:group_{name.replace('-', '_')}": [f"groups/{{group}}/{name}"]
       for name in ("access", "describe", "duplicate", "take-over", "open", "delete")},
    "workspaces:group_members": ["groups/{group}/members?people={email}"],
    "workspaces:group_members_dates": ["groups/{group}/members/dates?people={email}"],
    "workspaces:group_members_move": ["groups/{group}/members/move?people={email}"],
    "workspaces:group_members_remove": ["groups/{group}/members/remove?people={email}"],
    **{f"workspaces:groups_{name.rpartition('/')[2]}": [f"groups/{name}?who={{group}}"]
       for name in ("export", "bulk/delete", "bulk/people")},
    "workspaces:tokens": ["tokens", "tokens?state=revoked"],
    "workspaces:decision_names": ["tokens/names"],
    "workspaces:token_new": ["tokens/new", "tokens/new?for=service"],
    **{f"workspaces:tokens_{name.rpartition('/')[2]}": [f"tokens/{name}?who={{token}}"]
       for name in ("export", "bulk/revoke", "bulk/ends")},
    "workspaces:token": ["tokens/{token}", "tokens/{suspended}"],
    "workspaces:token_confirm": ["tokens/{suspended}/confirm"],
    "workspaces:suspended_confirm": ["settings/held"],
    **{f"workspaces:token_{name}": [f"tokens/{{token}}/{name}"]
       for name in ("access", "rotate", "revoke")},
    "workspaces:labels": ["labels", "labels?q=zzz"],
    "workspaces:label": ["labels/environment:prod"],
    "workspaces:label_new": ["labels/new", "labels/new?name=x"],
    "workspaces:label_delete": ["labels/environment:prod/delete", "labels/team:core/delete"],
    "workspaces:label_replace": [
        "labels/environment:prod/replace", "labels/environment:prod/replace?new=stage:live",
        "labels/environment:prod/replace?new=environment:dev",
        "labels/environment:prod/replace?new=nothing",
    ],
    "workspaces:resources_export": ["export/sources?matching=on&filters=q%3Dc"],
    "workspaces:resources_label": ["labels/assign/sources?matching=on&filters=q%3Dc"],
    "workspaces:labels_assign": ["labels/assign", "labels/assign?type=space&q=zzz"],
    "workspaces:labels_assign_review": [
        "labels/assign/review", "labels/assign/review?type=source&every=1&put=environment:dev"
    ],
    "workspaces:resource_labels": [
        "sources/checkout-web/labels",
        "sources/checkout-web/labels?key-environment=environment:dev",
    ],
    "workspaces:check": [
        "check", "check?who={email}&do=edit&which=source/checkout-web",
        "check?who={email}&do=engage&which=space/northwind-amer", "check?who=lei&which=Check",
    ],
    "workspaces:jump": ["jump", "jump?q=check", "jump?q=zzz"],
    "workspaces:my_access": ["my-access"],
    "workspaces:access_ask": ["my-access/ask", "my-access/ask?which=source/x&do=edit"],
    "workspaces:access_extend": ["my-access/extend?grant={longer}"],
    "workspaces:requests": ["requests", "requests?q=zzz"],
    "workspaces:request": ["requests/{request}"],
    "workspaces:request_approve": ["requests/{request}/approve"],
    "workspaces:request_decline": ["requests/{request}/decline"],
    "workspaces:group_managers": ["groups/{managed}/managers"],
    "workspaces:group_offer": ["groups/{managed}/offer"],
    "workspaces:my_groups": ["my-groups"], "workspaces:my_group": ["my-groups/{managed}"],
    "workspaces:my_group_add": ["my-groups/{managed}/add"],
    "workspaces:my_group_dates": ["my-groups/{managed}/dates?people=" + MEMBER],
    "workspaces:my_group_remove": ["my-groups/{managed}/remove?people=" + MEMBER],
    "workspaces:offer_ask": ["my-access/offers/{offered}"], "workspaces:asked": ["asked/{asked}"],
    "workspaces:my_take_up": ["my-access/take-up/{takable}"],
    "workspaces:take_up": ["take-ups/{take_up}"],
    "workspaces:take_up_end": ["take-ups/{take_up}/end"],
    "workspaces:reviews": ["reviews", "reviews?q=zzz"],
    "workspaces:review_new": [
        "reviews/new", "reviews/new?covers=people&status=owner", "reviews/new?covers=people&role=x",
    ],
    "workspaces:review": ["reviews/{review}", "reviews/{review}?q=zzz", "reviews/{closed}"],
    "workspaces:review_item": ["reviews/{review}/items/3", "reviews/{closed}/items/3"],
    "workspaces:review_close": ["reviews/{review}/close"],
    "workspaces:review_report": ["reviews/{review}/report", "reviews/{closed}/report"],
    "workspaces:review_stop": ["reviews/{review}/stop"],
    "workspaces:audit": ["audit", "audit?actor=nobody"],
    "workspaces:audit_event": ["audit/1"], "workspaces:audit_undo": ["audit/1/undo"],
    "workspaces:settings_general": ["settings/general"],
    "workspaces:settings_sign_in": ["settings/sign-in"],
    "workspaces:settings_domains": ["settings/sign-in/domains"],
    "workspaces:domain_give_up": ["settings/sign-in/domains/{domain}/give-up"],
    "workspaces:settings_connections": ["settings/sign-in/connections"],
    "workspaces:connection_new": ["settings/sign-in/connections/new"],
    "workspaces:settings_connection": [
        "settings/sign-in/connections/{connection}", "settings/sign-in/connections/{openid}"
    ],
    "workspaces:connection_off": ["settings/sign-in/connections/{connection}/off"],
    "workspaces:connection_take_out": ["settings/sign-in/connections/{connection}/take-out"],
    "workspaces:binding_release": [
        "settings/sign-in/connections/{connection}/people/{binding}/release"
    ],
    "workspaces:settings_require_sso": ["settings/sign-in/require"],
    "workspaces:require_sso_on": ["settings/sign-in/require/on"],
    "workspaces:require_sso_off": ["settings/sign-in/require/off"],
    "workspaces:settings_scim": ["settings/scim"],
    "workspaces:settings_danger": ["settings/danger"],
    "workspaces:settings_support": ["settings/support"],
    "workspaces:scim_token_new": ["settings/scim/new"],
    "workspaces:support_close": ["settings/support/close"],
    "new_workspace": ["/new"], "preferences": ["/me/preferences"], "api_reference": ["/docs/api"],
    "help": ["/help/", "/help/labels", "/help/sessions", "/help/tokens", "/help/reviews"],
    "my_sessions": ["/accounts/sessions/"], "my_sessions_end": ["/accounts/sessions/end"],
    "my_session_end": ["/accounts/sessions/{session}/end"],
    "my_tokens": ["/accounts/tokens/"], "account_activity": ["/accounts/activity/"],
    "account_address": ["/accounts/address/"],
    "account_address_confirm": ["{new_address}"],
    "account_delete": ["/accounts/delete/"], "account_prove": ["/accounts/prove/"],
    "alias": ["/accounts/alias/"],
    "workspaces:list_views": ["views/groups", "views/members?q=a&sort=-name"],
    "workspaces:resource_views": ["views/sources?q=a"],
    "workspaces:view_remove": ["views/kept/{kept}/remove"],
    "workspaces:resources": ["sources", "destinations", "warehouses", "spaces", "functions"],
    "workspaces:resource": ["sources/checkout-web"],
    "workspaces:resource_people": [
        "sources/checkout-web/people", "sources/checkout-web/people?{ways}"
    ],
    "workspaces:resource_give": ["sources/checkout-web/give"],
    "workspaces:resource_history": ["sources/checkout-web/history"],
    "workspaces:resource_new": ["sources/new", "destinations/new?source=checkout-web"],
    "workspaces:resource_edit": ["sources/checkout-web/edit"],
    "workspaces:resource_delete": ["sources/checkout-web/delete", "functions/{function}/delete"],
    "workspaces:resource_connect": ["sources/checkout-web/connect", "warehouses/bigquery/connect"],
    "workspaces:resource_disconnect": ["sources/checkout-web/disconnect/warehouses/bigquery"],
    "home": ["/"], "mails": ["/mail/"], "mail": ["/mail/{mail}"],
    "mail_html": ["/mail/{mail}/html"], "workspaces:start": ["/w/northwind/"],
}  # fmt: skip
# Looked at signed out, below.
BEHIND_A_LINK = {"offer", "offer_sign_up", "alias_proof", "alias_made"}
NO_PAGE = {
    "livez", "readyz", "sign_in_link", "session_left", "session_stay", "openapi",
    "account_prove_give_up",
    "authzen_configuration", "authzen:evaluation", "authzen:evaluations",
    "authzen:search_subject", "authzen:search_resource", "authzen:search_action",
    "workspaces:pick_members", "workspaces:member_access_review",
    "workspaces:group_access_review",
    "workspaces:audit_export", "workspaces:pick_groups",
    "workspaces:members_csv", "workspaces:matrix_csv",
    "offer_sign_in", "workspaces:invite_people_review", "workspaces:invite_people_result",
    "workspaces:invite_file_template",
    "workspaces:invite_access_review",
    "workspaces:token_new_review", "workspaces:token_access_review",
    "workspaces:decision_name_remove",
    "workspaces:pick_labels", "workspaces:pick_resources",
    "workspaces:pick_any_group", "workspaces:pick_labels_on",
    "workspaces:pick_subjects", "workspaces:pick_things", "workspaces:pick_actors",
    "workspaces:take_up_answer", "workspaces:take_up_look", "workspaces:asked_answer",
    "workspaces:review_answer", "workspaces:review_csv",
    "workspaces:request_withdraw", "visit_end", "workspaces:second_factor",
    "workspaces:settings_sign_in_review", "workspaces:domain_check", "workspaces:domain_renew",
    "workspaces:connection_metadata", "workspaces:connection_trust", "workspaces:connection_test",
    "workspaces:connection_activate", "workspaces:sso_exempt_end",
    # Seen in tests/browser/sso, with providers that run.
    "sso_start", "sso_prove", "sso_proved", "sso_metadata", "sso_acs", "sso_answer",
    "sso_callback", "sso_logout", "own_credentials", "workspaces:sso_entry",
    *(name for name in EXPECTED if name.startswith("scim:")),
}  # fmt: skip


NOW, DAY = timezone.now(), timedelta(days=1)
PROVED = {"looked_at": NOW, "record_sight": "seen", "proved_at": NOW - 30 * DAY, "proved_by": "dns"}
GONE = PROVED | {"record_sight": "other", "page_sight": "untrusted"}
STATES = {
    "waiting": {},
    "claimed": {"contested_at": NOW, "looked_at": NOW, "record_sight": "seen"},
    "late": {"word_ends": NOW - DAY},
    "proved": PROVED,
    "lapsing": GONE | {"missing_since": NOW - 3 * DAY},
    "lapsed": GONE | {"missing_since": NOW - 15 * DAY, "lapsed_at": NOW - DAY},
}


def test_every_page_is_looked_at():
    assert PAGES.keys() | NO_PAGE | BEHIND_A_LINK == EXPECTED.keys()


def a_token(workspace):
    policy = [Terms("source-admin", "all"), Terms("workspace-owner", "all")]
    ends = timezone.now() + timedelta(days=3)
    return tokens.create(workspace, "ci", by=SYSTEM, policy=policy, expires_at=ends)[0]


def a_kept_view(workspace):
    """Return the id of one of two views of the members that the owner keeps."""
    owner = User.objects.get(email=OWNER)
    saved_views.save(workspace, owner, "members", "All of these", "q=a&sort=-name")
    return saved_views.save(workspace, owner, "members", "Away", "idle=on").public_id


def a_suspended_token(workspace):
    token = a_token(workspace)
    suspended.hold(workspace, by=SYSTEM)
    return token


@pytest.mark.parametrize("window", WINDOWS)
def test_an_owner_sees_nothing_broken(open_as, window):
    page = open_as(OWNER, **WINDOWS[window])
    workspace = Workspace.objects.get(slug="northwind")
    member = workspace.members.get(user__email=MEMBER)
    words = {
        "member": member.public_id,
        "suspended": a_suspended_token(workspace).public_id,
        "token": a_token(workspace).public_id,
        "group": workspace.groups.by_name().last().public_id,
        "ways": "&".join(f"way={value_in(member, group)}" for group in member.groups()),
        "kept": a_kept_view(workspace),
        "email": MEMBER,
        "email_of_owner": OWNER,
        "ending": workspace.grants.filter(member__isnull=False, expires_at__isnull=False)[0],
        "mail": str(an_invite(workspace)),
        "function": workspace.resources.of_type("function").by_name()[0].slug,
        "invited": workspace.invites.get().public_id,
        "request": a_request(member),
        "longer": name_of_grant(a_grant_that_ends(workspace)),
        "session": SignIn.objects.get(user__email=OWNER).key,
        "new_address": a_new_address(page),
        "domain": some_domains(workspace),
        **some_connections(workspace),
        **some_eligible(workspace),
        **some_reviews(workspace),
        **some_offered(workspace),
    }
    for path in (path for paths in PAGES.values() for path in paths):
        filled = path.format(**words)
        page.goto(filled if filled[0] == "/" else address(filled))
        if window in MEASURED:
            require_width(page)
        else:
            require_sound(page)


def a_new_address(page):
    """Ask for another address of the owner's, and return the path of the link."""
    page.goto("/accounts/address/")
    page.get_by_label("New e-mail address").fill("mara@northwind.test")
    page.get_by_role("button", name="Send the link").click()
    page.wait_for_selector(".toast")
    text = Mail.objects.filter(to="mara@northwind.test").latest("pk").text
    return re.search(r"/accounts/address/confirm/\S+", text)[0]


def some_domains(workspace):
    """List domains in every state there is; return the id of one that is proved."""
    made = {name: domains.add(workspace, f"{name}.example", by=SYSTEM) for name in STATES}
    for name, fields in STATES.items():
        with lock_workspace(workspace.pk):
            workspace.domains.filter(pk=made[name].pk).update(**fields)
    domains.prove_by_operator(workspace, "operated.example", by=SYSTEM)
    return made["proved"].public_id


def some_connections(workspace):
    """Add connections in every state there is, somebody bound, somebody exempt."""
    connection = connecting.a_connection(workspace, "Okta", active=True)
    soon = connecting.saml(certificates=[connecting.certificate(days=9)])
    connections.trust(connection, soon, by=SYSTEM)
    ended = connecting.saml(certificates=[connecting.certificate(days=-2)])
    connecting.a_connection(workspace, "Former", ended)
    openid = connecting.a_connection(workspace, "Entra", connecting.openid(), tested=False)
    member = workspace.members.get(user__email=MEMBER)
    requiring.exempt(workspace, [member.public_id], exempt=True, by=SYSTEM)
    return {
        "connection": connection.public_id,
        "openid": openid.public_id,
        "binding": connecting.bound(connection, member.user, "00u1a2b3c4" * 20).public_id,
    }


def some_eligible(workspace):
    """Let the owner be eligible for two things, and take one of them up by breaking glass."""
    owner = workspace.members.select_related("user").get(user__email=OWNER)
    for glass in (True, False):
        eligible = Eligible(proof=False, break_glass=glass)
        give_grants(owner, [Terms("warehouse-admin", "all", eligible=eligible)], by=SYSTEM)
    first, second = takable(owner)
    by = Actor(ActorKind.USER, OWNER, owner.user)
    row = take_ups.take_up(owner, first.name, 60, "Pager 1204: loads stand still", by=by)
    return {"takable": second.name, "take_up": row.public_id}


def some_offered(workspace):
    """Offer two groups, and let a member ask to be in one of them."""
    made = [
        groups.create(workspace, name, by=SYSTEM) for name in ("Billing readers", "Night shift")
    ]
    for group in made:
        offers.set_offer(group, Offered(None, approvers=frozenset({OWNER})), by=SYSTEM)
    member = workspace.members.get(user__email=MEMBER)
    row = requests.ask_to_join(
        member, made[1], NOW + 2 * DAY, by=SYSTEM, message="The pager is mine"
    )
    owner = workspace.members.select_related("user").get(user__email=OWNER)
    managers.set_managers(made[1], [owner], by=SYSTEM)
    span = Span(ends=NOW + 5 * DAY)
    people = workspace.members.exclude(user__email__in=(OWNER, MEMBER))[:3]
    groups.add_members(made[1], list(people), span=span, by=SYSTEM)
    words = {"offered": made[0], "managed": made[1], "asked": row}
    return {word: named.public_id for word, named in words.items()}


def some_reviews(workspace):
    """Open a review that comes again, with an answer of each kind; open and close another one."""
    owner = workspace.members.select_related("user").get(user__email=OWNER)
    by, due = Actor(ActorKind.USER, OWNER, owner.user), (NOW + 3 * DAY).date()
    found = []
    for name, again in (("Everybody, yearly", "yearly"), ("Before the move", "never")):
        words = opening.Asked(name, "people", due, again=again)
        review = opening.open_review(workspace, words, lambda w: w.members.all(), by=by)
        items = review.items.exclude(own=owner.user_id).filter(way="grant").in_order()
        said = (Said("keep", note="On call"), Said("end", NOW + 9 * DAY), Said("remove"))
        for item, one in zip(items[:3], said, strict=True):
            answering.answer(review, [item.number], one, by=by)
        found.append(review)
    closing.close(found[1], by=by)
    return {"review": found[0].public_id, "closed": found[1].public_id}


def an_invite(workspace):
    """Invite somebody as the owner, and return the id of the mail."""
    user = User.objects.get(email=OWNER)
    by = Actor(ActorKind.USER, user.email, user)
    offer = Offer(
        grants=(Terms("source-admin", "all"),),
        groups=(workspace.groups.by_name()[0],),
        message="Welcome to the team.",
    )
    typed = ["sam.ortega@contractor.test"]
    invites.send(workspace, typed, offer, by=by, ident="once")
    return Mail.objects.latest("pk").pk


@pytest.mark.parametrize("window", WINDOWS)
def test_whoever_holds_a_link_sees_nothing_broken(open_as, window):
    page = open_as(OWNER, **WINDOWS[window])
    page.context.clear_cookies()
    an_invite(Workspace.objects.get(slug="northwind"))
    link = link_to("sam.ortega@contractor.test")
    for path in (link, f"{link}/sign-up"):
        page.goto(path)
        require_sound(page)


def a_request(member):
    """Let somebody ask, so that the lists, the banner and the panel have something to show."""
    why = "Need to rotate the write key before Friday."
    asked = Asked("source/billing-events", "edit")
    return requests.ask(member, asked, by=SYSTEM, message=why).public_id


def a_grant_that_ends(workspace):
    owner = workspace.members.get(user__email=OWNER)
    ends = timezone.now() + timedelta(days=3)
    [grant] = give_grants(owner, [Terms("function-admin", "all", ends=ends)], by=SYSTEM)
    return grant


@pytest.mark.parametrize("window", ["1440 light", "390 dark"])
def test_a_member_sees_nothing_broken(open_as, window):
    page = open_as(MEMBER, **WINDOWS[window])
    for path in ("my-access", "check", "sources", "sources/checkout-web", "functions"):
        page.goto(address(path))
        require_sound(page)


def address(path):
    return f"/w/northwind/{path}"


# What each body row of a table shows that no head stands over, or one that stands elsewhere.
BESIDE_HEADS = """() => {
  const seen = (cell) => cell.getClientRects().length > 0;
  const left = (cell) => cell.getBoundingClientRect().left;
  return [...document.querySelectorAll("table")].flatMap((table) => {
    const head = table.tHead?.rows[0];
    if (!head || getComputedStyle(table.tHead).position === "absolute") return [];
    const heads = [...head.cells].filter(seen);
    return [...table.tBodies].flatMap((body) => [...body.rows]).filter(seen).flatMap((row) => {
      const cells = [...row.cells].filter(seen);
      if (cells.some((cell) => cell.colSpan > 1)) return [];
      const apart = (cell, n) => !heads[n] || Math.abs(left(cell) - left(heads[n])) > 1;
      return cells.length !== heads.length || cells.some(apart) ? [row.innerText] : [];
    });
  });
}"""


def require_width(page):
    """Fail when the page is wider than the window, or a cell stands under no head of its own."""
    sideways = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert sideways <= 0, page.url
    assert page.evaluate(BESIDE_HEADS) == [], page.url


def require_sound(page):
    """Fail when the page is wider than the window, or axe finds anything of any impact."""
    require_width(page)
    # axe would fetch imported style sheets for a rule that is off, and from beside the page.
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


@pytest.mark.parametrize("window", ["1440 light", "390 dark"])
@pytest.mark.parametrize(
    "path", ["login/", "login/?password=on", "signup/", "password/reset/", "password/reset/done/"]
)
def test_pages_of_signing_in_are_sound(open_as, window, path):
    page = open_as(OWNER, **WINDOWS[window])
    page.context.clear_cookies()
    page.goto(f"/accounts/{path}")
    require_sound(page)


REFUSALS = {"/nothing": 404, "/w/northwind/members": 403, "/w/nowhere/": 404}


@pytest.mark.parametrize("window", ["1440 dark", "390 light"])
def test_refusals_are_pages_of_ours(open_as, window):
    """The browser itself notes each 4xx on its console, so that is not listened to here."""
    page = open_as(MEMBER, **WINDOWS[window], listen=False)
    for path, status in REFUSALS.items():
        assert page.goto(path).status == status
        assert "Gatehouse" in page.title()
        require_sound(page)
