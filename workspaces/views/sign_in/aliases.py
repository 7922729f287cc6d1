"""Why one's sessions are short, and an alias account for the workspaces with long ones (S6).

Two steps: choose address and workspaces; then open the link that went to the address, and
give the account a name and a password. The session one has goes on as who one is.
"""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models.mail import Mail
from config.web.http import HtmxRequest, page, sign_in_first, toast
from config.web.limits import DAY, HOUR, Limit, count, limited
from workspaces.errors import Spent
from workspaces.forms.sign_in.aliases import AliasForm, AliasProofForm
from workspaces.guards import SAFE, UserRequest, public, signed_in
from workspaces.models import AliasRequest
from workspaces.operations.sign_in import aliases
from workspaces.operations.sign_in.aliases import Shortness
from workspaces.operations.sign_in.session_limits import limits_set_by
from workspaces.views.invites.answering import discreet
from workspaces.views.sign_in.words import limits_words

MADE = "alias_made"  # what was made last, for the page after it


@signed_in("everybody may know what shortens their sessions", methods=(*SAFE, "POST"))
@limited(Limit("mails to an alias", 5, HOUR), Limit("mails to an alias", 20, DAY))
def alias(request: UserRequest) -> HttpResponse:
    """What shortens one's sessions, and step one: for which workspaces, by which address."""
    shortness = aliases.shortness_of(request.user)
    form = AliasForm(request.POST or None, user=request.user, others=shortness.others)
    if form.is_valid():
        count(request)
        with form.refusals():
            asked = aliases.ask(request.user, form.cleaned_data["plus"], form.chosen)
            toast(request, _("A mail is on its way to {address}.").format(address=asked.email))
            return redirect("alias")
    return _draw(request, shortness, form)


def _draw(request: UserRequest, shortness: Shortness, form: AliasForm) -> HttpResponse:
    waiting = aliases.waiting(request.user)
    emails = [asked.email for asked in waiting]
    before, after = aliases.around_plus(request.user.email)
    return page(
        request,
        "workspaces/sign_in/alias.html",
        {
            "shortness": shortness,
            "limits": limits_words(shortness.limits),
            "short": [(row, limits_words(limits_set_by(row))) for row in shortness.short],
            "form": form,
            "before": before,
            "after": after,
            "waiting": waiting,
            "held_up": Mail.objects.held_up().filter(to__in=emails).exists(),
        },
        status=form.status,
    )


@public("the link proves the address it went to (S6)", methods=(*SAFE, "POST"))
@discreet
def alias_proof(request: HtmxRequest, token: str) -> HttpResponse:
    """Step two: whoever reads the mail names the account and gives it a password.

    Nobody is signed in by it, and nobody out.
    """
    asked = aliases.request_of(token)
    if asked is None:
        return _spent(request)
    form = AliasProofForm(request.POST or None, email=asked.email, name=asked.user.name)
    if form.is_valid():
        return _make(request, token, form, asked)
    return page(
        request,
        "workspaces/sign_in/alias_proof.html",
        {"form": form, "asked": asked, "token": token},
        status=form.status,
    )


def _make(
    request: HtmxRequest, token: str, form: AliasProofForm, asked: AliasRequest
) -> HttpResponse:
    try:
        user, told = aliases.make(
            token,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password1"],
            address=request.META.get("REMOTE_ADDR"),
            request_id=getattr(request, "request_id", ""),
        )
    except Spent:
        return _spent(request)
    request.session[MADE] = {"email": user.email, "names": [row.name for row in told]}
    return redirect("alias_made")


def _spent(request: HtmxRequest) -> HttpResponse:
    return page(request, "workspaces/sign_in/alias_spent.html", {}, status=HTTPStatus.GONE)


@public("says what this browser made just now, and nothing else")
def alias_made(request: HtmxRequest) -> HttpResponse:
    """What comes next, once the account is there; shown once."""
    made = request.session.pop(MADE, None)
    if made is None:
        return redirect("alias") if request.user.is_authenticated else sign_in_first(request)
    return page(request, "workspaces/sign_in/alias_made.html", {"made": made})
