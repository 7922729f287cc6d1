"""Every page of the console that an owner opens by its address, as one asks for it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from tests.bench.worlds.world import SLUG
from tests.doors import EXPECTED, OURS
from workspaces.catalogue import LABELLED, ResourceType

TYPE = "type_"
SEEN = 200
LAST = "1000000"  # a number past the end leads to the last page
PEOPLE = (
    {"page": "2"},
    {"page": LAST},
    {"sort": "-name"},
    {"sort": "-active"},
    {"q": "blue"},
    {"q": "nobody at all"},
    {"role": "source-admin"},
    {"group": "Team 001"},
    {"label": "key0:v0"},
    {"status": "idle"},
    {"every": "1"},
)
THINGS = ({"page": "2"}, {"page": LAST}, {"q": "amber"}, {"q": "nothing at all"})
# What somebody types into a picker or into the search: begun, held by much, borne by nobody.
TYPED = tuple({"q": text} for text in ("t", "blue", "amber", "team 001", "nobody at all"))
PICKERS = ("members", "groups", "subjects", "any_group", "things", "labels", "resources")
# What narrows, sorts and pages a list, by its route.
QUERIES: dict[str, tuple[Mapping[str, str], ...]] = {
    **dict.fromkeys([f"pick_{what}" for what in PICKERS], TYPED),
    "jump": TYPED,
    "members": PEOPLE,
    "groups": ({"page": "2"}, {"q": "team 1"}),
    "resources": THINGS,
    "resource_people": ({"page": "2"}, {"page": LAST}),
    "member": ({"tab": "groups"}, {"tab": "activity"}),
    "audit": ({"page": "2"}, {"page": LAST}, {"actor": "bench"}, {"target": "team"}),
}


def addresses(words: Mapping[str, object]) -> dict[str, str]:
    """Return the path of each page by its route, and what its query says; `words` as `staged`."""
    found = {}
    for route in OURS:
        asked, statuses = EXPECTED[route][:2]
        if statuses["owner"] == SEEN:
            arguments = {key: words.get(value, value) for key, value in asked.items()}
            name = route.partition(":")[2]
            types = ResourceType if name == "resources" else [arguments.get(TYPE)]
            for type_ in types:
                more = {TYPE: type_} if type_ else {}
                path = reverse(route, kwargs={**arguments, **more, "slug": SLUG})
                of_a_kind = name == "resources" and type_ in LABELLED
                by_label = ({"label": "key0:v0"},) if of_a_kind else ()
                queries = (*QUERIES[name], *by_label) if name in QUERIES else ()
                for query in ({}, *queries):
                    words_of_it = " ".join(filter(None, (name, type_, urlencode(query))))
                    found[words_of_it] = f"{path}?{urlencode(query)}" if query else path
    return found
