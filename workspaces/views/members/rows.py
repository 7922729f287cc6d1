"""The lines of the members list; like `grants.highest`, drawn without a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.addresses import spelled
from config.web.drawing import draw, joined
from config.web.lists.listing import query_of
from config.web.tags import ago, disc
from workspaces.access.facts import load_policies
from workspaces.forms.members.filters import IDLE
from workspaces.guards import MemberRequest
from workspaces.models import Member, MemberQuerySet
from workspaces.models.directory import pushed_person
from workspaces.views.grants.cards import highest_of
from workspaces.views.grants.highest import Highest
from workspaces.views.members.words import groups_in_short

LINE = """\
<tr{opened}>
  <td class="cell-tick">
    <input type="checkbox" name="who" value="{id}" form="chosen" data-tick
           aria-label="{select}">
  </td>
  <td>
    <div class="who">
      {disc}
      <div class="who-text">
        <a class="row-link" id="m-{id}" href="{url}"
           hx-get="{url}" hx-target="#panel" hx-swap="outerHTML" hx-push-url="true">
          {name}
        </a>
        <small>
          {email}
          {badges}
        </small>
      </div>
    </div>
  </td>
  <td class="cell-wide">{highest}</td>
  <td class="soft cell-off">
    {group}{more_groups}
  </td>
  <td class="soft cell-corner">
    {active}
  </td>
</tr>
"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What all lines of one page share: the words, the moment, the way on."""

    select: str
    you: SafeString
    pushed: SafeString
    deactivated: SafeString
    idle_since: datetime
    address: str
    query: str
    oneself: int
    opened: int | None


def with_what_lines_say(members: MemberQuerySet) -> MemberQuerySet:
    """Bring along their users, and whether a directory keeps them here."""
    return members.select_related("user").annotate(pushed=pushed_person())


def lines(
    request: MemberRequest, address: str, found: Sequence[Member], opened: Member | None
) -> list[SafeString]:
    """Return the lines of members, as they are drawn; 3 statements.

    They were read by `with_what_lines_say`; the line of whom the panel shows is `opened`.
    """
    highest = highest_of(load_policies(found))
    inside = groups_in_short(found)
    drawing = Drawing(
        select=_("Select {name}"),
        you=draw('<span class="badge outline">{}</span>', _("You")),
        pushed=render_to_string("parts/grants/pushed.html", {"short": True}),
        deactivated=draw('<span class="badge ends">{}</span>', _("Deactivated")),
        idle_since=timezone.now() - IDLE,
        address=address,
        query=query_of(request),
        oneself=request.member.pk,
        opened=opened.pk if opened else None,
    )
    return [
        _line(member, highest[member.pk], inside.get(member.pk, ("—", 1)), drawing)
        for member in found
    ]


def _line(
    member: Member, highest: Highest, groups: tuple[str, int], drawing: Drawing
) -> SafeString:
    name, (group, n_groups) = member.user.get_full_name(), groups
    return draw(
        LINE,
        opened=SafeString(' class="open"') if member.pk == drawing.opened else "",
        id=member.public_id,
        select=drawing.select.format(name=name),
        disc=disc(member.user.email, name),
        url=f"{drawing.address}/{member.public_id}{drawing.query}",
        name=name,
        email=spelled(member.user.email),
        badges=_badges(member, drawing),
        highest=highest,
        group=group,
        more_groups=_more(n_groups - 1),
        active=_active(member.last_active_at, drawing),
    )


def _badges(member: Member, drawing: Drawing) -> SafeString:
    pushed: bool = member.pushed  # type: ignore[attr-defined]
    shown = (
        (member.pk == drawing.oneself, drawing.you),
        (pushed, drawing.pushed),
        (not member.user.is_active, drawing.deactivated),
    )
    return joined((badge for is_so, badge in shown if is_so), "\n")


def _more(number: int) -> SafeString:
    return draw(' <span class="faint">+{}</span>', number) if number else SafeString()


def _active(when: datetime | None, drawing: Drawing) -> SafeString | str:
    if when is not None and when < drawing.idle_since:
        return draw('<span class="idle">{}</span>', ago(when))
    return ago(when)
