"""The addresses of a workspace, all below `w/<slug>/`."""

from django.urls import URLPattern, path, register_converter

from labels.views import assigning, label, labels
from workspaces.guards import Guarded
from workspaces.views.console import jump, picks, saved_views
from workspaces.views.console.paths import LabelPath, ResourcePath, TypePath
from workspaces.views.directory import directory
from workspaces.views.grants import check, ends
from workspaces.views.groups import (
    access as group_access,
    bulk as group_bulk,
    changes as group_changes,
    charge,
    groups,
    my_groups,
    people as group_people,
)
from workspaces.views.invites import from_file, invites, inviting
from workspaces.views.members import (
    access as member_access,
    bulk,
    comparison,
    exports,
    members,
    membership,
    my_access,
)
from workspaces.views.members.what_if import member_what_if
from workspaces.views.requests import answering, asking, offered
from workspaces.views.resources import (
    bulk as resource_bulk,
    changes as resource_changes,
    giving,
    labels as resource_labels,
    resource,
    resources,
)
from workspaces.views.reviews import (
    answering as review_answering,
    closing,
    new,
    report,
    reviews,
    sheet,
)
from workspaces.views.sign_in import rules, second_factor
from workspaces.views.sso import (
    asking as sso_asking,
    bindings,
    connections,
    domains,
    entry,
    handing_in,
    requiring,
)
from workspaces.views.support import support
from workspaces.views.taking_up import mine, take_ups
from workspaces.views.tokens import bulk as token_bulk, secrets, tokens
from workspaces.views.trail import trail
from workspaces.views.workspace import home, overview, settings, suspended

register_converter(TypePath, "types")
register_converter(ResourcePath, "resource")
register_converter(LabelPath, "label")

RESOURCE = "<types:type_>/<resource:resource_slug>"
CONNECTION = "settings/sign-in/connections/<slug:connection_id>"
app_name = "workspaces"


def page(route: str, view: Guarded) -> URLPattern:
    """Name a route as its view is named, so that one search finds both."""
    return path(route, view, name=view.__name__)


WORKSPACE = [
    page("", home.start),
    page("second-factor", second_factor.second_factor),
    page("provider", entry.sso_entry),
    page("overview", overview.overview),
]

INVITES = [
    page("members/invite", inviting.invite_people),
    page("members/invite/review", inviting.invite_people_review),
    page("members/invite/result", inviting.invite_people_result),
    page("members/invite/file", from_file.invite_file),
    page("members/invite/file/template.csv", from_file.invite_file_template),
    page("members/invited", invites.invites),
    page("members/invited/<slug:invite_id>", invites.invite),
    page("members/invited/<slug:invite_id>/access", invites.invite_access),
    page("members/invited/<slug:invite_id>/access/review", invites.invite_access_review),
    page("members/invited/<slug:invite_id>/resend", invites.invite_resend),
    page("members/invited/<slug:invite_id>/revoke", invites.invite_revoke),
]

MEMBERS = [
    page("members", members.members),
    page("members.csv", exports.members_csv),
    page("members/matrix.csv", exports.matrix_csv),
    page("members/export", exports.members_export),
    page("members/bulk/group", bulk.members_group),
    page("members/bulk/role", bulk.members_role),
    page("members/bulk/ends", bulk.members_ends),
    page("members/bulk/remove", bulk.members_remove),
    page("members/<slug:member_id>", members.member),
    page("members/<slug:member_id>/access", member_access.member_access),
    page("members/<slug:member_id>/access/review", member_access.member_access_review),
    page("members/<slug:member_id>/owner", membership.member_owner),
    page("members/<slug:member_id>/remove", membership.member_remove),
    page("members/<slug:member_id>/view-as", my_access.member_view_as),
    page("members/<slug:member_id>/compare", comparison.member_compare),
    page("members/<slug:member_id>/copy", member_access.member_copy),
    page("members/<slug:member_id>/what-if", member_what_if),
    page("members/<slug:member_id>/grants/<int:grant_id>/end", ends.grant_end),
    page("leave", membership.leave),
]

