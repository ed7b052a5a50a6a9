"""What is filled in about a skill or a want that breaks a rule."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from portal import Form, lazy

from ..shelf.forms import choices
from .kinds import RULES


class ReportForm(Form):
    """By which rule somebody would hide a thing."""

    rule = RadioField(lazy("What is wrong with it?"), [InputRequired()], choices=choices(RULES))
    text = TextAreaField(lazy("In your own words, if you like"), [Length(max=400)])


class RuleForm(Form):
    """By which rule and why a thing is hidden; its author reads both."""

    rule = RadioField(lazy("Which rule does it break?"), [InputRequired()], choices=choices(RULES))
    reason = StringField(lazy("Why?"), [DataRequired(), Length(max=200)],
                         description=lazy("One sentence. Who wrote it reads it."))


class AppealForm(Form):
    """Why its author sees it otherwise."""

    text = TextAreaField(lazy("Why should it be shown?"), [DataRequired(), Length(max=1000)])


class DecisionForm(Form):
    """What becomes of an appeal."""

    granted = RadioField(lazy("What becomes of it?"), [InputRequired()], choices=[
        SelectChoice("yes", lazy("Show it again")), SelectChoice("no", lazy("It stays hidden"))])
    answer = StringField(lazy("Why?"), [DataRequired(), Length(max=400)],
                         description=lazy("Its author reads this."))
