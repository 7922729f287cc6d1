"""Words of the field for templates that no view draws: mail."""

from django import template

from workspaces.views.console.wording import action_words

register = template.Library()

register.filter("words", action_words)
