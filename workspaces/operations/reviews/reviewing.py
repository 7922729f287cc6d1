"""Who reviews what (V1, V3): whoever was asked, and owners; nobody what is their own."""

from django.db.models import Exists, OuterRef, Q

from workspaces.access.engine import Access
from workspaces.access.who import who
from workspaces.catalogue import ADMINISTER, EDIT, Scope
from workspaces.models import (
    Grant,
    GrantQuerySet,
    GrantResource,
    Manager,
    Member,
    MemberQuerySet,
    ResourceQuerySet,
    Review,
    Reviewers,
    ReviewItem,
    ReviewItemQuerySet,
    ReviewQuerySet,
    Way,
    Workspace,
)
from workspaces.operations.groups.managers import groups_of

MOST_ASKED_ABOUT = 50  # resources whose editors are told that a review waits for them


def items_for(review: Review, member: Member, access: Access) -> ReviewItemQuerySet:
    """Return the items of a review that a member may look at and answer.

    `access` is theirs, as of now. Owners answer everything but their own.
    """
    others = review.items.not_of(member)
    if access.is_owner:
        return others
    return others.filter(_asked(review.reviewers, member, access))


def reviews_for(workspace: Workspace, member: Member, access: Access) -> ReviewQuerySet:
    """Return the reviews of which a member may see anything."""
    if access.is_owner:
        return workspace.reviews.all()
    items = ReviewItem.objects.filter(review=OuterRef("pk")).not_of(member)
    mine = Q()
    for reviewers in (Reviewers.MANAGERS, Reviewers.EDITORS):
        theirs = items.filter(_asked(reviewers, member, access))
        mine |= Q(reviewers=reviewers) & Q(Exists(theirs))
    return workspace.reviews.open().filter(mine)


def reviewers_of(review: Review) -> MemberQuerySet:
    """Return whom a review asks; where it asks others than owners and finds none, the owners."""
    owners = who(ADMINISTER, review.workspace)
    asked = owners.none()
    if review.reviewers == Reviewers.EDITORS:
        for thing in _listed(review):
            asked |= who(EDIT, thing)
    elif review.reviewers == Reviewers.MANAGERS:
        groups = review.items.filter(way=Way.PLACE).order_by().values("group")
        managing = Manager.objects.in_charge().filter(group__in=groups)
        asked = review.workspace.members.active().filter(pk__in=managing.values("member"))
    others = asked.exclude(pk__in=owners.order_by().values("pk"))
    return others if others.exists() else owners


def _asked(reviewers: str, member: Member, access: Access) -> Q:
    match reviewers:
        case Reviewers.EDITORS:
            return Q(way__in=(Way.GRANT, Way.TOKEN), row__in=_edited(access).values("pk"))
        case Reviewers.MANAGERS:
            return Q(way=Way.PLACE, group__in=groups_of(member).order_by().values("pk"))
        case _:
            return Q(pk__in=())


def _edited(access: Access) -> GrantQuerySet:
    """Return the grants by list of which every resource is one that is edited with this access."""
    edited = access.reach_any_type(EDIT).order_by().values("pk")
    listed = GrantResource.objects.filter(grant=OuterRef("pk"))
    grants = Grant.objects.filter(workspace=access.policy.workspace, scope=Scope.RESOURCES)
    return grants.filter(Exists(listed), ~Exists(listed.exclude(resource__in=edited)))


def _listed(review: Review) -> ResourceQuerySet:
    """Return the resources that grants of the review list; the first of many by name."""
    rows = review.items.filter(way__in=(Way.GRANT, Way.TOKEN)).order_by().values("row")
    listed = GrantResource.objects.filter(workspace=review.workspace_id, grant__in=rows)
    things = review.workspace.resources.filter(pk__in=listed.values("resource"))
    return things.by_name()[:MOST_ASKED_ABOUT]
