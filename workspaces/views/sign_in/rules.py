"""A workspace's rules of signing in: shorter sessions, a second factor, and whom they move."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.models.sign_in import SignIn
from accounts.sign_in.second_factor import has_second_factor
from config.web.values.dates import length_words
from workspaces.forms.sign_in.rules import SignInRulesForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models import Workspace
from workspaces.operations.sign_in import rules
from workspaces.operations.sign_in.rules import RulesReview, rules_of
from workspaces.operations.sign_in.session_limits import limits_set_by
from workspaces.views.console import answers
from workspaces.views.sign_in import words


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def settings_sign_in(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Shorter limits and the second factor; a save tells what it changed, with *Undo*."""
    form = SignInRulesForm(request.POST or None, workspace=workspace)
    if form.is_valid():
        with form.refusals():
            event = rules.change(
                workspace, form.rules, by=request.actor, drawn=form.cleaned_data["seen"]
            )
            if event is None:
                answers.toast(request, _("Nothing changed."))
            else:
                said = words.rules_words(workspace, form.rules)
                answers.toast(request, said, undo=event)
            return redirect(workspace.url("settings_sign_in"))
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
    effects = words.effects_of(review, form.rules, now) if review else []
    return answers.page(
        request,
        "workspaces/sign_in/settings_sign_in.html",
        {
            "workspace": workspace,
            "form": form,
            "now": now,
            "limits_now": words.limits_words(limits_set_by(workspace)),
            "requirement_now": words.requirement_words(now.mfa_required_from),
            "site_idle": length_words(settings.SESSION_IDLE),
            "site_whole": length_words(sessions.ordinary().whole),
            "faulty": form.is_bound and bool(form.errors),
            "effects": effects,
            "own": words.own_words(review) if review else "",
            "total": workspace.members.active().count(),
            "unready": rules.without_second_factor(workspace).count(),
            "has_one": has_second_factor(request.user),
            "url": workspace.url("settings_sign_in"),
            "review_url": workspace.url("settings_sign_in_review"),
            "members_url": workspace.url("members") + "?no_mfa=on",
        },
        fragments=("change-review",),
        at="sign_in",
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
    return rules.preview(workspace, form.rules, mine=mine)
