"""The audit trail of a workspace, for its owners (A3)."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from config.web.http import page
from config.web.listing import paged
from workspaces.forms.audit import AuditFilters
from workspaces.guards import MemberRequest, needs
from workspaces.models.workspace import Workspace
from workspaces.views.chips import active_chips
from workspaces.views.event_sentences import SENTENCES, sentences
from workspaces.views.frame import framed


@needs("administer")
def audit(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The events of the last days, newest first, narrowed by the address."""
    filters = AuditFilters(request.GET)
    found = paged(request, filters.narrow(workspace))
    asked = {key: str(value) for key, value in filters.cleaned_data.items() if value}
    return page(
        request,
        "workspaces/audit.html",
        {
            "page": found,
            "rows": sentences(found.rows),
            "asked": {key: asked.get(key, "") for key in filters.fields},
            "actions": sorted(SENTENCES),
            "chips": active_chips(request, asked),
            "days": settings.AUDIT_VISIBLE_DAYS,
            "list_url": reverse("workspaces:audit", args=[workspace.slug]),
        },
        fragments=("audit",),
        around=framed(request, "audit"),
    )
