"""What lists of the admin can be narrowed and searched by (N4): nothing reads a secret."""

from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission

from accounts.admin import NamedLookups
from accounts.models.user import User
from tests.cast.factors import sign_in_by_factor

pytestmark = pytest.mark.ignore_template_errors

ADMINS = sorted(admin.site._registry, key=lambda model: model._meta.label)
TAILS = ("", "__exact", "__startswith", "__contains", "__regex", "__isnull", "__in", "__gt")
SHOWABLE = {"email", "name", "slug", "actor_name", "target_name"}


@pytest.fixture
def root(client, world):
    return sign_in_by_factor(client, User.objects.create_superuser("root@example.org", "x"))


@pytest.fixture
def support(client, world):
    user = User.objects.create_user("sue@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    return sign_in_by_factor(client, user)


def list_of(model):
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def lookups_of(model):
    """Every column of a model and of those beside it, by every way to narrow by it."""
    for field in model._meta.get_fields():
        yield from (f"{field.name}{tail}" for tail in TAILS)
        if field.is_relation and field.related_model:
            for far in field.related_model._meta.get_fields():
                yield from (f"{field.name}__{far.name}{tail}" for tail in TAILS)


def test_every_admin_names_its_lookups_N4():
    assert [
        model for model in ADMINS if not isinstance(admin.site._registry[model], NamedLookups)
    ] == []


@pytest.mark.parametrize("model", ADMINS)
def test_an_admin_takes_the_lookups_it_names_alone_N4(model, rf):
    shown = admin.site._registry[model]
    taken = {name for name in lookups_of(model) if shown.lookup_allowed(name, "1", rf.get("/"))}
    assert taken <= set(shown.lookups)


@pytest.mark.parametrize("model", ADMINS)
def test_an_admin_searches_what_it_shows_N4(model):
    assert set(admin.site._registry[model].search_fields) <= SHOWABLE


@pytest.mark.parametrize("model", ADMINS)
def test_every_filter_an_admin_draws_is_served(root, rf, model):
    request = rf.get("/")
    request.user = User.objects.get(email="root@example.org")
    drawn = admin.site._registry[model].get_changelist_instance(request)
    for spec in drawn.filter_specs:
        for choice in spec.choices(drawn):
            assert root.get(f"{list_of(model)}{choice['query_string']}").status_code == 200


@pytest.mark.parametrize("field", ["password", "last_login", "user_permissions__codename"])
@pytest.mark.parametrize("tail", TAILS)
def test_staff_read_no_hash_letter_by_letter_N4(support, field, tail):
    asked = urlencode({f"{field}{tail}": "pbkdf2_sha256"})
    assert support.get(f"/admin/accounts/user/?{asked}").status_code == 400


@pytest.mark.parametrize("asked", ["bogus=1", "is_active__exact=maybe", "is_active__exact=1&x=2"])
def test_an_unknown_filter_or_value_shows_nobody_N4(support, asked):
    assert support.get(f"/admin/accounts/user/?{asked}").status_code == 400


@pytest.mark.parametrize("extra", ["_to_field=password", "_popup=1&_to_field=password"])
def test_no_popup_hands_out_a_column(support, extra):
    assert support.get(f"/admin/accounts/user/?{extra}").status_code == 400
