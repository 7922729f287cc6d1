"""What is drawn without a template says what a template would, and escapes what it would."""

import pytest
from django.template import Context, Engine, Template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.web.drawing import draw, joined

pytestmark = pytest.mark.any_database

HOSTILE = '<script>alert("1")</script>&\'{x}{{ y }}%s'


class Badge:
    def __html__(self):
        return SafeString("<b>new</b>")


@pytest.mark.parametrize("value", [HOSTILE, 7, None, SafeString("<i>"), Badge(), "", "—"])
def test_values_are_escaped_as_django_does_XI1(value):
    assert draw("<p>{}{name}</p>", value, name=value) == format_html(
        "<p>{}{name}</p>", value, name=value
    )


def test_what_was_drawn_is_markup_and_is_not_escaped_again():
    inner = draw("<b>{}</b>", HOSTILE)
    assert draw("{}", inner) == inner
    assert joined([inner, "<"], " ") == f"{inner} &lt;"
    assert Template("{{ it }}").render(Context({"it": joined([inner])})) == inner


@pytest.mark.parametrize(
    "tag",
    [
        '{% translate "Members" %}',
        "{% translate 'Sign-in & more' %}",
        '{% translate "100%% sure" %}',
        '{% translate "Members" as word %}[{{ word }}|{{ word|upper }}]',
        '{% translate "Members"|lower %}',
        "{% translate variable %}",
        '{% trans "May" context "month" %}',
    ],
)
def test_a_sentence_is_translated_as_django_does_it_in_each_language(tag):
    plain = Engine(libraries={"i18n": "django.templatetags.i18n"})
    ours, theirs = Template("{% load i18n %}" + tag), plain.from_string("{% load i18n %}" + tag)
    for language in ("en", "de", "en", "fr"):
        with translation.override(language):
            said = {"variable": HOSTILE}
            assert ours.render(Context(said)) == theirs.render(Context(said))
