"""Columns of text, and their keys, whoever writes them (N1–N3)."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Upper

from accounts.models.user import User
from config.web.values.text import same_key, search_key, sort_key
from config.web.values.text_columns import (
    KeyColumn,
    TextualColumn,
    Worded,
    WordedQuerySet,
    ill_kept,
)
from workspaces.change import lock_workspace
from workspaces.errors import Refused
from workspaces.models import Group, Resource

# The trail says what things were called, also before there was a rule; a domain has a form of
# its own, stricter than that of any text (P1).
OF_THEIR_OWN = {"Mention.name", "Domain.name"}


def keys_of(resource):
    fresh = Resource.objects.get(pk=resource.pk)
    return fresh.name_key, fresh.search_key, fresh.sort_key


@pytest.fixture
def shop(world):
    with lock_workspace(world.workspace.pk):
        return Resource.objects.create(
            workspace=world.workspace, type="source", slug="shop", name=" E\u0301tal\u3164"
        )


def test_a_row_is_written_clean_and_with_its_keys_N1_N2_N3(shop):
    assert shop.name == "Étal"
    assert keys_of(shop) == (same_key("étal"), search_key("Étal", "shop"), sort_key("étal", "shop"))


@pytest.mark.parametrize(
    "write",
    [
        lambda row: row.save(update_fields=["name"]),
        lambda row: row.save(),
        lambda row: Resource.objects.bulk_update([row], ["name"]),
        lambda row: Resource.objects.filter(name="Étal").update(name=row.name),
        lambda row: Resource.objects.filter(pk=row.pk).update(name=row.name, slug=row.slug),
        lambda row: Resource.objects.update_or_create(pk=row.pk, defaults={"name": row.name}),
    ],
    ids=["fields", "save", "bulk_update", "update", "update of all", "update_or_create"],
)
def test_no_way_of_writing_forgets_the_keys_N2(world, shop, write):
    with lock_workspace(world.workspace.pk):
        shop.name = "Caf\u0065\u0301 "
        write(shop)
    assert Resource.objects.get(pk=shop.pk).name == "Café"
    assert keys_of(shop) == (same_key("CAFÉ"), "cafe\nshop", "cafe\nshop")


def test_a_key_is_made_of_values_alone_N2(world, shop):
    with lock_workspace(world.workspace.pk):
        for value in (F("slug"), Upper("name"), Value("x")):
            with pytest.raises(TypeError):
                Resource.objects.filter(pk=shop.pk).update(name=value)
        with pytest.raises(TypeError):
            Group.objects.insert_for_each(
                Resource.objects.filter(pk=shop.pk), workspace=world.workspace, name=F("name")
            )


@pytest.mark.parametrize("name", ["\u3164", "a\u202eb", "x" * 151, "a\nb"])
def test_what_no_name_holds_is_refused_wherever_it_is_written_N1(world, shop, name):
    with lock_workspace(world.workspace.pk):
        shop.name = name
        for write in (
            shop.save,
            lambda: Resource.objects.filter(pk=shop.pk).update(name=name),
            lambda: Resource.objects.bulk_update([shop], ["name"]),
        ):
            with pytest.raises(Refused) as refused:
                write()
            assert (refused.value.rule, refused.value.field) == ("N1", "name")
    with pytest.raises(ValidationError):
        User.objects.filter(email="bo@example.org").update(name=name)


def test_a_row_read_in_part_keeps_its_keys_N2(world, shop):
    with lock_workspace(world.workspace.pk):
        part = Resource.objects.only("enabled").get(pk=shop.pk)
        part.enabled = False
        part.save()
    assert keys_of(shop) == (same_key("Étal"), "etal\nshop", "etal\nshop")


def test_every_table_with_a_name_keeps_the_rules_N1():
    """A column called name or description is one of ours, on a table that writes by the rules."""
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in {"accounts", "labels", "workspaces"}:
            continue
        for field in model._meta.concrete_fields:
            named = f"{model.__name__}.{field.name}"
            if field.name in {"name", "description"} and named not in OF_THEIR_OWN:
                assert isinstance(field, TextualColumn), named
            if isinstance(field, TextualColumn | KeyColumn):
                assert issubclass(model, Worded), model.__name__
                assert isinstance(model._default_manager.all(), WordedQuerySet), model.__name__


def test_rows_that_something_else_wrote_are_found_N2(world, shop):
    assert list(ill_kept(Resource)) == []
    models.QuerySet(Resource).filter(pk=shop.pk).update(name_key="other")
    assert list(ill_kept(Resource)) == [shop.pk]
    models.QuerySet(Resource).filter(pk=shop.pk).update(name_key="etal", name="a\u202eb")
    assert list(ill_kept(Resource)) == [shop.pk]
