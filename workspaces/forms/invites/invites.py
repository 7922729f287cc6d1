"""Forms of invites: whom, what they get, how long the link lasts, and a word to them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from config.web.lists.filters import SearchField, TextFilters
from config.web.values.dates import DayField, end_of, first_day, last_day, start_of
from config.web.values.text_fields import TextField
from workspaces.errors import Refused
from workspaces.forms.console.changes import CreateForm
from workspaces.forms.console.names import GroupsField
from workspaces.forms.grants.policy import PolicyForm
from workspaces.forms.invites.pasted import addresses_in
from workspaces.models import Workspace
from workspaces.operations.invites.addresses import MOST
from workspaces.operations.invites.contents import Offer
from workspaces.spans import Span, require_span

LIVES = (1, 3, 7, 14, 30)  # days
BOX = 200_000  # characters


class InviteFilters(TextFilters):
    """The list of invites is searched; the panel beside it has pages."""

    PANEL = frozenset({"grants"})

    q = SearchField(label=gettext_lazy("Address"))


def message_field() -> TextField:
    return TextField(
        label=gettext_lazy("Message"),
        required=False,
        most=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def lives() -> list[tuple[str, str]]:
    """Return how long a link may last, as choices."""
    return [(str(n), _days(n)) for n in sorted({*LIVES, settings.INVITE_DAYS})]


class OfferForm(PolicyForm):
    """What an invite offers: the access editor, groups, a message, how long the link lasts."""

    message = message_field()
    days = forms.ChoiceField(label=gettext_lazy("The link lasts"), required=False)
    group_starts = DayField(
        required=False,
        label=gettext_lazy("Places in these groups start"),
        help_text=gettext_lazy("The first day, UTC. Empty: at once."),
    )
    group_ends = DayField(
        required=False,
        label=gettext_lazy("Places in these groups end after"),
        help_text=gettext_lazy("The last day, UTC. Empty: no end."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        workspace: Workspace,
        offer: Offer | None = None,
        keep: str = "",
        **options: Any,
    ) -> None:
        begun = offer or Offer()
        super().__init__(
            data,
            workspace=workspace,
            grants=lambda: begun.grants,
            owner=begun.owner,
            owner_is_a_grant=False,
        )
        self.begun = begun
        self.fields["groups"] = GroupsField(
            workspace,
            label=_("Groups"),
            required=False,
            placeholder=_("Add a group…"),
            url=workspace.url("pick_groups"),
        )
        days: Any = self.fields["days"]
        days.choices = [*([("", keep)] if keep else []), *lives()]
        self.initial.update(
            groups=begun.groups,
            message=begun.message,
            days="" if keep else str(settings.INVITE_DAYS),
            group_starts=begun.span.starts and first_day(begun.span.starts),
            group_ends=begun.span.ends and last_day(begun.span.ends),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors.keys() & {"group_starts", "group_ends"} and not self._same_span:
            try:
                require_span(self.span.starts, self.span.ends)
            except Refused as refused:
                self.add_error(f"group_{refused.field}", refused)
                self.legible = False
        return cleaned

    @property
    def _same_span(self) -> bool:
        """Whether the days are those that the form began with."""
        names = ("group_starts", "group_ends")
        return all(self.cleaned_data.get(name) == self.initial[name] for name in names)

    @property
    def span(self) -> Span:
        """From when until when the places in the groups hold."""
        if self._same_span:
            return self.begun.span
        starts, ends = (self.cleaned_data.get(f"group_{name}") for name in ("starts", "ends"))
        return Span(starts and start_of(starts), ends and end_of(ends))

    @property
    def offer(self) -> Offer:
        """What a complete form offers, or what an unsent one began with."""
        if not self.is_bound:
            return self.begun
        said = self.cleaned_data
        return Offer(
            self.owns,
            self.proposed,
            tuple(said["groups"]),
            said["message"],
            timedelta(days=int(said["days"])) if said["days"] else None,
            self.span,
            self.begun.own if self._same_span else {},
        )


def _days(number: int) -> str:
    return ngettext("{n} day", "{n} days", number).format(n=number)


class InviteForm(OfferForm, CreateForm):
    """An offer to many addresses at once; sent twice it makes nothing twice (XI7)."""

    addresses = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        max_length=BOX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("With commas or lines between them, or a pasted column."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Begin with the site's length of life, as the form shows it."""
        options.setdefault("offer", Offer(life=timedelta(days=settings.INVITE_DAYS)))
        super().__init__(*args, **options)

    def clean_addresses(self) -> list[str]:
        """Return the addresses as they were typed. Raises ValidationError for too many (XE12)."""
        found = addresses_in(self.cleaned_data["addresses"])
        if len(found) > MOST:
            raise forms.ValidationError(_("At most {n} addresses at once.").format(n=MOST))
        if not found:
            raise forms.ValidationError(_("Name at least one address."))
        return found

    @property
    def offers(self) -> bool:
        """Whether what is offered is whole, whoever it may be for."""
        return self.is_bound and not self.errors.keys() - {"addresses", "once"}

    @property
    def typed(self) -> list[str]:
        """The addresses in the box, also of a form that is not complete yet."""
        text = str(self["addresses"].value() or "")
        return addresses_in(text[:BOX])[:MOST]


def box(addresses: Iterable[str]) -> str:
    """Write addresses as they stand in the box, one a line."""
    return "\n".join(addresses)
