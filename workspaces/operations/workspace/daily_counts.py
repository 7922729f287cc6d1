"""Counts once a day, for the charts of the overview."""

import json

from django.db import connection, transaction

from workspaces.access.counts.highest import standing_editors
from workspaces.models.daily_count import KEPT, DailyCount, today

# One statement for any number of workspaces: what is counted comes back as JSON.
PAIRS = {
    "sqlite": """SELECT json_extract(value, '$[0]'), %s, json_extract(value, '$[1]')
 FROM json_each(%s) WHERE TRUE""",
    "postgresql": """SELECT (pair ->> 0)::bigint, %s::date, (pair ->> 1)::integer
 FROM json_array_elements(%s::json) pair WHERE TRUE""",
}
WRITE = """INSERT INTO workspaces_dailycount (workspace_id, day, editors)
{pairs} ON CONFLICT (workspace_id, day) DO UPDATE SET editors = excluded.editors"""


def count_today() -> int:
    """Keep how many people edit at any time in each open workspace; return of how many.

    Counted again on a day, the later number stays. 4 statements; old days are dropped.
    """
    found = list(standing_editors().items())
    text = WRITE.replace("{pairs}", PAIRS[connection.vendor])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, [today(), json.dumps(found)])
        DailyCount.objects.filter(day__lt=today() - KEPT).delete()
    return len(found)
