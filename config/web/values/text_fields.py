"""Fields of forms in which people write names and descriptions (N1)."""

from typing import Any

from django import forms

from config.web.values.text import clean_line, clean_text


class LineField(forms.CharField):
    """A name of at most so many characters, counted as it is kept; empty where it need not be."""

    def __init__(self, *, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs if widget.is_hidden else {**attrs, "maxlength": str(self.most)}

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        return self._cleaned(text) if text else ""

    def _cleaned(self, text: str) -> str:
        try:
            return self.rule(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def rule(self, text: str) -> str:
        return clean_line(text, most=self.most)


class TextField(LineField):
    """A description or message, which may have lines."""

    def rule(self, text: str) -> str:
        return clean_text(text, most=self.most)
