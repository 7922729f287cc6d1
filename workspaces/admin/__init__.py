"""Workspaces, their trail and their people in the admin, for support."""

from workspaces.admin import users, workspaces

__all__ = ["users", "workspaces"]
