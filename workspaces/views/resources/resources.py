"""The resources of one type: what one can read of them, with labels as columns."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.utils.safestring import SafeString

from config.web.lists.listing import RowsPage, in_order, paged, sorting
from labels.models import LabelQuerySet, ResourceLabel
from workspaces import catalogue
from workspaces.access.counts.headcount import headcounts
from workspaces.forms.resources.resources import ResourceFilters
from workspaces.guards import MemberRequest, needs
from workspaces.models import Connection, Resource, ResourceQuerySet, Workspace
from workspaces.operations.resources import reads
from workspaces.views.console import answers, wording
from workspaces.views.console.picks import offer
from workspaces.views.resources.rows import Lines, People

COLUMNS = 4  # label keys that are columns until one chooses others
KEYS = 100
FIRST = 1000  # things whose labels are most of those in use
MANY = 20_000  # members: who reaches a page of things is then counted once the page is there
COUNTED, COUNTS = "counted", "counts"  # in the address; the id of what asks for it by script
SORTS = {"name": ResourceQuerySet.by_name}
OF_DESTINATIONS = {**SORTS, "source": ResourceQuerySet.by_source}


@dataclass(frozen=True, slots=True)
class Column:
    """A label key that may be a column, and whether it is one."""

    key: str
    shown: bool


@needs("read")
def resources(request: MemberRequest, workspace: Workspace, type_: str) -> HttpResponse:
    """The resources of one type that the asker can read."""
    template = "workspaces/resources/resources.html"
    labels = _labels_in_use(request, type_)
    sources = request.access.reach(catalogue.READ, catalogue.ResourceType.SOURCE)
    filters = ResourceFilters(request.GET, labels=labels, sources=sources, type_=type_)
    context = listing(request, workspace, type_, filters)
    reads.note_list(workspace, type_, context["page"].rows, by=request.actor)
    return answers.page(
        request,
        template,
        context,
        fragments=("resources",),
        at=type_,
        beside=lambda: _around(type_),
        status=filters.http_status,
    )


@needs("read")
def pick_labels_on(request: MemberRequest, workspace: Workspace, type_: str) -> HttpResponse:
    """Labels on any resource of the type that the asker can read."""
    return offer(request, _labels_in_use(request, type_))


def listing(
    request: MemberRequest, workspace: Workspace, type_: str, filters: ResourceFilters
) -> answers.Context:
    """Return one page of what the asker can read; 6 statements at most.

    Where the workspace has very many members, `counted_url` is where the same page says how many
    of them reach each thing: the page asks there once it is drawn.
    """
    rows = request.access.reach(catalogue.READ, type_)
    # An index tells which they are, also far behind; the rows before them are not read.
    sorts = OF_DESTINATIONS if type_ == catalogue.ResourceType.DESTINATION else SORTS
    sort = sorting(request, sorts, "name")
    members = Subquery(workspace.tallies.filter(what="members").values("number"))
    whole = workspace.resources.select_related("source").annotate(n_members=members)
    whole = in_order(whole, sort, sorts)
    total = _total(request, type_, filters)
    found = paged(request, in_order(filters.narrow(rows), sort, sorts), whole=whole, total=total)
    columns = _columns(request, type_)
    counted = _counted_now(request, found.rows)
    return {
        "page": found,
        "sort": sort,
        "rows": _rows(request, type_, found, [c.key for c in columns if c.shown], counted=counted),
        "counted_url": "" if counted else _counted_url(request),
        "keys": [column.key for column in columns if column.shown],
        "columns": columns,
        "type": type_,
        "title": wording.plural(type_),
        "noun": wording.noun(type_, 2),
        "one": wording.singular(type_).lower(),
        "icon": wording.ICONS[type_],
        "filters": filters,
        "chips": answers.active_chips(request, filters),
        "may_add": request.access.may_add_somewhere(type_),
        "add_url": workspace.url("resource_new", type_),
        "views_url": answers.views_url(request, type_),
        "list_url": workspace.url("resources", type_),
        "labels_url": workspace.url("pick_labels_on", type_),
        "sources_url": workspace.url("pick_resources", catalogue.ResourceType.SOURCE),
        "my_access_url": workspace.url("my_access"),
        "bulk": _bulk(request, workspace, type_, filters),
    }


def _bulk(
    request: MemberRequest, workspace: Workspace, type_: str, filters: ResourceFilters
) -> answers.Context | None:
    """Return where what is ticked can be taken; nothing for whoever is no owner (L6)."""
    if not request.access.is_owner:
        return None
    labelled = type_ in catalogue.LABELLED
    return {
        "filters": filters.as_query(),
        "export_url": workspace.url("resources_export", type_),
        "label_url": workspace.url("resources_label", type_) if labelled else "",
    }


def _total(request: MemberRequest, type_: str, filters: ResourceFilters) -> Subquery | None:
    """Return how many there are of the type, for whoever is shown all; else they are counted."""
    narrowed = filters.asked or filters.faults
    if narrowed or not request.access.policy.covers_all(catalogue.READ, type_):
        return None
    return Subquery(request.member.workspace.tallies.filter(what=type_).values("number"))


def _around(type_: str) -> answers.Context:
    """Return what stands above the list: who may add to it."""
    adding = catalogue.roles_giving(catalogue.WORKSPACE, f"create_{type_}") - {catalogue.OWNER}
    return {
        "adding_role": ", ".join(catalogue.ROLES[role].name for role in sorted(adding)),
    }


def _labels_in_use(request: MemberRequest, type_: str) -> LabelQuerySet:
    """Return the labels on any resource of the type that the asker can read."""
    # What the first things carry is found at once. Of each label left it is asked whether one
    # thing of it is readable: all that are would be collected first.
    reached = request.access.reach(catalogue.READ, type_)
    first = ResourceLabel.objects.filter(resource__in=reached.by_name()[:FIRST].values("pk"))
    readable = reached.order_by().filter(pk=OuterRef("resource"))
    on = ResourceLabel.objects.filter(Exists(readable), label=OuterRef("pk"))
    either = Q(pk__in=first.order_by().values("label")) | Exists(on)
    return request.member.workspace.labels.filter(either).by_name()


def _columns(request: MemberRequest, type_: str) -> list[Column]:
    """Return the label keys in use, the chosen ones shown – the first few when none is.

    The form sends an empty value beside the chosen ones, so that none can be chosen too.
    """
    if type_ not in catalogue.LABELLED:
        return []
    folded = _labels_in_use(request, type_).order_by().annotate(folded=Lower("key"))
    keys = list(folded.order_by("folded").values_list("folded", flat=True).distinct()[:KEYS])
    chosen = {key.lower() for key in request.GET.getlist("columns")}
    return [Column(key, key in (chosen or keys[:COLUMNS])) for key in keys]


def _counted_now(request: MemberRequest, rows: Sequence[Any]) -> bool:
    """Whether a page says how many people reach its things, or is asked again for that."""
    asked = request.htmx.trigger == COUNTS or request.GET.get("people") == COUNTED
    return asked or not rows or rows[0].n_members < MANY


def _counted_url(request: MemberRequest) -> str:
    params = request.GET.copy()
    params["people"] = COUNTED
    return f"{request.path}?{params.urlencode()}"


def _rows(
    request: MemberRequest,
    type_: str,
    found: RowsPage[Resource],
    keys: Sequence[str],
    *,
    counted: bool,
) -> list[SafeString]:
    """Return the lines of the list, as they are drawn; 4 statements."""
    rows = found.rows
    carried = _carried(type_, rows)
    people = headcounts((catalogue.EDIT, catalogue.READ), rows) if counted else {}
    joined = _connections(type_, rows)
    drawing = Lines(request, type_)
    return [
        drawing.line(
            row,
            [(key, carried[row.pk].get(key, "")) for key in keys],
            people=People(editors, readers - editors) if counted else None,
            connected=joined.get(row.pk, 0),
        )
        for row in rows
        for editors, readers in [people.get(row.pk, (0, 0))]
    ]


def _carried(type_: str, rows: Sequence[Resource]) -> dict[int, dict[str, str]]:
    """Return the values of the labels on this page, by resource and key; 1 statement."""
    values: dict[int, dict[str, str]] = defaultdict(dict)
    if type_ in catalogue.LABELLED and rows:
        carried = ResourceLabel.objects.filter(resource__in=rows).order_by("folded_key")
        for pk, key, value in carried.values_list("resource_id", "folded_key", "label__value"):
            values[pk][key] = value
    return values


def _connections(type_: str, rows: Sequence[Resource]) -> dict[int, int]:
    """Return how many destinations or connected sources each row has; 1 statement."""
    if type_ == catalogue.ResourceType.SOURCE:
        beneath = Resource.objects.filter(source__in=rows).order_by().values_list("source")
        return dict(beneath.annotate(n=Count("pk")))
    joined = Connection.objects.filter(target__in=rows).order_by().values_list("target")
    return dict(joined.annotate(n=Count("pk")))
