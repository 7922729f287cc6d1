"""The filters that are set, as chips that take them away again."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set; `url` is the same list without it."""

    key: str
    text: str
    url: str


def active_chips(request: HttpRequest, words: Mapping[str, str]) -> list[Chip]:
    """Return a chip per filter; `words` say what each is called."""
    chips = []
    for key, text in words.items():
        params = request.GET.copy()
        params.pop(key, None)
        params.pop("page", None)
        chips.append(Chip(key, text, f"?{params.urlencode()}"))
    return chips
