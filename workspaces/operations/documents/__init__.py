"""Workspace documents: import, export and the difference between the two."""

from workspaces.operations.documents.difference import Difference
from workspaces.operations.documents.dump import document_parts, document_text, dump_document
from workspaces.operations.documents.faults import Fault, Faults
from workspaces.operations.documents.load import load_document, load_documents

__all__ = [
    "Difference",
    "Fault",
    "Faults",
    "document_parts",
    "document_text",
    "dump_document",
    "load_document",
    "load_documents",
]
