"""Who signs in: one user is one e-mail address."""

from typing import Any, ClassVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import clean_name, in_letters, normalise, sought, spelled
from accounts.permissions import has_object_permission
from config.web.values.text_columns import (
    LineColumn,
    SameColumn,
    SearchColumn,
    SortColumn,
    Worded,
    WordedQuerySet,
)

# An unusable password without the random tail Django adds per user: making 10,000 users
# at once need not draw 10,000 tails, and resets are bound to the address and time anyway.
NO_PASSWORD = make_password(None)


class UserManager(BaseUserManager["User"]):
    """Makes users by address; every address passes the one normaliser."""

    def get_queryset(self) -> WordedQuerySet["User"]:
        return WordedQuerySet(self.model, using=self._db)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password they sign in after a reset by e-mail."""
        user = self.model(email=normalise(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def without_password(self, email: str, name: str) -> "User":
        """Return an unsaved user who signs in after a password reset by e-mail."""
        return self.model(email=normalise(email), name=clean_name(name), password=NO_PASSWORD)

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=sought(username or ""))


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class User(Worded, AbstractBaseUser, PermissionsMixin):
    """One sign-in identity. `name+team@x.org` is another user than `name@x.org` (S6)."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = LineColumn(_("name"), max_length=150, blank=True)
    name_key = SameColumn(of=("name",))
    search_key = SearchColumn(of=("name", "email", "email_in_letters"))
    sort_key = SortColumn(of=("name", "email"))
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    theme = models.CharField(max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(max_length=11, choices=Density.choices, default=Density.COMFORTABLE)
    time_zone = models.CharField(max_length=64, default="UTC")
    single_keys = models.BooleanField(default=True)
    mail_about_access = models.BooleanField(default=True)
    # Goes up with whatever shall end open links and shows neither in address nor password.
    generation = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        default_permissions = ()
        permissions = (
            ("view_user", "Can see users in the admin"),
            ("change_user", "Can change users in the admin"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
        )
        # Lists of people are in this last order; without it a page of 50 sorts everybody.
        indexes = (
            models.Index(fields=("search_key",), name="user_by_name"),
            models.Index(fields=("sort_key",), name="user_in_order"),
        )

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """Normalise address and name. Raises ValidationError that names the field."""
        for field, rule in (("email", normalise), ("name", clean_name)):
            try:
                setattr(self, field, rule(getattr(self, field)))
            except ValueError as error:
                raise ValidationError({field: str(error)}) from error

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask about a thing, or about Django's own model permissions where none is given."""
        if obj is not None:
            return has_object_permission(self, perm, obj)
        return super().has_perm(perm)

    @property
    def email_in_letters(self) -> str:
        """The address as people write it, where that is not how it is stored."""
        return in_letters(self.email)

    def get_full_name(self) -> str:
        return self.name or spelled(self.email)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else spelled(self.email)
