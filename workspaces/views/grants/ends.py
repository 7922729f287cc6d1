"""Moving the end of one grant, asked with what it gives back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.http import toast
from config.web.lists.returning import back_to
from config.web.values.dates import end_words
from workspaces.catalogue import role_of
from workspaces.forms.grants.ends import EndForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Grant, Workspace
from workspaces.operations.grants import ends
from workspaces.operations.grants.ends import EndReview
from workspaces.views.console import answers, review_words
from workspaces.views.members.membership import named_member


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
                by=form.said_by(request.actor),
            )
            when = end_words(form.expires_at)
            toast(request, _("{role} ends {when}.").format(role=_role(grant), when=when))
            return back_to(request, back)
    return answers.confirm(
        request,
        form.reviewed(review.digest),
        at="members",
        title=_("When does {role} of {name} end?").format(
            role=_role(grant), name=member.user.get_full_name()
        ),
        verb=_("Set the end"),
        back=back,
        effects=_effects(review, grant),
    )


def _role(grant: Grant) -> str:
    return role_of(grant.role).name


def _effects(review: EndReview, grant: Grant) -> list[str]:
    """Say what a later end does; nothing moves while the grant still lives."""
    name = grant.member.user.get_short_name() if grant.member else ""
    if review.moves:
        again = _("It has ended. With a later end, {name} {moves}.")
        return [again.format(name=name, moves=review_words.moves_words(review.moves))]
    return [_("What {name} reaches today stays the same.").format(name=name)]
