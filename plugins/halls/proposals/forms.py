"""What is filled in about proposals."""

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from portal import Form, PictureError, _, lazy, store_picture

from .rules import ANSWERS, TEXT, TITLE


class ProposalForm(Form):
    """What is proposed."""

    version = HiddenField()
    title = StringField(lazy("What do you propose?"), [DataRequired(), Length(max=TITLE)],
                        description=lazy("One sentence that can stand on a ballot"))
    text = TextAreaField(lazy("How, where, and why?"), [DataRequired(), Length(max=TEXT)],
                         description=lazy("An empty line begins a paragraph, - a list."))

    @classmethod
    def grown(cls, statement: str) -> "ProposalForm":
        """A form that begins with what a statement says; one that was sent keeps what was typed."""
        title = statement if len(statement) <= TITLE else f"{statement[:TITLE - 1]}…"
        return cls(data={"title": title, "text": statement})

    def values(self) -> tuple[str, str]:
        """Title and text as they were typed."""
        return " ".join(self.title.data.split()), self.text.data.replace("\r\n", "\n").strip()


class AttachForm(Form):
    """A picture of a proposal."""

    file = FileField(lazy("Picture"), description=lazy("PNG, JPEG or WebP, at most 5 MB"))
    title = StringField(lazy("What does it show?"), [DataRequired(), Length(max=120)])

    def stored(self) -> str:
        """The stored picture's name; empty where there is none or it is refused, and the field says why."""
        if not self.file.data:
            self.file.errors = [_("Choose a picture.")]
            return ""
        try:
            return store_picture(self.file.data)
        except PictureError as e:
            self.file.errors = [_(str(e))]
            return ""


class AnswerForm(Form):
    """What the community says to a proposal."""

    status = RadioField(lazy("What becomes of it?"), [InputRequired()], choices=[
        SelectChoice(name, lazy(words)) for name, (words, _kind) in ANSWERS.items()])
    text = TextAreaField(lazy("Why, by whom, and until when?"), [DataRequired(), Length(max=TEXT)])


class ChoiceForm(Form):
    """One of several things, by number."""

    number = RadioField(lazy("Which one?"), [InputRequired()], coerce=int)
