import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models.user import User

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_its_normal_form():
    assert User.objects.create_user(" Ann@X.org ").email == "ann@x.org"


def test_one_address_is_one_user_in_any_case_XF2():
    User.objects.create_user("ann@x.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ANN@x.org")


def test_the_database_keeps_addresses_lower_case():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Ann@x.org")


def test_a_user_without_a_password_cannot_sign_in_with_any():
    user = User.objects.without_password("ann@x.org", "Ann")
    user.save()
    assert not user.has_usable_password()
    assert not user.check_password("")


@pytest.mark.parametrize(("field", "value"), [("email", "nonsense"), ("name", "A\u202eB")])
def test_cleaning_names_the_field(field, value):
    user = User(email="ann@x.org", name="Ann", password="!")
    setattr(user, field, value)
    with pytest.raises(ValidationError) as error:
        user.full_clean()
    assert field in error.value.message_dict


def test_a_person_without_a_name_is_called_by_the_address():
    assert User(email="ann@x.org").get_full_name() == "ann@x.org"
    assert User(email="ann@x.org", name="Ann Lee").get_short_name() == "Ann"
