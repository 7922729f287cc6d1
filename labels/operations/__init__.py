"""Changes of labels: the workspace's own, and those on sources and spaces (L1–L7)."""

from labels.operations.assigning import assign
from labels.operations.making import create, delete
from labels.operations.relabelling import relabel
from labels.operations.replacing import replace

__all__ = ("assign", "create", "delete", "relabel", "replace")