GROUPS = [
    page("groups", groups.groups),
    page("groups/new", group_access.group_new),
    page("groups/export", group_bulk.groups_export),
    page("groups/bulk/delete", group_bulk.groups_delete),
    page("groups/bulk/people", group_bulk.groups_people),
    page("groups/<slug:group_id>", groups.group),
    page("groups/<slug:group_id>/access", group_access.group_access),
    page("groups/<slug:group_id>/access/review", group_access.group_access_review),
    page("groups/<slug:group_id>/describe", group_changes.group_describe),
    page("groups/<slug:group_id>/duplicate", group_changes.group_duplicate),
    page("groups/<slug:group_id>/delete", group_changes.group_delete),
    page("groups/<slug:group_id>/members", group_people.group_members),
    page("groups/<slug:group_id>/members/dates", group_people.group_members_dates),
    page("groups/<slug:group_id>/members/move", group_people.group_members_move),
    page("groups/<slug:group_id>/members/remove", group_people.group_members_remove),
    page("groups/<slug:group_id>/managers", charge.group_managers),
    page("groups/<slug:group_id>/offer", charge.group_offer),
    page("my-groups", my_groups.my_groups),
    page("my-groups/<slug:group_id>", my_groups.my_group),
    page("my-groups/<slug:group_id>/add", my_groups.my_group_add),
    page("my-groups/<slug:group_id>/dates", my_groups.my_group_dates),
    page("my-groups/<slug:group_id>/remove", my_groups.my_group_remove),
    page("groups/<slug:group_id>/take-over", directory.group_take_over),
    page("groups/<slug:group_id>/open", directory.group_open),
]

TOKENS = [
    page("tokens", tokens.tokens),
    page("tokens/names", settings.decision_names),
    page("tokens/names/<slug:name_id>/remove", settings.decision_name_remove),
    page("tokens/new", secrets.token_new),
    page("tokens/new/review", secrets.token_new_review),
    page("tokens/export", token_bulk.tokens_export),
    page("tokens/bulk/revoke", token_bulk.tokens_revoke),
    page("tokens/bulk/ends", token_bulk.tokens_ends),
    page("tokens/<slug:token_id>", tokens.token),
    page("tokens/<slug:token_id>/access", tokens.token_access),
    page("tokens/<slug:token_id>/access/review", tokens.token_access_review),
    page("tokens/<slug:token_id>/rotate", secrets.token_rotate),
    page("tokens/<slug:token_id>/confirm", suspended.token_confirm),
    page("tokens/<slug:token_id>/revoke", tokens.token_revoke),
]

ACCESS = [
    page("my-access", my_access.my_access),
    page("my-access/take-up/<slug:name>", mine.my_take_up),
    page("take-ups/<slug:take_up_id>", take_ups.take_up),
    page("take-ups/<slug:take_up_id>/answer", take_ups.take_up_answer),
    page("take-ups/<slug:take_up_id>/end", take_ups.take_up_end),
    page("take-ups/<slug:take_up_id>/look", take_ups.take_up_look),
    page("check", check.check),
]

REQUESTS = [
    page("my-access/ask", asking.access_ask),
    page("my-access/extend", asking.access_extend),
    page("my-access/requests/<slug:request_id>/withdraw", asking.request_withdraw),
    page("asked/<slug:request_id>", offered.asked),
    page("asked/<slug:request_id>/answer", offered.asked_answer),
    page("my-access/offers/<slug:group_id>", offered.offer_ask),
    page("requests", answering.requests),
    page("requests/<slug:request_id>", answering.request),
    page("requests/<slug:request_id>/approve", answering.request_approve),
    page("requests/<slug:request_id>/decline", answering.request_decline),
]

REVIEWS = [
    page("reviews", reviews.reviews),
    page("reviews/new", new.review_new),
    page("reviews/<slug:review_id>", sheet.review),
    page("reviews/<slug:review_id>/answer", review_answering.review_answer),
    page("reviews/<slug:review_id>/items/<int:number>", review_answering.review_item),
    page("reviews/<slug:review_id>/close", closing.review_close),
    page("reviews/<slug:review_id>/report", report.review_report),
    page("reviews/<slug:review_id>/report.csv", report.review_csv),
    page("reviews/<slug:review_id>/stop", reviews.review_stop),
]

LABELS = [
    page("labels", labels.labels),
    page("labels/new", labels.label_new),
    page("labels/assign", assigning.labels_assign),
    page("labels/assign/review", assigning.labels_assign_review),
    page("labels/<label:name>", label.label),
    page("labels/<label:name>/delete", label.label_delete),
    page("labels/<label:name>/replace", label.label_replace),
]

