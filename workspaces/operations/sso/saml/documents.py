"""XML from outside: no document type, no entities, nothing fetched, nothing deep (P7)."""

from typing import TypeAlias

from lxml import etree
from lxml.etree import _Element
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML as Documents

Element: TypeAlias = _Element

SAML, SAMLP = f"{{{Constants.NS_SAML}}}", f"{{{Constants.NS_SAMLP}}}"
MD, DS = f"{{{Constants.NS_MD}}}", f"{{{Constants.NS_DS}}}"
XENC = f"{{{Constants.NS_XENC}}}"
PREFIXES = {
    "saml": Constants.NS_SAML,
    "samlp": Constants.NS_SAMLP,
    "md": Constants.NS_MD,
    "ds": Constants.NS_DS,
}
DEEPEST = 30  # elements within one another; an answer has some ten
MOST_ATTRIBUTES = 30  # of an element; to put many in order takes a while
SHOWN = 200  # characters of what came, in a reason


class Unreadable(Exception):
    """It is no XML, or XML that is not taken from outside; the text says why."""


def parsed(raw: bytes) -> Element:
    """Return the root of a document in UTF-8, without its comments. Raises Unreadable.

    A document type is refused before a parser sees it, and so is every entity with it. Comments
    go since signatures do not cover them; a processing instruction would cut a text in two.
    """
    try:
        text = raw.decode("utf-8-sig")
        if "<!DOCTYPE" in text:
            raise Unreadable("It has a document type.")
        if any(tag.count("xmlns") > MOST_ATTRIBUTES for tag in text.split("<")):
            raise Unreadable(f"An element names more than {MOST_ATTRIBUTES} namespaces.")
        # The encoding is set here, so that no declaration makes other letters of the bytes.
        parser = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
        )
        root: Element = etree.fromstring(text.encode(), parser)
    except (UnicodeDecodeError, etree.XMLSyntaxError) as error:
        raise Unreadable(f"It is no XML: {shown(str(error))}.") from error
    if root.xpath("/*" * (DEEPEST + 1)):
        raise Unreadable(f"Elements lie deeper than {DEEPEST}.")
    if root.xpath(f"//*[count(@*) > {MOST_ATTRIBUTES}]"):
        raise Unreadable(f"An element has more than {MOST_ATTRIBUTES} attributes.")
    if root.xpath("//processing-instruction()"):
        raise Unreadable("It has processing instructions.")
    return root


def canonical(element: Element) -> bytes:
    """Return an element as text in its one form: exclusive canonicalisation, no comments."""
    text: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    return text


def is_protocol(root: Element) -> bool:
    """Whether a document is what the schema of SAML's protocol allows: what, where, how often."""
    return not isinstance(Documents.validate_xml(root, "saml-schema-protocol-2.0.xsd"), str)


def text_of(element: Element | None) -> str:
    """Return the whole text of an element, as it stands there; empty where there is none."""
    return "" if element is None else "".join(element.itertext())


def shown(value: str | None) -> str:
    """Return what came as a reason shows it: in quotes, of some length, all of it visible."""
    if value is None:
        return "nothing"
    return repr(value if len(value) <= SHOWN else f"{value[:SHOWN]}…")
