"""Columns of text that obey one rule whoever writes them, and the keys beside them (N1–N3).

A model names what its columns hold; `Worded.save` and the bulk writes of `WordedQuerySet` clean
the text and make its keys, so that no writer can forget to. Both databases compare and sort keys
by code point, whatever their own idea of a language is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from config.web.values.text import (
    KEY_LENGTH,
    clean_line,
    clean_text,
    same_key,
    search_key,
    search_words,
    sort_key,
)

ROWS = 2000  # read at a time
_LAST = "\U0010ffff"  # sorts after all that a key holds

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
else:
    CharField = models.CharField


class TextualColumn(CharField):
    """A column of text that a rule cleans; to the database it is one like any other."""

    def cleaned(self, text: str) -> str:
        """Raises ValueError with a sentence."""
        raise NotImplementedError

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


class LineColumn(TextualColumn):
    """A name: one line, with something to see in it, or nothing where it may be blank (N1)."""

    def cleaned(self, text: str) -> str:
        if self.blank and not text.strip():
            return ""
        return clean_line(text, most=self.max_length or 0)


class TextColumn(TextualColumn):
    """A description: lines and tabs may stay (N1)."""

    def cleaned(self, text: str) -> str:
        return clean_text(text, most=self.max_length or 0)


class KeyColumn(CharField):
    """A key made of other columns, or properties, of its row; nobody writes it by hand."""

    def __init__(self, *, of: Sequence[str], **options: Any) -> None:
        self.of = tuple(of)
        options.setdefault("max_length", self.longest)
        super().__init__(**{"default": "", "editable": False, **options})

    @property
    def longest(self) -> int:
        return KEY_LENGTH

    def of_texts(self, *texts: str) -> str:
        raise NotImplementedError

    def made_of(self, row: models.Model) -> str:
        """Return the key that the row is to hold."""
        return self.of_texts(*(getattr(row, name) for name in self.of))

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def db_parameters(self, connection: Any) -> Any:
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class SameColumn(KeyColumn):
    """Two rows of one such key are called the same (N2)."""

    def of_texts(self, *texts: str) -> str:
        return same_key(*texts)


class SearchColumn(KeyColumn):
    """What searches read (N3)."""

    @property
    def longest(self) -> int:
        return (KEY_LENGTH + 1) * len(self.of)

    @property
    def most(self) -> int:
        """How many characters of each text it holds."""
        return (self.max_length or self.longest) // len(self.of) - 1

    def of_texts(self, *texts: str) -> str:
        return search_key(*texts, most=self.most)


class SortColumn(SearchColumn):
    """What lists are sorted by (N3). Rows of an older version of the program have none yet."""

    def __init__(self, *, of: Sequence[str], **options: Any) -> None:
        super().__init__(of=of, **{"db_default": "", **options})

    def of_texts(self, *texts: str) -> str:
        return sort_key(*texts, most=self.most)


M = TypeVar("M", bound=models.Model, covariant=True)


class WordedQuerySet(models.QuerySet[M]):
    """A QuerySet whose writes clean text and keep the keys of their rows."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.fit()
        return super().bulk_create(rows, *args, **options)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **options: Any
    ) -> int:
        rows, names = list(objs), list(fields)
        for row in rows:
            row.fit(names)
        keys = [key.name for key in keys_made_of(self.model, names)]
        return super().bulk_update(rows, [*names, *keys], *args, **options)

    def update(self, **values: Any) -> int:
        """Texts are given as values; keys that are made of more than these are read and made."""
        keys = [key for key in keys_made_of(self.model, values) if key.name not in values]
        for column in _texts(self.model):
            if isinstance(text := values.get(column.name), str):
                values[column.name] = _cleaned(self.model, column, text)
        given = (values.get(name) for key in keys for name in key.of)
        if any(hasattr(value, "resolve_expression") for value in given):
            raise TypeError("What a key is made of is given as a value.")
        rows: list[Any] = list(self.all()) if any({*key.of} - {*values} for key in keys) else []
        if not rows:
            made = {key.name: key.of_texts(*(values[name] for name in key.of)) for key in keys}
            return super().update(**values, **made)
        changed = super().update(**values)
        for row in rows:
            vars(row).update(values)
            row.fit(list(values))
        fresh = type(self)(self.model, using=self.db)
        super(WordedQuerySet, fresh).bulk_update(rows, [key.name for key in keys])
        return changed


