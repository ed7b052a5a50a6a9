"""What is filled in about skills."""

from wtforms import FileField, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal import AUDIENCES, Form, dates, lazy

from ..shelf.forms import choices
from . import kinds


class Boxes(SelectMultipleField):
    """Several boxes of which any can be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SkillForm(Form):
    """What somebody can do for neighbours."""

    version = HiddenField()
    title = StringField(lazy("What can you do?"), [DataRequired(), Length(max=80)],
                        description=lazy("Like: mending bicycles, or writing with a brush"))
    category = RadioField(lazy("Category"), [InputRequired()])
    text = TextAreaField(lazy("A few words"), [Length(max=2000)],
                         description=lazy("What you like to do, what you need for it, what you do not do."))
    per = RadioField(lazy("How is it counted?"), choices=choices(kinds.PER), default="task",
                     description=lazy("Nothing is paid. It helps neighbours to know how long it takes."))
    places = Boxes(lazy("Where?"), choices=choices(kinds.PLACES))
    hours = StringField(lazy("When?"), [Length(max=120)], description=lazy("Like: Saturday afternoons"))
    picture = FileField(lazy("Picture"))
    picture_alt = StringField(lazy("What the picture shows"), [Length(max=200)])

    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.category.choices = [(code, kinds.name(code, dates.locale)) for code in kinds.KINDS]


class AskForm(Form):
    """What somebody asks a neighbour for."""

    words = TextAreaField(lazy("What is it about?"), [DataRequired(), Length(max=400)])
    wished = StringField(lazy("When would suit you?"), [Length(max=120)])


class ShowForm(Form):
    """Whom staff show an offer to."""

    audience = RadioField(lazy("Who may ask"), [InputRequired()], choices=choices(AUDIENCES),
                          default="community")


class HideForm(Form):
    """Why staff do not show something; its author reads it."""

    reason = StringField(lazy("Why?"), [DataRequired(), Length(max=200)],
                         description=lazy("One sentence. Who wrote it reads it."))

