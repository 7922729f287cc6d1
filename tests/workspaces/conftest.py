"""Pages as text: what stands on them, and what must not."""

import html
import re

import pytest


class Seen:
    """One answer, read like a person reads it."""

    def __init__(self, answer):
        self.answer, self.status = answer, answer.status_code
        self.raw = in_one_line(answer.content.decode())
        self.text = plain(self.raw)

    def __contains__(self, words):
        return words in self.text

    def rows(self):
        """Return the text of each row of the first table's body."""
        body = re.search(r"<tbody>(.*?)</tbody>", self.raw, re.DOTALL)
        found = re.findall(r"<tr.*?</tr>", body[1], re.DOTALL) if body else []
        return [plain(row) for row in found]

    def links(self):
        return [html.unescape(url) for url in re.findall(r'href="([^"]*)"', self.raw)]


def in_one_line(markup):
    """Put each tag in one line: where a template breaks it means nothing."""
    return re.sub(r"<[^<>]+>", lambda tag: " ".join(tag[0].split()).replace(" >", ">"), markup)


def plain(markup):
    """Return markup as one line of text; the arrows of a path become >."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", markup))
    return " ".join(text.replace("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}", ">").split())


@pytest.fixture
def see(as_user):
    """Open a page of acme as somebody: `see("ada", "members?q=bo")`."""

    def look(name, path, **headers):
        path = path if path.startswith("/") else f"/w/acme/{path}"
        return Seen(as_user(name).get(path, headers=headers))

    return look
