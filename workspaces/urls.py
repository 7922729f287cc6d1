"""The addresses of a workspace, all below `w/<slug>/`."""

from django.urls import path, register_converter

from labels.views import assigning, label, listing, making, relabelling, replacing
from labels.views.label_path import LabelPath
from workspaces.views import (
    audit,
    audit_undo,
    check,
    group_access,
    group_changes,
    group_members,
    group_new,
    comparison,
    copies,
    ends,
    groups,
    home,
    jump,
    member_access,
    members,
    membership,
    my_access,
    overview,
    picks,
    resource_changes,
    resource_list,
    resources,
    settings,
    tokens,
    view_as,
)
from workspaces.views.type_path import ResourcePath, TypePath

register_converter(TypePath, "types")
register_converter(ResourcePath, "resource")
register_converter(LabelPath, "label")

RESOURCE = "<types:type_>/<resource:resource_slug>"

app_name = "workspaces"
urlpatterns = [
    path("", home.start, name="start"),
    path("overview", overview.overview, name="overview"),
    path("members", members.members, name="members"),
    path("members/<slug:member_id>", members.member, name="member"),
    path("members/<slug:member_id>/access", member_access.member_access, name="member_access"),
    path(
        "members/<slug:member_id>/access/review",
        member_access.member_access_review,
        name="member_access_review",
    ),
    path("members/<slug:member_id>/owner", membership.member_owner, name="member_owner"),
    path("members/<slug:member_id>/remove", membership.member_remove, name="member_remove"),
    path("members/<slug:member_id>/view-as", view_as.member_view_as, name="member_view_as"),
    path("members/<slug:member_id>/compare", comparison.member_compare, name="member_compare"),
    path("members/<slug:member_id>/copy", copies.member_copy, name="member_copy"),
    path("members/<slug:member_id>/grants/<int:grant_id>/end", ends.grant_end, name="grant_end"),
    path("leave", membership.leave, name="leave"),
    path("groups", groups.groups, name="groups"),
    path("groups/new", group_new.group_new, name="group_new"),
    path("groups/<slug:group_id>", groups.group, name="group"),
    path("groups/<slug:group_id>/access", group_access.group_access, name="group_access"),
    path(
        "groups/<slug:group_id>/access/review",
        group_access.group_access_review,
        name="group_access_review",
    ),
    path(
        "groups/<slug:group_id>/describe",
        group_changes.group_describe,
        name="group_describe",
    ),
    path(
        "groups/<slug:group_id>/duplicate",
        group_changes.group_duplicate,
        name="group_duplicate",
    ),
    path("groups/<slug:group_id>/delete", group_changes.group_delete, name="group_delete"),
    path("groups/<slug:group_id>/members", group_members.group_members, name="group_members"),
    path(
        "groups/<slug:group_id>/members/move",
        group_members.group_members_move,
        name="group_members_move",
    ),
    path(
        "groups/<slug:group_id>/members/remove",
        group_members.group_members_remove,
        name="group_members_remove",
    ),
    path("tokens", tokens.tokens, name="tokens"),
    path("labels", listing.labels, name="labels"),
    path("labels/new", making.label_create, name="label_create"),
    path("labels/assign", assigning.labels_assign, name="labels_assign"),
    path("labels/assign/review", assigning.labels_assign_review, name="labels_assign_review"),
    path("labels/<label:name>", label.label, name="label"),
    path("labels/<label:name>/delete", label.label_delete, name="label_delete"),
    path("labels/<label:name>/replace", replacing.label_replace, name="label_replace"),
    path("check", check.check, name="check"),
    path("jump", jump.jump, name="jump"),
    path("my-access", my_access.my_access, name="my_access"),
    path("audit", audit.audit, name="audit"),
    path("audit/export", audit.audit_export, name="audit_export"),
    path("audit/<int:number>", audit.audit_event, name="audit_event"),
    path("audit/<int:number>/undo", audit_undo.audit_undo, name="audit_undo"),
    path("settings/general", settings.settings_general, name="settings_general"),
    path("settings/danger", settings.settings_danger, name="settings_danger"),
    path("pick/members", picks.pick_members, name="pick_members"),
    path("pick/groups", picks.pick_groups, name="pick_groups"),
    path("pick/labels", picks.pick_labels, name="pick_labels"),
    path("pick/<types:type_>", picks.pick_resources, name="pick_resources"),
    path("<types:type_>", resource_list.resources, name="resources"),
    path("<types:type_>/new", resource_changes.resource_new, name="resource_new"),
    path(RESOURCE, resources.resource, name="resource"),
    path(f"{RESOURCE}/labels", relabelling.resource_labels, name="resource_labels"),
    path(f"{RESOURCE}/people", resources.resource_people, name="resource_people"),
    path(f"{RESOURCE}/history", resources.resource_history, name="resource_history"),
    path(f"{RESOURCE}/edit", resource_changes.resource_edit, name="resource_edit"),
    path(f"{RESOURCE}/delete", resource_changes.resource_delete, name="resource_delete"),
    path(f"{RESOURCE}/connect", resource_changes.resource_connect, name="resource_connect"),
    path(
        f"{RESOURCE}/disconnect/<types:other_type>/<resource:other_slug>",
        resource_changes.resource_disconnect,
        name="resource_disconnect",
    ),
]
