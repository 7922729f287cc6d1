"""Words of the field, and of who may be meant, for templates that no view draws: mail, fields."""

from django import template

from workspaces.views.console.picks import pick_of
from workspaces.views.console.wording import action_words

register = template.Library()

register.filter("words", action_words)
register.filter("pick", pick_of)
