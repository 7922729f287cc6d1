"""On paper: nothing to press, nothing cut, the person before the list."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import MEMBER, OWNER
from workspaces.models import Workspace

CUT = """() => [...document.querySelectorAll("main *, .panel *")].filter((one) => {
  const drawn = one.checkVisibility({ checkVisibilityCSS: true });
  const style = getComputedStyle(one);
  return drawn && !one.closest(".unseen, svg") && style.overflowX !== "visible" &&
    (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}).map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`)"""
PRESSED = """() => [...document.querySelectorAll("button, .button, input, select, summary.button")]
  .filter((one) => one.checkVisibility({ checkVisibilityCSS: true }))
  .map((one) => one.outerHTML.slice(0, 80))"""


def addresses():
    workspace = Workspace.objects.get(slug="northwind")
    member = workspace.members.get(user__email=MEMBER)
    group = workspace.groups.by_name().first()
    return {
        "member": f"members/{member.public_id}?page=1",
        "groups": f"members/{member.public_id}?tab=groups",
        "group": f"groups/{group.public_id}?tab=members",
        "sources": "sources",
        "audit": "audit",
        "mine": "my-access",
    }


@pytest.mark.parametrize("dark", [False, True])
def test_a_page_on_paper_has_no_buttons_and_nothing_is_cut(open_as, dark):
    page = open_as(OWNER, dark=dark, width=794, height=1123)  # paper at 96 dots an inch
    kept = os.environ.get("PRINTS")
    for name, path in addresses().items():
        page.goto(f"/w/northwind/{path}")
        page.emulate_media(media="print")
        assert page.evaluate(PRESSED) == [], name
        assert page.evaluate(CUT) == [], name
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == (
            "light only"
        )
        if kept:
            page.pdf(path=Path(kept) / f"{name}.pdf", format="A4")
        page.emulate_media(media="screen")


def test_the_person_is_printed_before_the_list(open_as):
    page = open_as(OWNER)
    page.goto(f"/w/northwind/{addresses()['member']}")
    page.emulate_media(media="print")
    panel, listed = (page.locator(one).bounding_box() for one in ("#panel", "#main"))
    assert panel["y"] + panel["height"] <= listed["y"] + 1
    assert panel["width"] > 1000
