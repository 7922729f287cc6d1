"""The API tokens one made, to rotate them when somebody else may know them (G8)."""

from django.http import HttpResponse
from django.urls import reverse

from config.web.http import page
from config.web.listing import paged
from workspaces.guards import UserRequest, signed_in
from workspaces.models.token import Token


@signed_in("everybody sees the tokens they made")
def my_tokens(request: UserRequest) -> HttpResponse:
    """The live tokens one made, in the workspaces one still belongs to; owners may rotate."""
    made = Token.objects.live().made_by(request.user).with_state().select_related("workspace")
    found = paged(request, made.by_last_use(newest_first=True))
    return page(request, "accounts/tokens.html", {"page": found, "list_url": reverse("my_tokens")})
