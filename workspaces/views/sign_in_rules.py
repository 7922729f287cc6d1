"""A workspace's rules of signing in: shorter sessions, a second factor, and whom they move."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.models.sign_in import SignIn
from accounts.second_factor import has_second_factor
from config.web.http import page
from config.web.toasts import toast
from workspaces.access.session_limits import limits_set_by
from workspaces.forms.sign_in_rules import SignInRulesForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models.workspace import Workspace
from workspaces.operations import sign_in_rules
from workspaces.operations.sign_in_rules import RulesReview, rules_of
from workspaces.views.frame import framed
from workspaces.views.sign_in_words import (
    effects_of,
    limits_words,
    own_words,
    requirement_words,
    rules_words,
    span_words,
)
from workspaces.views.undo_links import undo_url


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def settings_sign_in(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Shorter limits and the second factor; a save tells what it changed, with *Undo*."""
    form = SignInRulesForm(request.POST or None, workspace=workspace)
    if form.is_valid():
        with form.refusals():
            event = sign_in_rules.change(
                workspace, form.rules, by=request.actor, seen=form.cleaned_data["seen"]
            )
            if event is None:
                toast(request, _("Nothing changed."))
            else:
                said = rules_words(workspace, form.rules)
                toast(request, said, undo_url=undo_url(workspace, event))
            return redirect("workspaces:settings_sign_in", slug=workspace.slug)
    status = form.status
    if form.clash:
        workspace.refresh_from_db()
        form.look_again(workspace)
    return _draw(request, workspace, form, status=status)


@needs("administer", methods=("POST",))
def settings_sign_in_review(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Whom the rules on the form would move; nothing is saved."""
    form = SignInRulesForm(request.POST or None, workspace=workspace)
    return _draw(request, workspace, form, status=HTTPStatus.OK)


def _draw(
    request: MemberRequest, workspace: Workspace, form: SignInRulesForm, *, status: HTTPStatus
) -> HttpResponse:
    now = rules_of(workspace)
    review = _review(request, workspace, form)
    effects = effects_of(review, form.rules, now) if review else []
    address = [workspace.slug]
    return page(
        request,
        "workspaces/settings_sign_in.html",
        {
            "workspace": workspace,
            "form": form,
            "now": now,
            "limits_now": limits_words(limits_set_by(workspace)),
            "requirement_now": requirement_words(now.mfa_required_from),
            "site_idle": span_words(settings.SESSION_IDLE),
            "site_whole": span_words(sessions.ordinary().whole),
            "faulty": form.is_bound and bool(form.errors),
            "effects": effects,
            "own": own_words(review) if review else "",
            "total": workspace.members.active().count(),
            "unready": sign_in_rules.without_second_factor(workspace).count(),
            "has_one": has_second_factor(request.user),
            "url": reverse("workspaces:settings_sign_in", args=address),
            "review_url": reverse("workspaces:settings_sign_in_review", args=address),
            "members_url": reverse("workspaces:members", args=address) + "?no_mfa=on",
        },
        fragments=("change-review",),
        around=framed(request, "sign_in"),
        status=status,
    )


def _review(
    request: MemberRequest, workspace: Workspace, form: SignInRulesForm
) -> RulesReview | None:
    """Return whom a whole form would move; None for one not sent yet, or faulty."""
    if not form.is_bound or not form.is_valid():
        return None
    key = request.session.get(sessions.IN_SESSION, "")
    mine = SignIn.objects.filter(key=key, user=request.user).first()
    return sign_in_rules.preview(workspace, form.rules, mine=mine)
