"""Where a secret is shown: once, in the answer to the form that made it (T1, XH1).

There is no redirect after these posts, since nothing may keep the secret until the next
page: no session, no address, no cache. Who sends the form again gets no second secret.
"""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from config.web.lists.returning import back_to
from workspaces.catalogue import DECISION_READER, Scope
from workspaces.forms.grants.policy import PolicyForm
from workspaces.forms.tokens.tokens import RotateForm, TokenForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models import GrantTerms, Token, TokenKind, Workspace
from workspaces.operations.grants import policies
from workspaces.operations.tokens import making, tokens
from workspaces.terms import Terms
from workspaces.views.console import answers, review_words
from workspaces.views.grants.editor import sections_of


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def token_new(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Make a token: name, end, addresses, access – then its secret, this once."""
    form, policy = _forms(request, workspace)
    if form.is_valid() & policy.is_valid() & _gives_something(policy):
        with form.refusals():
            token, secret = making.make(
                workspace,
                form.cleaned_data["name"],
                by=request.actor.having_seen(policy.cleaned_data["seen"]),
                policy=policy.proposed,
                expires_at=form.expires_at,
                address_ranges=form.cleaned_data["ranges"],
                ident=form.cleaned_data["once"],
            )
            if not secret:
                return made_before(request, token)
            return shown_once(request, token, secret)
    wrong = form.is_bound and not form.clash
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else form.status
    return _draw(request, workspace, form, policy, status=status)


def _gives_something(policy: PolicyForm) -> bool:
    """Whether the form gives a role; a token without one may do nothing at all."""
    if policy.is_valid() and not policy.proposed:
        policy.add_error(None, _("Choose at least one role."))
    return policy.is_valid()


@needs("administer", methods=("POST",))
def token_new_review(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """What the token may do by the form as it stands; nothing is made. Also adds a block."""
    form, policy = _forms(request, workspace)
    return _draw(request, workspace, form, policy, status=HTTPStatus.OK, reviewing=True)


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def token_rotate(request: MemberRequest, workspace: Workspace, token_id: str) -> HttpResponse:
    """Give a token a new secret, and the old one a last day."""
    found = get_object_or_404(workspace.tokens, public_id=token_id)
    form = RotateForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": tokens.mark_of(found)},
    )
    if form.is_valid():
        with form.refusals():
            fresh, secret = tokens.rotate(found, by=form.said_by(request.actor))
            return shown_once(request, fresh, secret)
    effects = [
        _("It gets a new secret, shown once, and keeps its grants."),
        _("The secret of now works for 24 hours more."),
    ]
    if found.old_secret_until:
        effects.append(_("A secret that was rotated out before ends at once."))
    return answers.confirm(
        request,
        form,
        at="tokens",
        title=_("Rotate {name}?").format(name=found.name),
        verb=_("Rotate"),
        back=_home_of(request, found),
        effects=effects,
    )


def _forms(request: MemberRequest, workspace: Workspace) -> tuple[TokenForm, PolicyForm]:
    """Return both halves of the page; `for=service` starts with what a service needs."""
    data = request.POST or None
    service = request.GET.get("for") == "service"
    start: list[GrantTerms] = [Terms(DECISION_READER, Scope.ALL)] if service else []
    return (
        TokenForm(data, workspace=workspace),
        PolicyForm(data, workspace=workspace, grants=lambda: start),
    )


def _draw(
    request: MemberRequest,
    workspace: Workspace,
    form: TokenForm,
    policy: PolicyForm,
    *,
    status: HTTPStatus,
    reviewing: bool = False,
) -> HttpResponse:
    proposed, review = policy.standing, None
    if proposed is not None:
        review = review_words.words_of(policies.preview_new(workspace, proposed, enrolled=False))
    return answers.page(
        request,
        "workspaces/tokens/token_new.html",
        {
            "form": form,
            "policy": policy,
            "sections": sections_of(policy),
            "live": bool(request.htmx),
            "review": review,
            "most_days": workspace.token_max_days,
            "faulty": form.is_bound and not reviewing,
            "url": workspace.url("token_new"),
            "review_url": workspace.url("token_new_review"),
            "back_url": workspace.url("tokens"),
        },
        fragments=("change-review", "policy-editor"),
        at="tokens",
        status=status,
    )


def shown_once(request: MemberRequest, token: Token, secret: str) -> HttpResponse:
    """Answer with the secret; it is in no other answer, before or after."""
    return answers.page(
        request,
        "workspaces/tokens/token_secret.html",
        {"token": token, "secret": secret, "url": _home_of(request, token)},
        at="tokens",
    )


def _home_of(request: MemberRequest, token: Token) -> str:
    """Return the page of a token; a directory's stands with the directory."""
    workspace = request.member.workspace
    if token.kind == TokenKind.SCIM:
        return workspace.url("settings_scim")
    return workspace.url("token", token.public_id)


def made_before(request: MemberRequest, token: Token) -> HttpResponse:
    """Say that a form which was sent twice made one token, and lead to it (XI7)."""
    answers.toast(
        request,
        _("{name} was made already; its secret was shown then. Rotate it for another one.").format(
            name=token.name
        ),
    )
    return back_to(request, _home_of(request, token))
