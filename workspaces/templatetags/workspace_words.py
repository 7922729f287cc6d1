"""Words of the field for templates that no view draws: mail."""

from django import template

from workspaces.views.words import action_words

register = template.Library()

register.filter("as_words", action_words)
