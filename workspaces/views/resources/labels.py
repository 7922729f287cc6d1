"""The labels of one source or space, for whoever may change them (L6)."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config.web.lists.returning import BACK, carried, here
from labels import operations
from labels.forms import RelabelForm, sent_again
from labels.operations.relabelling import RelabelReview, preview
from workspaces.catalogue import EDIT, LABEL
from workspaces.guards import SAFE, MemberRequest, needs_resource
from workspaces.models import Resource
from workspaces.views.console import answers, concerned_words
from workspaces.views.resources.resource import heading, resource_url


@needs_resource(LABEL, methods=(*SAFE, "POST"))
def resource_labels(request: MemberRequest, resource: Resource) -> HttpResponse:
    """A menu per key, and who gains or loses by what is chosen.

    Names are for owners and whoever can edit the resource; others see counts (R14).
    """
    posted = request.method == "POST"
    form = RelabelForm(request.POST if posted else _chosen(request), resource=resource)
    review = _review(request, resource, form)
    if posted and form.is_valid():
        with form.refusals():
            event = operations.relabel(
                resource,
                by=form.said_by(request.actor),
                put=form.put,
                take=form.take,
                replace=True,
            )
            done = _("Changed the labels of {name}.") if event else _("{name} carries just these.")
            answers.toast(request, done.format(name=resource.name), undo=event)
            return redirect(resource_url(resource.workspace, resource) + carried(request))
    return answers.page(
        request,
        "workspaces/resources/resource_labels.html",
        {
            **heading(request, resource, "labels"),
            "labels_url": here(request),
            "form": form,
            "chosen": sent_again(form, [field.name for field in form.menus]),
            "review": review,
            "concerned": concerned_words.words_of_relabel(resource.workspace, review)
            if review
            else None,
            "named": request.access.check(EDIT, resource),
        },
        fragments=("change-review",),
        at=resource.type,
        status=form.status if posted else 200,
    )


def _chosen(request: MemberRequest) -> QueryDict | None:
    """Return what the address chooses, if anything."""
    chosen = request.GET.copy()
    chosen.pop(BACK, None)
    return chosen or None


def _review(request: MemberRequest, resource: Resource, form: RelabelForm) -> RelabelReview | None:
    """Work out who gains and loses; what speaks against it goes on the form."""
    if form.is_valid():
        with form.refusals():
            return preview(resource, by=request.actor, put=form.put, take=form.take, replace=True)
    return None
