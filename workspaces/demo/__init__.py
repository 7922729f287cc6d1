"""The demo workspaces: made-up organisations that show everything there is.

The documents hold `{+12d}` where a date stands twelve days ahead (or `{-3d}` behind), so
that something is always about to start, about to end, or over.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent
OFFSET = re.compile(r"\{([+-]\d+)d\}")


def demo_documents() -> dict[str, bytes]:
    """Return the demo documents by the slug of their workspace, their dates filled in."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    def date(found: re.Match[str]) -> str:
        return (midnight + timedelta(days=int(found[1]))).strftime("%Y-%m-%dT%H:%M:%SZ")

    return {
        file.stem: OFFSET.sub(date, file.read_text(encoding="utf-8")).encode()
        for file in sorted(FOLDER.glob("*.json"))
    }
