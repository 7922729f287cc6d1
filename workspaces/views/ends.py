"""Moving the end of one grant, asked with what it gives back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.web.toasts import toast
from workspaces.catalogue import ROLES
from workspaces.forms.ends import EndForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.grant import Grant
from workspaces.models.workspace import Workspace
from workspaces.operations import ends
from workspaces.operations.ends import EndReview
from workspaces.views.confirm import confirm
from workspaces.views.membership import named_member
from workspaces.views.review_words import moves_words


@needs("administer", methods=(*SAFE, "POST"))
def grant_end(
    request: MemberRequest, workspace: Workspace, member_id: str, grant_id: int
) -> HttpResponse:
    """Give a grant of somebody's own a new last day."""
    member = named_member(workspace, member_id)
    grant = get_object_or_404(
        member.grants.select_related("member__user"), pk=grant_id, expires_at__isnull=False
    )
    review = ends.preview(grant)
    form = EndForm(request.POST or None, grant=grant, seen=review.digest)
    back = reverse("workspaces:member", args=[workspace.slug, member.public_id])
    if form.is_valid():
        with form.refusals():
            ends.set_end(
                grant,
                form.expires_at,
                by=request.actor,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
            )
            day = date_format(form.cleaned_data["ends"], "j M Y")
            toast(request, _("{role} ends after {day}.").format(role=_role(grant), day=day))
            return redirect(back)
    return confirm(
        request,
        "members",
        form.reviewed(review.digest),
        title=_("When does {role} of {name} end?").format(
            role=_role(grant), name=member.user.get_full_name()
        ),
        verb=_("Set the end"),
        back=back,
        effects=_effects(review, grant),
    )


def _role(grant: Grant) -> str:
    return ROLES[grant.role].name


def _effects(review: EndReview, grant: Grant) -> list[str]:
    """Say what a later end does; nothing moves while the grant still lives."""
    name = grant.member.user.get_short_name() if grant.member else ""
    if review.moves:
        again = _("It has ended. With a later end, {name} {moves}.")
        return [again.format(name=name, moves=moves_words(review.moves))]
    return [_("What {name} reaches today stays the same.").format(name=name)]
