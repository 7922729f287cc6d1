"""The lines of a list of resources; like those of members, drawn without a template."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.web.drawing import draw, joined
from config.web.icons import icon
from config.web.lists.returning import leaving
from config.web.tags import grouped, linked
from workspaces.catalogue import ResourceType
from workspaces.guards import MemberRequest
from workspaces.models import Resource
from workspaces.views.console import wording
from workspaces.views.console.paths import ResourcePath

LINE = """\
<tr>
  {tick}
  <td>
    <div class="who">
      {icon}
      <div class="who-text">
        <a class="row-link" id="r-{slug}" href="{url}">{name}</a>
        <small>{slug}</small>
        <span class="on-phone">
          {labels}
          <small>{people}</small>
        </span>
      </div>
    </div>
  </td>
  {columns}
  <td class="soft cell-off">{editors}</td>
  <td class="soft cell-off">{viewers}</td>
  <td class="soft cell-off">
    {beside}
  </td>
</tr>
"""
LABEL = '<span class="label">{}:{}</span> '
TICK = """<td class="cell-tick">
    <input type="checkbox" name="who" value="{}" form="chosen" data-tick
           aria-label="{}">
  </td>"""
COLUMN = """<td class="cell-off">
  {}
</td>
"""
VALUE, NONE = '<span class="label">{}</span>', SafeString('<span class="faint">—</span>')
NOTHING = SafeString("")
PATH = ResourcePath()
Labels = Sequence[tuple[str, str]]  # key and value, or "", per column
PENDING = SafeString('<span class="faint" aria-hidden="true">…</span>')


class People(NamedTuple):
    """How many people reach a resource: `viewers` are those who cannot edit it."""

    editors: int
    viewers: int


class Lines:
    """Draws the lines of one page: what all of them share is looked up once."""

    def __init__(self, request: MemberRequest, type_: str) -> None:
        self.list_url = request.member.workspace.url("resources", type_)
        self.left, self.icon = leaving(request), icon(wording.ICONS[type_], size=16)
        self.tab = "/people" if request.access.is_owner else ""  # what owners come for
        self.people = _("{m} can edit · {n} can view")
        self.named = request.access.is_owner  # who are shown the people of each
        self.beneath = (
            request.member.workspace.url("resources", ResourceType.DESTINATION)
            if type_ == ResourceType.SOURCE
            else ""
        )
        self.select = _("Select {name}") if request.access.is_owner else ""

    def line(
        self, resource: Resource, labels: Labels, *, people: People | None, connected: int
    ) -> SafeString:
        """Draw one line; `people` is None while they are not counted, `connected` what stands
        beneath it or is connected to it."""
        m, n = map(grouped, people) if people else (PENDING, PENDING)
        address = f"{self.list_url}/{PATH.to_url(resource.slug)}"
        editors, viewers = m, n
        if people and self.named:
            editors = linked(people.editors, f"{address}/people?level=edits")
            viewers = linked(people.viewers, f"{address}/people?level=views")
        return draw(
            LINE,
            tick=self._tick(resource),
            icon=self.icon,
            slug=resource.slug,
            url=f"{address}{self.tab}{self.left}",
            name=resource.name,
            labels=joined(draw(LABEL, key, value) for key, value in labels if value),
            people=self.people.format(m=m, n=n) if people else PENDING,
            columns=joined(_column(value) for _key, value in labels),
            editors=editors,
            viewers=viewers,
            beside=self._beside(resource, connected),
        )

    def _beside(self, resource: Resource, connected: int) -> SafeString | str:
        if resource.source:
            return resource.source.name
        if connected and self.beneath:
            return linked(connected, f"{self.beneath}?source={resource.slug}")
        return grouped(connected) if connected else "—"

    def _tick(self, resource: Resource) -> SafeString:
        """Draw the box by which owners choose many (L6)."""
        if not self.select:
            return NOTHING
        return draw(TICK, resource.public_id, self.select.format(name=resource.name))


def _column(value: str) -> SafeString:
    return draw(COLUMN, draw(VALUE, value) if value else NONE)
