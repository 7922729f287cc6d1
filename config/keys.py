"""Development keys: made once, shared by every process on this machine."""

import json
import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "AUDIT_KEY")


def development_keys(path: Path) -> dict[str, str]:
    """Return the keys stored in `path`, making the file (mode 600) on first use.

    Two processes that start together agree: the file appears by an atomic link,
    and whoever comes second reads what the first one wrote.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps({name: secrets.token_urlsafe(48) for name in NAMES}))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its keys are the ones everybody reads
        finally:
            draft.unlink()
    keys: dict[str, str] = json.loads(path.read_text())
    return keys
