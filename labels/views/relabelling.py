"""The labels of one source or space, for whoever may change them (L6)."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.toasts import toast
from labels import operations
from labels.forms import RelabelForm, sent_again
from labels.operations.relabelling import RelabelReview, preview
from labels.views.concerned_words import words_of_relabel
from workspaces.catalogue import EDIT, LABEL
from workspaces.guards import SAFE, MemberRequest, needs_resource
from workspaces.models.resource import Resource
from workspaces.views.frame import framed
from workspaces.views.resources import heading
from workspaces.views.undo_links import undo_url


@needs_resource(LABEL, methods=(*SAFE, "POST"))
def resource_labels(request: MemberRequest, resource: Resource) -> HttpResponse:
    """A menu per key, and who gains or loses by what is chosen.

    Names are for owners and whoever can edit the resource; others see counts (§9).
    """
    posted = request.method == "POST"
    form = RelabelForm(request.POST if posted else (request.GET or None), resource=resource)
    review = _review(request, resource, form)
    if posted and form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            event = operations.relabel(
                resource,
                by=request.actor,
                put=form.put,
                take=form.take,
                replace=True,
                seen=said["seen"],
                reason=said["reason"],
            )
            done = _("Changed the labels of {name}.") if event else _("{name} carries just these.")
            undo = undo_url(resource.workspace, event) if request.access.is_owner else ""
            toast(request, done.format(name=resource.name), undo_url=undo)
            return redirect(
                "workspaces:resource", resource.workspace.slug, resource.type, resource.slug
            )
    return page(
        request,
        "workspaces/resource_labels.html",
        {
            **heading(request, resource, "labels"),
            "labels_url": request.path,
            "form": form,
            "chosen": sent_again(form, [field.name for field in form.menus]),
            "review": review,
            "concerned": words_of_relabel(resource.workspace, review) if review else None,
            "named": request.access.check(EDIT, resource),
        },
        fragments=("change-review",),
        around=framed(request, resource.type),
        status=form.status if posted else 200,
    )


def _review(request: MemberRequest, resource: Resource, form: RelabelForm) -> RelabelReview | None:
    """Work out who gains and loses; what speaks against it goes on the form."""
    if form.is_valid():
        with form.refusals():
            return preview(resource, by=request.actor, put=form.put, take=form.take, replace=True)
    return None
