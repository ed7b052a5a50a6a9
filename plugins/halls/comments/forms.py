"""What is filled in to say something."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from portal import Form, lazy, may

from .posting import LONGEST, STAFF, STANCES


class CommentForm(Form):
    """A comment: what one thinks, and in which sense."""

    stance = RadioField(lazy("What do you want to say?"), default="", choices=[
        SelectChoice(name, lazy(words)) for name, words in STANCES.items()])
    text = TextAreaField(lazy("Your comment"), [DataRequired(), Length(max=LONGEST)])

    def __init__(self, *args, **named) -> None:
        """Staff may also speak as the community."""
        super().__init__(*args, **named)
        if may("halls.edit"):
            self.stance.choices = [*self.stance.choices, *(SelectChoice(n, lazy(w)) for n, w in STAFF.items())]


class ReplyForm(Form):
    """A reply to a comment."""

    text = TextAreaField(lazy("Your reply"), [DataRequired(), Length(max=LONGEST)])