RESOURCES = [
    page("<types:type_>", resources.resources),
    page("<types:type_>/new", resource_changes.resource_new),
    page("export/<types:type_>", resource_bulk.resources_export),
    page("labels/assign/<types:type_>", resource_bulk.resources_label),
    page(RESOURCE, resource.resource),
    page(f"{RESOURCE}/labels", resource_labels.resource_labels),
    page(f"{RESOURCE}/people", resource.resource_people),
    page(f"{RESOURCE}/give", giving.resource_give),
    page(f"{RESOURCE}/history", resource.resource_history),
    page(f"{RESOURCE}/edit", resource_changes.resource_edit),
    page(f"{RESOURCE}/delete", resource_changes.resource_delete),
    page(f"{RESOURCE}/connect", resource_changes.resource_connect),
    page(
        f"{RESOURCE}/disconnect/<types:other_type>/<resource:other_slug>",
        resource_changes.resource_disconnect,
    ),
]

TRAIL = [
    page("audit", trail.audit),
    page("audit/export", trail.audit_export),
    page("audit/<int:number>", trail.audit_event),
    page("audit/<int:number>/undo", trail.audit_undo),
]

SETTINGS = [
    page("settings/general", settings.settings_general),
    page("settings/sign-in", rules.settings_sign_in),
    page("settings/sign-in/review", rules.settings_sign_in_review),
    page("settings/sign-in/domains", domains.settings_domains),
    page("settings/sign-in/domains/<slug:domain_id>/check", domains.domain_check),
    page("settings/sign-in/domains/<slug:domain_id>/renew", domains.domain_renew),
    page("settings/sign-in/domains/<slug:domain_id>/give-up", domains.domain_give_up),
    page("settings/sign-in/connections", connections.settings_connections),
    page("settings/sign-in/connections/new", connections.connection_new),
    page(CONNECTION, connections.settings_connection),
    page(f"{CONNECTION}/metadata", handing_in.connection_metadata),
    page(f"{CONNECTION}/trust", handing_in.connection_trust),
    page(f"{CONNECTION}/test", sso_asking.connection_test),
    page(f"{CONNECTION}/activate", connections.connection_activate),
    page(f"{CONNECTION}/off", connections.connection_off),
    page(f"{CONNECTION}/take-out", connections.connection_take_out),
    page(f"{CONNECTION}/people/<slug:binding_id>/release", bindings.binding_release),
    page("settings/sign-in/require", requiring.settings_require_sso),
    page("settings/sign-in/require/on", requiring.require_sso_on),
    page("settings/sign-in/require/off", requiring.require_sso_off),
    page("settings/sign-in/require/exempt/<slug:member_id>/end", requiring.sso_exempt_end),
    page("settings/danger", settings.settings_danger),
    page("settings/held", suspended.suspended_confirm),
    page("settings/support", support.settings_support),
    page("settings/scim", directory.settings_scim),
    page("settings/scim/new", directory.scim_token_new),
    page("settings/support/close", support.support_close),
]

CONSOLE = [
    page("jump", jump.jump),
    page("pick/members", picks.pick_members),
    page("pick/groups", picks.pick_groups),
    page("pick/groups/any", picks.pick_any_group),
    page("pick/<types:type_>/labels", resources.pick_labels_on),
    page("pick/subjects", picks.pick_subjects),
    page("pick/actors", trail.pick_actors),
    page("pick/things", picks.pick_things),
    page("pick/labels", picks.pick_labels),
    page("pick/<types:type_>", picks.pick_resources),
    page("views/<types:type_>", saved_views.resource_views),
    page("views/<slug:which>", saved_views.list_views),
    page("views/kept/<slug:view_id>/remove", saved_views.view_remove),
]

urlpatterns = [
    *WORKSPACE,
    *INVITES,  # before the members: "invite" and "invited" are nobody's id
    *MEMBERS,
    *GROUPS,
    *TOKENS,
    *ACCESS,
    *REQUESTS,
    *REVIEWS,
    *LABELS,
    *RESOURCES,
    *TRAIL,
    *SETTINGS,
    *CONSOLE,
]
