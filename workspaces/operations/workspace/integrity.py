"""Finds rows that no operation writes: joins of two workspaces, dangling ids, wrong tallies.

What the database promises by constraint is not asked again here.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Lower

from accounts.addresses import sought
from accounts.models.user import User
from accounts.permissions import strange_object_permissions
from config.web.values.text_columns import Worded, ill_kept
from labels.models import ResourceLabel
from workspaces.catalogue import LABELLED, OWNER, Scope
from workspaces.models import (
    Connection,
    DirectoryPerson,
    Event,
    Grant,
    GrantResource,
    GroupMember,
    Invite,
    InviteGroup,
    Manager,
    Member,
    Mention,
    Offer,
    Resource,
    Review,
    SupportWindow,
    Workspace,
)
from workspaces.models.offered import without_managers
from workspaces.models.tally import miscounted
from workspaces.operations.reviews.report import sealed
from workspaces.operations.support.support import LONGEST

SHOWN = 5


def findings() -> Iterator[str]:
    """Yield a line for each kind of broken row there is, naming the first few."""
    for what, broken in _questions():
        yield from _told(what, broken.order_by("pk").values_list("pk", flat=True)[: SHOWN + 1])
    for name, rows in (
        ("accounts.User", User.objects.values_list("pk", "email")),
        ("workspaces.Invite", Invite.objects.pending().values_list("pk", "email")),
    ):
        strange = (pk for pk, email in rows.order_by("pk").iterator() if sought(email) != email)
        yield from _told(f"{name} whose address is not in its one form", strange)
    reviews = Review.objects.filter(closed_at__isnull=False).order_by("pk").iterator()
    edited = (review.pk for review in reviews if sealed(review)[0] != review.digest)
    yield from _told("review whose answers are not those of its report", edited)
    for what, tallies in groupby(sorted(miscounted(), key=itemgetter(1)), itemgetter(1)):
        wrong_in = (workspace for workspace, _what in tallies)
        yield from _told(f"workspace whose tally of {what} is not what there is", wrong_in)
    for model in apps.get_models():
        if issubclass(model, Worded):
            name = model._meta.label
            yield from _told(f"{name} whose text or keys break N1 to N3", ill_kept(model))


def _told(what: str, rows: Iterable[int]) -> Iterator[str]:
    found = list(islice(rows, SHOWN + 1))
    if found:
        more = " and more" if len(found) > SHOWN else ""
        yield f"{what}: {', '.join(str(pk) for pk in found[:SHOWN])}{more}"


def _questions() -> Iterator[tuple[str, QuerySet[models.Model]]]:
    for model in apps.get_models():
        for field in _links(model):
            yield from _link_questions(model, field)
    on = ResourceLabel.objects.annotate(folded=Lower("label__key"))
    yield "label on something that takes none", on.exclude(resource__type__in=LABELLED)
    yield "label under the key of another", on.exclude(folded_key=F("folded"))
    counted = Grant.objects.annotate(n=Count("label_set"))
    yield "grant whose label set is not whole", counted.exclude(n=F("n_labels"))
    listing = GrantResource.objects.exclude(grant__scope=Scope.RESOURCES)
    yield "resource listed in a grant that lists none", listing
    empty = Grant.objects.filter(scope=Scope.RESOURCES, listed__isnull=True)
    yield "grant by list that lists nothing", empty
    for takable in (Grant, GroupMember):
        name = takable._meta.model_name
        lone = takable.objects.filter(eligible=True, eligibility__isnull=True)
        yield f"{name} that is eligible, and nothing says how it is taken up", lone
        standing = takable.objects.filter(eligible=False, eligibility__isnull=False)
        yield f"{name} that is standing, and something says how it is taken up", standing
    narrow = Grant.objects.filter(role=OWNER).exclude(scope=Scope.ALL)
    yield "ownership narrower than all", narrow
    for model in (GroupMember, InviteGroup):
        pushed = model.objects.filter(group__directory__isnull=False)
        spanned = pushed.exclude(starts_at=None, expires_at=None)
        yield f"{model.__name__} with a start or an end of ours in a pushed group (W1)", spanned
    managed = Manager.objects.filter(without_managers("group"))
    yield "manager of a group that may have none (W6)", managed
    yield "offer of a pushed group (W4)", Offer.objects.filter(group__directory__isnull=False)
    yield (
        "destination beneath what is no source",
        Resource.objects.filter(source__isnull=False).exclude(source__type="source"),
    )
    yield "connection from what is no source", Connection.objects.exclude(source__type="source")
    told = Event.objects.filter(workspace=OuterRef("workspace"), number=OuterRef("number"))
    yield "mention in an event that is not there", Mention.objects.exclude(Exists(told))
    long = SupportWindow.objects.filter(ends_at__gt=F("opened_at") + LONGEST)
    yield "support window longer than a week", long
    for rows in strange_object_permissions(Workspace):
        yield "object permission about something else than support", rows
    same = Member.objects.filter(workspace=OuterRef("workspace"), user=OuterRef("user"))
    renamed = same.exclude(public_id=OuterRef("public_id"))
    yield "member under another id than before", DirectoryPerson.objects.filter(Exists(renamed))
    owners = Workspace.objects.filter(members__owner=True, members__user__is_active=True)
    yield (
        "workspace without an active owner (R7)",
        Workspace.objects.open().exclude(pk__in=owners.values("pk")),
    )


def _links(model: type[models.Model]) -> Iterator[models.ForeignKey[models.Model, models.Model]]:
    """Return the foreign keys of a model whose rows belong to workspaces."""
    fields = [f for f in model._meta.get_fields() if isinstance(f, models.ForeignKey)]
    if any(field.related_model is Workspace for field in fields):
        yield from fields


def _link_questions(
    model: type[models.Model], field: models.ForeignKey[models.Model, models.Model]
) -> Iterator[tuple[str, QuerySet[models.Model]]]:
    """Ask of one foreign key: does it dangle, does it join two workspaces (XA2)?"""
    name, far = f"{model._meta.label}.{field.name}", field.remote_field.model
    rows = model._base_manager.filter(**{f"{field.name}__isnull": False})
    there = far._base_manager.filter(pk=OuterRef(field.attname))
    yield f"{name} points nowhere", rows.exclude(Exists(there))
    if any(f.name == "workspace" for f in far._meta.fields):
        yield (
            f"{name} joins two workspaces",
            rows.filter(Exists(there)).exclude(**{f"{field.name}__workspace": F("workspace")}),
        )
