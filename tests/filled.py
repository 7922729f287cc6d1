"""What a browser would send: the fields of a form on a page, as they stand there."""

from html.parser import HTMLParser
from typing import Any

UNSENT = {"submit", "button", "image", "reset", "file"}
TYPED = {"text", "search", "email", "textarea"}


class _Forms(HTMLParser):
    """Collects (name, kind, value) of what is sent, per address the forms post to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.here, self.fields = page, dict[str, list[tuple[str, str, str]]]()
        self._form: str | None = None
        self._by_id: dict[str, str | None] = {}
        self._select = self._typed = ""
        self._textarea: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            posts = given.get("method", "").lower() == "post"
            self._form = (given.get("action") or self.here).partition("?")[0] if posts else None
            self._by_id[given.get("id", "")] = self._form
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "textarea":
            self._textarea, self._typed = (given.get("name", ""), given.get("form", "")), ""
        elif tag == "option" and self._select and "selected" in given:
            self._keep(self._select, "select", given.get("value", ""))
        elif tag == "input" and given.get("type", "text") not in UNSENT:
            kind = given.get("type", "text")
            if kind not in {"checkbox", "radio"} or "checked" in given:
                value = given.get("value", "on" if kind == "checkbox" else "")
                self._keep(given.get("name", ""), kind, value, given.get("form", ""))

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._typed += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._textarea:
            name, form = self._textarea
            self._keep(name, "textarea", self._typed.removeprefix("\n"), form)
            self._textarea = None
        elif tag == "select":
            self._select = ""

    def _keep(self, name: str, kind: str, value: str, form: str = "") -> None:
        """Note a field of the form it stands in, or of the one it names by id."""
        path = self._by_id.get(form) if form else self._form
        if path is not None and name:
            self.fields.setdefault(path, []).append((name, kind, value))


def filled(answer: Any, path: str, *, blanks: str = "something") -> dict[str, list[str]]:
    """Return what the page's forms would post to the path; blank texts are filled in."""
    forms = _Forms(path)
    forms.feed(answer.content.decode(errors="replace"))
    sent: dict[str, list[str]] = {}
    for name, kind, value in forms.fields.get(path, []):
        if name != "csrfmiddlewaretoken":
            sent.setdefault(name, []).append(value or (blanks if kind in TYPED else ""))
    return sent
