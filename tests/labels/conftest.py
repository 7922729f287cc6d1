"""Pages of labels: opened, sent, and what of it was written."""

import html
import re

import pytest

from tests.world import everything


class Answer:
    """One answer, read like a person reads it."""

    def __init__(self, answer):
        self.status, self.headers = answer.status_code, answer.headers
        self.location = answer.headers.get("Location", "")
        self.raw = answer.content.decode()
        self.text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.raw)).split())

    def __contains__(self, words):
        return words in self.text

    def value(self, name):
        """Return the value of a hidden field."""
        found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.raw)
        return html.unescape(found[1]) if found else None


@pytest.fixture
def look(as_user):
    """Open a page of acme as somebody: `look("ada", "labels")`."""

    def get(name, path, **headers):
        return Answer(as_user(name).get(f"/w/acme/{path}", headers=headers))

    return get


@pytest.fixture
def send(as_user):
    """Post to a page of acme as somebody; a refusal writes nothing, which is looked at too."""

    def post(name, path, /, **fields):
        client = as_user(name)
        client.get("/w/acme/my-access")  # notes the activity once a minute
        before = everything()
        answer = Answer(client.post(f"/w/acme/{path}", fields))
        if answer.status >= 400:
            assert everything() == before
        return answer

    return post
