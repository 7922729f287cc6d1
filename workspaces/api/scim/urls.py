"""Addresses of the SCIM interface, below `/scim/v2/`."""

from django.urls import path

from workspaces.api.scim import discovery, groups, users
from workspaces.api.scim.guards import provisions

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
searches = provisions(POST=discovery.not_served)

app_name = "scim"
urlpatterns = [
    path("ServiceProviderConfig", provisions(GET=discovery.config), name="config"),
    path("ResourceTypes", provisions(GET=discovery.resource_types), name="resource_types"),
    path(
        "ResourceTypes/<str:ident>", provisions(GET=discovery.resource_type), name="resource_type"
    ),
    path("Schemas", provisions(GET=discovery.schemas), name="schemas"),
    path("Schemas/<str:ident>", provisions(GET=discovery.schema), name="schema"),
    path(".search", searches, name="search"),
    path("Users/.search", searches, name="users_search"),
    path("Groups/.search", searches, name="groups_search"),
    path("Bulk", provisions(POST=discovery.not_served), name="bulk"),
    path("Me", provisions(**dict.fromkeys(METHODS, discovery.not_served)), name="me"),
    path("Users", provisions(GET=users.list_users, POST=users.create_user), name="users"),
    path(
        "Users/<str:ident>",
        provisions(
            GET=users.read_user,
            PUT=users.replace_user,
            PATCH=users.change_user,
            DELETE=users.delete_user,
        ),
        name="user",
    ),
    path("Groups", provisions(GET=groups.list_groups, POST=groups.create_group), name="groups"),
    path(
        "Groups/<str:ident>",
        provisions(
            GET=groups.read_group,
            PUT=groups.replace_group,
            PATCH=groups.change_group,
            DELETE=groups.delete_group,
        ),
        name="group",
    ),
]
