"""The eight known ways to wrap what was signed, so that a reader takes something else for it.

Each takes a signed tree and makes of it one in which the signature still covers what it covered,
and a first look finds another person (`XSW1`–`XSW8`, as penetration testers number them).
"""

from dataclasses import dataclass

from tests.peers.saml_provider import (
    ASSERTION,
    ATTRIBUTES,
    NAME_ID,
    NAMES,
    Edit,
    Element,
    copy_of,
    read_within,
)


@dataclass(frozen=True)
class Shape:
    """A way to wrap, and whether it is about a signed response or a signed assertion."""

    wrap: Edit
    of_response: bool


def forge(element: Element) -> None:
    """Give a response or an assertion another id and another person, in place."""
    element.set("ID", "_evil")
    within = element if element.tag.endswith("}Assertion") else element.find(ASSERTION, NAMES)
    within.find(NAME_ID.removeprefix(f"{ASSERTION}/"), NAMES).text = "u-1"
    address = f"{ATTRIBUTES}/saml:Attribute/saml:AttributeValue".removeprefix(f"{ASSERTION}/")
    within.find(address, NAMES).text = "eve@acme.example"


def _unsigned_copy(element: Element) -> Element:
    copy = copy_of(element)
    copy.remove(copy.find("ds:Signature", NAMES))
    return copy


def _in_signature_of_response(tree: Element) -> None:
    original = _unsigned_copy(tree)
    forge(tree)
    tree.find("ds:Signature", NAMES).append(original)


def _before_signature_of_response(tree: Element) -> None:
    original = _unsigned_copy(tree)
    forge(tree)
    tree.find("ds:Signature", NAMES).addprevious(original)


def _evil_before(tree: Element) -> None:
    original = tree.find(ASSERTION, NAMES)
    evil = _unsigned_copy(original)
    forge(evil)
    original.addprevious(evil)


def _original_in_evil(tree: Element) -> None:
    original = tree.find(ASSERTION, NAMES)
    evil = _unsigned_copy(original)
    forge(evil)
    tree.replace(original, evil)
    evil.append(original)


def _original_after_evil(tree: Element) -> None:
    evil = tree.find(ASSERTION, NAMES)
    original = _unsigned_copy(evil)
    forge(evil)
    tree.append(original)


def _original_in_signature_of_evil(tree: Element) -> None:
    evil = tree.find(ASSERTION, NAMES)
    original = _unsigned_copy(evil)
    forge(evil)
    evil.find("ds:Signature", NAMES).append(original)


def _evil_in_extensions(tree: Element) -> None:
    original = tree.find(ASSERTION, NAMES)
    evil = _unsigned_copy(original)
    forge(evil)
    extensions = read_within("<samlp:Extensions/>")
    extensions.append(evil)
    tree.find("saml:Issuer", NAMES).addnext(extensions)


def _original_in_object(tree: Element) -> None:
    evil = tree.find(ASSERTION, NAMES)
    original = _unsigned_copy(evil)
    forge(evil)
    holder = read_within("<ds:Object/>")
    holder.append(original)
    evil.find("ds:Signature", NAMES).append(holder)


SHAPES = {
    "XSW1": Shape(_in_signature_of_response, of_response=True),
    "XSW2": Shape(_before_signature_of_response, of_response=True),
    "XSW3": Shape(_evil_before, of_response=False),
    "XSW4": Shape(_original_in_evil, of_response=False),
    "XSW5": Shape(_original_after_evil, of_response=False),
    "XSW6": Shape(_original_in_signature_of_evil, of_response=False),
    "XSW7": Shape(_evil_in_extensions, of_response=False),
    "XSW8": Shape(_original_in_object, of_response=False),
}
