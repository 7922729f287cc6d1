"""Pages of search results: a token that says where to go on, and for which search.

The token is signed and carries a digest of the search and its limit, so that it is worth
nothing beside other entities, another limit or another workspace (XA5).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core import signing

from workspaces.api.authzen.searches import Found
from workspaces.api.bodies import Fault

SALT = "authzen.page"
ROWS, MOST_ROWS = 100, 1000


def page_of(found: Found, asked: object, search: list[object]) -> dict[str, Any]:
    """Return one page of what was found; 2 statements.

    `asked` is the `page` of the body, `search` what tells this search from others. Raises
    Fault (400) for a malformed page or a token of another search.
    """
    limit, after = _read(asked, search)
    rows = found.rows.order_by(found.ident)
    rest = rows.filter(**{f"{found.ident}__gt": after}) if after else rows
    ids = list(rest.values_list(found.ident, flat=True)[: limit + 1])
    shown, more = ids[:limit], len(ids) > limit
    token = signing.dumps([_digest(search, limit), limit, shown[-1]], salt=SALT) if more else ""
    return {
        "page": {"next_token": token, "count": len(shown), "total": found.rows.count()},
        "results": [{"type": found.type, "id": found.words.get(one, one)} for one in shown],
    }


def _read(asked: object, search: list[object]) -> tuple[int, str]:
    page = {} if asked is None else asked
    if not isinstance(page, Mapping):
        raise Fault(400, "page: an object is expected.")
    limit, token = page.get("limit"), page.get("token", "")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise Fault(400, "page.limit: a number from 1 on is expected.")
    if not isinstance(token, str):
        raise Fault(400, "page.token: a string is expected.")
    if not token:
        return min(limit or ROWS, MOST_ROWS), ""
    return _resumed(token, limit, search)


def _resumed(token: str, limit: int | None, search: list[object]) -> tuple[int, str]:
    try:
        digest, before, after = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Fault(400, "page.token: not one of ours.") from error
    same_limit = limit is None or min(limit, MOST_ROWS) == before
    if not same_limit or digest != _digest(search, before):
        raise Fault(400, "page.token: it belongs to another search or limit.")
    return before, after


def _digest(search: list[object], limit: int) -> str:
    text = json.dumps([*search, limit], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
