"""The strongest grant of a subject, as a list draws it on every row.

Drawn here and not by a template: a list has fifty of them, and a template took a third of the
page's time for them.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from config.web.drawing import draw, joined
from config.web.icons import icon
from config.web.tags import ends, grouped
from workspaces.catalogue import Scope

if TYPE_CHECKING:
    from workspaces.views.grants.cards import GrantCard

EDIT, OWNER = "edit", "owner"
BADGE = '<span class="badge {}">\n{}\n{}\n</span>'


@dataclass(frozen=True, slots=True)
class Highest:
    """The strongest grant (None: minimal access), and how many more there are.

    Written into a page it draws itself.
    """

    card: "GrantCard | None"
    more: int

    def __html__(self) -> SafeString:
        return draw("{}{}", drawn(self.card), self._more()) if self.more else drawn(self.card)

    __str__ = __html__

    def _more(self) -> SafeString:
        words = ngettext("{n} more grant", "{n} more grants", self.more).format(n=self.more)
        text = '\n<span class="badge plainly" title="{}">+{}</span>'
        return draw(text, words, self.more)


def drawn(card: "GrantCard | None") -> SafeString:
    """Draw the badges of a grant in one line, or of minimal access."""
    if card is None:
        return draw('<span class="badge minimal">{}</span>', _("Minimal access"))
    if card.level == OWNER:
        return draw('<span class="badge owner">{}{}</span>', icon("crown"), _("Owner"))
    role = draw(BADGE, card.level, icon("pencil" if card.level == EDIT else "eye"), card.role_name)
    ending = ""
    if card.ends_soon:
        text = '\n<span class="badge ends">{}{}</span>'
        ending = draw(text, icon("timer"), ends(card.expires_at))
    return draw("{}\n{}{}", role, _extent(card), ending)


def _extent(card: "GrantCard") -> SafeString:
    match card.scope_kind:
        case Scope.ALL:
            words = _("All + future")
            return draw('<span class="badge all">{}{}</span>', icon("infinity"), words)
        case Scope.LABELS:
            return joined(draw('<span class="label">{}</span>', label) for label in card.labels)
    text = '<span class="badge plainly">{} {}</span>'
    return draw(text, grouped(card.count), card.noun)