class Worded(models.Model):
    """Base of every table with a name or a description."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        fields = options.get("update_fields")
        self.fit(fields)
        if fields is not None:
            keys = (key.name for key in keys_made_of(type(self), fields))
            options["update_fields"] = [*fields, *keys]
        super().save(*args, **options)

    def fit(self, fields: Collection[str] | None = None) -> None:
        """Clean its texts and make its keys; of these columns alone, where they are named."""
        absent = self.get_deferred_fields()
        for column in _texts(type(self)):
            if column.attname not in absent and (fields is None or column.name in fields):
                text = getattr(self, column.attname)
                if isinstance(text, str):
                    setattr(self, column.attname, _cleaned(type(self), column, text))
        for key in _keys(type(self)):
            named = {*key.of} & {*fields} if fields is not None else not {*key.of} & absent
            if named:
                setattr(self, key.attname, key.made_of(self))

    @classmethod
    def unclean(cls, column: str, sentence: str) -> ValidationError:
        """Return how a text that breaks the rule is refused (N1)."""
        return ValidationError({column: sentence})


@cache
def _texts(model: type[models.Model]) -> tuple[TextualColumn, ...]:
    fields = model._meta.concrete_fields
    return tuple(field for field in fields if isinstance(field, TextualColumn))


@cache
def _keys(model: type[models.Model]) -> tuple[KeyColumn, ...]:
    return tuple(field for field in model._meta.concrete_fields if isinstance(field, KeyColumn))


def keys_made_of(model: type[models.Model], columns: Iterable[str]) -> list[KeyColumn]:
    """Return the keys of a model that change with one of these columns."""
    changed = set(columns)
    return [key for key in _keys(model) if changed & {*key.of}]


def _cleaned(model: Any, column: TextualColumn, text: str) -> str:
    try:
        return column.cleaned(text)
    except ValueError as error:
        raise model.unclean(column.name, str(error)) from error


def ill_kept(model: type[Worded]) -> Iterator[int]:
    """Yield the primary keys of rows that the rules would have written otherwise."""
    columns = [*_texts(model), *_keys(model)]
    for row in model._base_manager.order_by("pk").iterator(ROWS) if columns else ():
        stored = [getattr(row, column.attname) for column in columns]
        try:
            row.fit()
        except ValidationError:
            yield row.pk
            continue
        if stored != [getattr(row, column.attname) for column in columns]:
            yield row.pk


def beginning(text: str, search: str, sort: str) -> models.Q:
    """Return the condition that a name begins with what was typed (N3).

    It is a range of a key, so that the index of either database answers it: of the sort key, in
    whose order they come then, unless what ends in a digit may go on as a greater number.
    """
    key, column = search_key(text), search
    if not key[-1:].isdecimal():
        key, column = sort_key(text), sort
    return models.Q(**{f"{column}__gte": key, f"{column}__lt": f"{key}{_LAST}"})


def called(text: str, search: str, name: str) -> models.Q:
    """Return the condition that a row's name is this one (N2).

    `search` is the column of a search key that begins with the name, and has the index; `name`
    that of the name's own key.
    """
    key = search_key(text)
    if not key:
        return models.Q(pk__in=())
    line = {f"{search}__gte": f"{key}\n", f"{search}__lt": f"{key}\x0b"}
    return models.Q(**line, **{name: same_key(text)})


def holding(text: str, *columns: str) -> models.Q:
    """Return the condition that each word of a search stands in one of these search keys (N3).

    What holds no word, though something was typed, is found nowhere; without a text all is (N4).
    """
    words = search_words(text)
    found = models.Q() if words or not text.strip() else models.Q(pk__in=())
    for word in words:
        found &= reduce(or_, (models.Q(**{f"{column}__contains": word}) for column in columns))
    return found
