"""Reads the JSON of a document strictly: no doubled keys, no NaN, no bottomless nesting."""

import json
from typing import Any, NoReturn

from workspaces.operations.documents.faults import Collector


def parse(raw: bytes, faults: Collector) -> Any:
    """Return the parsed JSON. Raises Faults with what is wrong and where."""
    try:
        return json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_constant
        )
    except UnicodeDecodeError as error:
        faults.add("", f"The file is not UTF-8: byte {error.start} cannot be read.")
    except json.JSONDecodeError as error:
        faults.add(f"line {error.lineno} column {error.colno}", f"Broken JSON: {error.msg}.")
    except RecursionError:
        faults.add("", "The JSON is nested too deeply.")
    except ValueError as error:
        faults.add("", f"Unusable JSON: {error}.")
    faults.raise_any()
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        doubled = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"an object has the key {doubled[0]!r} twice")
    return found


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON value")
