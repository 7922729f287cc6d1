"""What stands on the pages of a change for many: who is meant, the grant, the numbers."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.tags import grouped
from workspaces.errors import Refused
from workspaces.forms.policy import GrantBlock
from workspaces.forms.selection import Selection
from workspaces.operations.bulk import BulkReview
from workspaces.operations.plans import require_role_in_plan
from workspaces.views.member_words import chip_words
from workspaces.views.policy_editor import DrawnBlock, RoleRow, match_words


def filter_words(selection: Selection) -> list[str]:
    """Return what each filter is called by which people were chosen."""
    return list(chip_words(selection.filtering).values())


def row_of(block: GrantBlock) -> RoleRow:
    """Lay out the one grant that many shall get; 1 statement for a block by label."""
    drawn = DrawnBlock(block, match_words(block), other=False)
    locked = ""
    try:
        require_role_in_plan(block.workspace, block.role)
    except Refused as refused:
        locked = str(refused.message)
    return RoleRow(block.role, [drawn], [], locked, repeatable=len(block.role.scopes) > 1)


def notes_of(review: BulkReview) -> list[str]:
    """Return what stands above the people: why it is refused, else the numbers."""
    if review.refusal is not None:
        return [str(review.refusal.message)]
    if not review.people.total:
        return [_("It makes no difference to anybody chosen.")]
    words = [_number(number.kind, number.count) for number in review.numbers if number.count]
    return [" ".join(words)] if words else []


def _number(kind: str, n: int) -> str:
    texts = {
        "moved": ngettext("Moves the end of {n} grant.", "Moves the end of {n} grants.", n),
        "grants": ngettext("Removes {n} grant.", "Removes {n} grants.", n),
        "memberships": ngettext(
            "Removes {n} group membership.", "Removes {n} group memberships.", n
        ),
        "tokens": ngettext("Revokes {n} token they made.", "Revokes {n} tokens they made.", n),
        "invites": ngettext("Voids {n} invite they sent.", "Voids {n} invites they sent.", n),
    }
    return texts[kind].format(n=grouped(n))
