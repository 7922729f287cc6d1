"""Who manages the groups of a document, and to whom they are offered (W4, W6)."""

from workspaces.access.dialect import among
from workspaces.models import Manager, Offer
from workspaces.operations.documents.content import GroupContent
from workspaces.operations.documents.groups import offer_json
from workspaces.operations.documents.writing.rows import Rows
from workspaces.operations.groups import offers
from workspaces.terms import Offered


def write_charges(at: Rows) -> None:
    """Write those that differ; groups, and who is a member, stand."""
    charged, offered = [], []
    for key, group in at.new.groups.items():
        before = at.old.groups.get(key) or GroupContent("")
        if before.managers != group.managers:
            charged.append(key)
        if before.offer != group.offer:
            offered.append(key)
    Manager.objects.filter(group__in=among(at.groups[key] for key in charged)).delete()
    at.insert(
        Manager,
        (
            Manager(workspace=at.workspace, group_id=at.groups[key], member_id=at.members[email])
            for key in charged
            for email in sorted(at.new.groups[key].managers)
        ),
    )
    Offer.objects.filter(group__in=among(at.groups[key] for key in offered)).delete()
    for key in offered:
        if (said := at.new.groups[key].offer) is not None:
            written = Offered.from_json(offer_json(said, at.new.groups))
            offers.write(at.workspace, at.groups[key], written)
