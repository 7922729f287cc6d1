"""Words of the field, and of who may be meant, for templates: of mail, fields, and counts."""

from django import template

from workspaces.views.console.picks import pick_of
from workspaces.views.console.wording import action_words, counted

register = template.Library()

register.filter("words", action_words)
register.filter("counted", counted)
register.filter("pick", pick_of)
