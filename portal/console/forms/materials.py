"""The form of a material."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from distribution.promotion.material.draft import (
    LONGEST_ADDRESS,
    LONGEST_BODY,
    LONGEST_TAG,
    LONGEST_TITLE,
    MaterialDraft,
)
from distribution.promotion.material.tables import Material
from portal.forms.offered import offered
from portal.i18n import locale_names
from portal.promoting.material_words import KIND_NAMES
from portal.promoting.wanted import PALETTE_NAMES, TEMPLATE_NAMES


class _Ticks(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MaterialForm(FlaskForm):
    """A material but its pixels; `product` is a product's name or the last part of its address in the channel."""

    kind = SelectField(lazy_gettext("Kind"), choices=offered(*KIND_NAMES.items()))
    title = StringField(
        lazy_gettext("Title"), [DataRequired(lazy_gettext("Enter a title.")), Length(max=LONGEST_TITLE)]
    )
    body = TextAreaField(
        lazy_gettext("Words"),
        [Length(max=LONGEST_BODY)],
        description=lazy_gettext(
            "{link}, {code} and {name} become the distributor's own. Without {link} their link stands at the end."
            " On a poster: the headline."
        ),
    )
    address = StringField(
        lazy_gettext("Address"),
        [Length(max=LONGEST_ADDRESS)],
        description=lazy_gettext("Of a video, article, use case or live stream: https://…"),
    )
    picture = FileField(
        lazy_gettext("Picture"),
        description=lazy_gettext("JPEG, PNG or WebP, at most 8 MB. It is drawn anew."),
    )
    language = SelectField(lazy_gettext("Language"))
    channel = SelectField(lazy_gettext("Channel"))
    product = StringField(
        lazy_gettext("Product"),
        [Length(max=500)],
        description=lazy_gettext("Its name as the shop shows it. The link leads there; may stay empty."),
    )
    campaign = StringField(lazy_gettext("Campaign"), [Length(max=LONGEST_TAG)])
    scene = StringField(
        lazy_gettext("Occasion"),
        [Length(max=LONGEST_TAG)],
        description=lazy_gettext("Morning, gift, new home …"),
    )
    template = SelectField(lazy_gettext("Format of the poster"), choices=offered(*TEMPLATE_NAMES.items()))
    palette = SelectField(lazy_gettext("Colours of the poster"), choices=offered(*PALETTE_NAMES.items()))
    grades = _Ticks(lazy_gettext("Only these grades"))
    groups = _Ticks(lazy_gettext("Only these groups"))
    countries = StringField(
        lazy_gettext("Only these countries"),
        [Length(max=400)],
        description=lazy_gettext("Codes like DE, CN. Who told no country sees what is for every country."),
    )

    def offer_choices(self, *, grades: list[str], groups: list[str], channels: list[tuple[str, str]]) -> None:
        """Put in what there is to choose from."""
        self.language.choices = offered(("", lazy_gettext("Every language")), *locale_names().items())
        self.channel.choices = offered(("", lazy_gettext("No channel")), *channels)
        self.grades.choices = offered(*((key, key) for key in grades))
        self.groups.choices = offered(*((key, key) for key in groups))

    def draft(self, *, picture: bytes | None, product: tuple[str, str, str] | None) -> MaterialDraft:
        """What it says; `product` is id, name and path of the one it names."""
        is_poster = self.kind.data == "poster"
        found = product or (None, "", "")
        return MaterialDraft(
            kind=self.kind.data,
            title=" ".join((self.title.data or "").split()),
            body=(self.body.data or "").replace("\r\n", "\n").replace("\x00", "").strip(),
            address=(self.address.data or "").strip() or None,
            picture=picture,
            language=self.language.data or None,
            channel=self.channel.data or None,
            product_id=found[0],
            product=found[1],
            path=found[2],
            campaign=" ".join((self.campaign.data or "").split()),
            scene=" ".join((self.scene.data or "").split()),
            grades=tuple(self.grades.data or ()),
            groups=tuple(self.groups.data or ()),
            countries=tuple(dict.fromkeys((self.countries.data or "").upper().replace(",", " ").split())),
            template=self.template.data if is_poster else None,
            palette=self.palette.data if is_poster else None,
        )


def filled(material: Material) -> dict[str, Any]:
    """What the fields show of a material."""
    names = (
        *("kind", "title", "body", "address", "language", "channel", "product", "campaign", "scene"),
        *("template", "palette", "grades", "groups"),
    )
    return {name: getattr(material, name) for name in names} | {"countries": ", ".join(material.countries)}
