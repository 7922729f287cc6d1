"""What whoever holds the link of an invite meets: the offer, signing in or up, accepting.

The link proves nothing (I1). Its secret stands in the address of these pages alone: what
the session keeps on the way through signing in is the keyed hash, under `in-hand`.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config.web.http import HtmxRequest, page, toast
from config.web.steps import in_full_steps
from workspaces.errors import Conflict, Denied, OwnCredentialsNeeded, Spent
from workspaces.guards import SAFE, UserRequest, actor_of, public
from workspaces.models import Invite, TokenKind
from workspaces.operations.invites import acceptance
from workspaces.operations.invites.acceptance import Standing, has_proved, invite_by_hash, standing
from workspaces.operations.invites.contents import gifts, offer_of
from workspaces.operations.invites.links import link_hash
from workspaces.operations.sso.reach import reach_of

IN_HAND = "in-hand"
KEPT = "invite_in_hand"
View = Callable[..., HttpResponse]


def discreet(view: View) -> View:
    """Keep the address of a page out of the Referer of whatever follows it (XE10)."""

    @wraps(view)
    def answered(request: HtmxRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return answered


@public("the link shows what is offered and proves nothing (I1)", methods=(*SAFE, "POST"))
@discreet
def offer(request: HtmxRequest, token: str) -> HttpResponse:
    """The offer; a POST by the invited person accepts it, nothing else does (XE9).

    Raises OwnCredentialsNeeded where a provider opened the session: what is offered, and
    whether one belongs there already, is the person's to see (P2).
    """
    if request.user.is_authenticated and not reach_of(request).own:
        raise OwnCredentialsNeeded
    found = _invite_of(request, token)
    if request.method != "POST":
        return _shown(request, token, found)
    if found is None or not request.user.is_authenticated:
        return _to_sign_in(request, token, found)
    return _accepted(request, token, found)  # type: ignore[arg-type]


@public("the way to sign in as somebody else", methods=("POST",))
@discreet
def offer_sign_in(request: HtmxRequest, token: str) -> HttpResponse:
    """Sign out whoever is in, and come back after signing in as the invited person."""
    return _to_sign_in(request, token, _invite_of(request, token))


@public("signing up needs a good invite in hand", methods=(*SAFE, "POST"))
@in_full_steps
@discreet
def offer_sign_up(request: HtmxRequest, token: str) -> HttpResponse:
    """Make an account for the invited address; allauth proves it by a code before one is in.

    Whether there is such an account already is told by mail alone (XF2).
    """
    found = _invite_of(request, token)
    if request.user.is_authenticated:
        return redirect("offer", token=token)
    if found is None or standing(found) is not Standing.OPEN:
        return _shown(request, token, found)
    request.invited_address = found.email  # type: ignore[attr-defined]
    request.invited_to = found.workspace.name  # type: ignore[attr-defined]
    request.invited_as = masked(found.email)  # type: ignore[attr-defined]
    if request.method == "POST":
        request.session[KEPT] = found.link_hash
    answer: Any = allauth.signup(request)
    if hasattr(answer, "render"):
        answer.render()
    return answer  # type: ignore[no-any-return]


def masked(email: str) -> str:
    """Return an address as somebody else may see it: enough to know one's own (XE2)."""
    local, _at, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"


def _invite_of(request: HtmxRequest, token: str) -> Invite | None:
    """Return the invite of a link, or the one this session has in hand."""
    hashed = request.session.get(KEPT, "") if token == IN_HAND else link_hash(token)
    return invite_by_hash(hashed)


def _to_sign_in(request: HtmxRequest, token: str, found: Invite | None) -> HttpResponse:
    if found is None or standing(found) is not Standing.OPEN:
        return _shown(request, token, found)
    if request.user.is_authenticated:
        logout(request)
    request.session[KEPT] = found.link_hash
    login = redirect("account_login")
    back = redirect("offer", token=IN_HAND)
    login["Location"] += f"?next={back['Location']}"
    return login


def _accepted(request: UserRequest, token: str, found: Invite) -> HttpResponse:
    """Accept and go to the workspace; a refusal is a page that says which (I1)."""
    over = [place.name for place in offer_of(found).places if place.over]
    try:
        member = acceptance.accept(found, request.user, by=actor_of(request))
    except (Spent, Denied, Conflict):
        return _shown(request, token, _invite_of(request, token), refused=True)
    request.session.pop(KEPT, None)
    text = _("You belong to {name} now.").format(name=member.workspace.name)
    if over:
        left = _("What you would have been in has ended: {groups}.").format(groups=", ".join(over))
        text = f"{text} {left}"
    toast(request, text)
    return redirect(member.workspace.url("start"))


def _shown(
    request: HtmxRequest, token: str, found: Invite | None, *, refused: bool = False
) -> HttpResponse:
    """Draw the page for who is asking: the offer, or the one plain reason why not."""
    state = standing(found)
    user = request.user
    context: dict[str, Any]
    if found is None or state is not Standing.OPEN:
        member_of = found.workspace if found and _belongs(request, found) else None
        context = {"state": state, "member_of": member_of}
        return page(request, "workspaces/invites/offer_over.html", context, status=HTTPStatus.GONE)
    if user.is_authenticated and user.email != found.email:
        context = {"token": token, "you": user.email, "address": masked(found.email)}
        return page(
            request, "workspaces/invites/offer_other.html", context, status=HTTPStatus.FORBIDDEN
        )
    if _belongs(request, found):
        context = {"workspace": found.workspace}
        status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
        return page(request, "workspaces/invites/offer_member.html", context, status=status)
    return page(
        request,
        "workspaces/invites/offer.html",
        {**_offered(found), "token": token, "proved": _proved(request, found)},
        status=HTTPStatus.FORBIDDEN if refused else HTTPStatus.OK,
    )


def _belongs(request: HtmxRequest, found: Invite) -> bool:
    """Whether the invited person is in already."""
    user = request.user
    if not user.is_authenticated or user.email != found.email:
        return False
    return found.workspace.members.filter(user=user.pk).exists()


def _proved(request: HtmxRequest, found: Invite) -> bool:
    user = request.user
    return user.is_authenticated and has_proved(user, found.email)


def _offered(found: Invite) -> dict[str, Any]:
    """Return what the page says of an open invite."""
    offer = offer_of(found)
    sender = found.sent_by
    return {
        "invite": found,
        "workspace": found.workspace,
        "directory": found.sent_by_token is not None and found.sent_by_token.kind == TokenKind.SCIM,
        "sender": sender.get_full_name() if sender else "",
        "sender_email": sender.email if sender else "",
        "address": masked(found.email),
        "owner": offer.owner,
        "gifts": gifts(offer.grants),
        "places": offer.places,
    }
