"""What staff fill in: what a rule is for, and what it says."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from portal import Form, _, lazy

from .. import categories
from ..lending import rules
from ..shelf.forms import fen
from . import acts

AGREED = {"": lazy("As it is without this rule"), "yes": lazy("Yes"), "no": lazy("No")}


def _label(name: str):
    return lazy(rules.NAMES[name])


def _number(name: str) -> IntegerField:
    return IntegerField(_label(name), [Optional()])


class ScopeForm(Form):
    """What a rule is for. `huts` are pairs of (number, name)."""

    version = HiddenField()
    hut = RadioField(lazy("Which hut"), default="")
    kind = StringField(lazy("Which things"), [Length(max=40)],
                       description=lazy("Type a kind or a whole group, and choose from the list. Empty: all things."))
    who = RadioField(lazy("For which people"), default="",
                     choices=[SelectChoice("", lazy("Everybody, organisations too")),
                              *(SelectChoice(kind, lazy(words)) for kind, words in rules.WHO.items())])

    def __init__(self, huts: list[tuple[int, str]], **named):
        super().__init__(**named)
        self.hut.choices = [("", _("All huts")), *((str(number), name) for number, name in huts)]

    def validate_kind(self, field) -> None:
        typed = (field.data or "").strip()
        self.category = categories.found(typed).code if typed else ""
        if self.category is None:
            raise ValidationError(_("This kind is not in the list. Choose the nearest one."))


class TermsForm(Form):
    """What a rule says; what is left empty it does not mention."""

    version = HiddenField()
    most = _number("most")
    days = _number("days")
    extends = _number("extends")
    extend_days = _number("extend_days")
    pickup_days = _number("pickup_days")
    ahead_days = _number("ahead_days")
    buffer_hours = _number("buffer_hours")
    approval = RadioField(_label("approval"), default="",
                          choices=[SelectChoice(value, words) for value, words in AGREED.items()])
    deposit = StringField(lazy("Deposit (yuan)"), [Length(max=12)], description=lazy("0: none"))

    def terms(self) -> dict[str, Any]:
        """What the rule mentions, once the form was validated."""
        found = {name: self[name].data for name in rules.BOUNDS if name in self and self[name].data is not None}
        if self.approval.data:
            found["approval"] = self.approval.data == "yes"
        if self.deposit.data.strip():
            found["deposit_fen"] = fen(self.deposit.data)
        return found

    def validate_deposit(self, field) -> None:
        most = rules.BOUNDS["deposit_fen"][1]
        if fen(field.data) > most:
            raise ValidationError(_("At most %(yuan)s yuan.", yuan=most // 100))

    def agrees(self, without: Mapping[str, tuple[Any, Any]]) -> bool:
        """Whether this can be a rule; else its fields say why. `without`: what holds where it says nothing."""
        if not self.validate():
            return False
        for name, why in acts.wrong(self.terms(), without).items():
            self[name].errors = [_(why.reason, **why.values)]
        return not self.problems
