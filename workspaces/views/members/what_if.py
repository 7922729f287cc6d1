"""What if somebody lost some of the ways by which they hold things: all ways, ticked or not."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from config.web.lists.returning import carried, returning
from workspaces.access.explain import grants_by_id
from workspaces.access.facts import load_policy, load_policy_at_most
from workspaces.access.naming import thing_named
from workspaces.forms.grants.ways import ON, WaysTicked
from workspaces.guards import MemberRequest, needs
from workspaces.models import Member, Resource, Workspace
from workspaces.views.console import answers
from workspaces.views.grants.cards import strength
from workspaces.views.grants.paths import ways_of, what_if_url
from workspaces.views.grants.steps import from_member
from workspaces.views.grants.what_if import answer_of
from workspaces.views.members.membership import named_member

SHOWN = 200  # grants drawn; of more, the strongest


@needs("administer")
def member_what_if(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """Answer what a member would lose without the ticked ways; nothing is written.

    Where the address names a thing, it is answered for that one first of all.
    """
    member, ref = named_member(workspace, member_id), request.GET.get(ON, "")
    member.workspace = workspace
    thing = thing_named(workspace, ref) if ref else None
    ticked = WaysTicked(request.GET, workspace=workspace)
    theirs = all(way.member == member for way in ticked.ways)
    on = thing if isinstance(thing, Resource) else None
    clear = theirs and not ticked.unknown and bool(on) == bool(ref)
    return answers.page(
        request,
        "workspaces/members/member_what_if.html",
        {
            "member": member,
            "thing": on,
            **_ways(member, ticked),
            "what_if": answer_of(workspace, ticked, from_member(request, member), on)
            if clear
            else None,
            "unclear": "" if clear else _unclear(ref if ref and not on else ""),
            "url": workspace.url("member_what_if", member.public_id),
            "live": request.htmx.target == "ways-held",
            "leave_url": what_if_url(member, (), on) + carried(request).replace("?", "&", 1),
            "leave_target": "#ways-held",
            "back": returning(request, workspace.url("member", member.public_id)),
        },
        fragments=("ways-held",),
        at="members",
        status=200 if clear else 422,
    )


def _ways(member: Member, ticked: WaysTicked) -> answers.Context:
    """Draw what a member holds, or could take up, the strongest first; 4 statements.

    Of very many the first are drawn and the others counted; what is ticked is always drawn.
    """
    now, most = set(load_policy(member).held), load_policy_at_most(member)
    held = sorted(now.union(most.held), key=strength, reverse=True)
    grants = {way.grant.pk for way in ticked.ways if way.grant}
    groups = {way.group.pk for way in ticked.ways if way.group}
    shown = [
        one for n, one in enumerate(held) if n < SHOWN or one.grant in grants or one.group in groups
    ]
    drawn = ways_of(
        member.workspace,
        member,
        [one for one in shown if one in now],
        grants_by_id(one.grant for one in shown),
        eligible=[one for one in shown if one not in now],
        ticked=ticked.values,
    )
    return {"ways": drawn, "n_more": len(held) - len(shown)}


def _unclear(ref: str) -> str:
    if ref:
        return _("There is nothing called “{name}” here.").format(name=ref)
    return _("The address names a way that is not theirs, or not any more.")
