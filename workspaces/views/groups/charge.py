"""What owners say of a group besides people and grants: who manages it, who may ask (W4, W6)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import back_to, here, returning
from workspaces.forms.groups.managing import ManagersForm, OfferForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Group, Member, Workspace
from workspaces.operations.groups import managers, offers
from workspaces.terms import Offered
from workspaces.views.console import answers
from workspaces.views.groups.changes import named_group, panel_of
from workspaces.views.requests.offered import terms_of


def charge_of(group: Group) -> answers.Context:
    """Return what a group's panel says of who manages it, and to whom it is offered."""
    offer = offers.offers_of(group.workspace).filter(group=group).first()
    return {
        "managers": managers.managers_of(group).select_related("user").by_name(),
        "offer": offer,
        "offered_to": _audience(offer.said) if offer else "",
        "offer_terms": terms_of(offer) if offer else "",
    }


def _audience(said: Offered) -> str:
    if said.to is None:
        return _("Everybody may ask to be in it")
    if not said.to:
        return _("Nobody may ask: the groups it was offered to have gone")
    names = ", ".join(sorted(said.to))
    return _("Members of {groups} may ask to be in it").format(groups=names)


@needs("administer", methods=(*SAFE, "POST"))
def group_managers(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Say who puts people in the group and takes them out."""
    group = named_group(workspace, group_id)
    now = list(managers.managers_of(group).select_related("user").by_name())
    named = {"people": [one.user.email for one in now]}
    form = ManagersForm(request.POST or None, group=group, initial=named)
    if form.is_valid() and form.was_looked_at:
        with form.refusals():
            by = form.said_by(request.actor)
            managers.set_managers(group, form.members, by=by)
            return _saved(request, group, _("Saved who manages {name}."))
    lines = _managing(now, form.members)
    return _page(
        request,
        group,
        form,
        lines,
        lambda: managers.digest(group, form.members),
        title=_("Who manages {name}?"),
        lead=_(
            "Managers put people in and take them out, and answer who asks to be in it. They cannot"
            " put themselves in, and change nothing else."
        ),
    )


@needs("administer", methods=(*SAFE, "POST"))
def group_offer(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Say who may ask to be in the group, for how long at most, and who agrees."""
    group = named_group(workspace, group_id)
    offer = offers.offers_of(workspace).filter(group=group).first()
    now = offer.said if offer else None
    form = OfferForm(request.POST or None, group=group, now=now)
    if form.is_valid() and form.was_looked_at:
        with form.refusals():
            offers.set_offer(group, form.said, by=form.said_by(request.actor))
            return _saved(request, group, _("Saved who may ask to be in {name}."))
    valid = form.is_bound and form.is_valid()
    lines = _offering(group, form.said, now) if valid else []
    return _page(
        request,
        group,
        form,
        lines,
        lambda: offers.digest(group, form.said) if valid else "",
        title=_("Who may ask to be in {name}?"),
        lead=_("They find it on their own page, and at locked doors. Somebody has to agree."),
    )


def _managing(now: list[Member], then: list[Member]) -> list[str]:
    come = [member for member in then if member not in now]
    go = [member for member in now if member not in then]
    return [
        *(_("{name} will manage it.").format(name=one.user.get_full_name()) for one in come),
        *(_("{name} no longer manages it.").format(name=one.user.get_full_name()) for one in go),
    ]


def _offering(group: Group, said: Offered | None, now: Offered | None) -> list[str]:
    """Say how many people could ask, who are not in it."""
    if said == now:
        return []
    if said is None:
        return [_("Nobody can ask for it any more. Whoever waits for an answer is told.")]
    people = group.workspace.members.active().outside(group)
    if said.to is not None:
        named = group.workspace.groups.filter(name__in=said.to)
        people = people.in_any(named)
    n = people.count()
    text = ngettext("{n} person can ask to be in it.", "{n} people can ask to be in it.", n)
    return [text.format(n=n)]


def _saved(request: MemberRequest, group: Group, text: str) -> HttpResponse:
    answers.toast(request, text.format(name=group.name), undo=answers.changed_by(request))
    return back_to(request, panel_of(group))


def _page(
    request: MemberRequest,
    group: Group,
    form: ManagersForm | OfferForm,
    lines: list[str],
    digest: Callable[[], str],
    **words: Any,
) -> HttpResponse:
    words["title"] = words["title"].format(name=group.name)
    context = {
        **words,
        "group": group,
        "form": form,
        "lines": lines,
        "digest": digest() if lines else "",
        "url": here(request),
        "back": returning(request, panel_of(group)),
    }
    return answers.page(
        request,
        "workspaces/groups/group_charge.html",
        context,
        fragments=("change-review",),
        at="groups",
        status=form.status,
    )
