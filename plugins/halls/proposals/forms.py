"""What is filled in about proposals."""

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from portal import FileError, Form, PictureError, _, lazy, store_file, store_picture

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
    """A picture or a PDF file of a proposal."""

    file = FileField(lazy("Picture or PDF file"), description=lazy("PNG, JPEG or WebP up to 5 MB, PDF up to 10 MB"))
    title = StringField(lazy("What does the picture show?"), [Length(max=120)],
                        description=lazy("A PDF file keeps its own name."))

    def stored(self) -> dict[str, str | int]:
        """File, title and size for the row; empty where there is none or it is refused, and the field says why."""
        if not self.file.data:
            self.file.errors = [_("Choose a file.")]
            return {}
        try:
            return self._pdf() if self._is_pdf() else self._picture()
        except (PictureError, FileError) as e:
            self.file.errors = [_(str(e))]
            return {}

    def _is_pdf(self) -> bool:
        """By what it begins with, or else by what it is called: that one is refused in words about PDF files."""
        upload = self.file.data
        begins = upload.stream.read(5)
        upload.stream.seek(0)
        return begins == b"%PDF-" or (upload.filename or "").lower().endswith(".pdf")

    def _pdf(self) -> dict[str, str | int]:
        file, title, size = store_file(self.file.data)
        return {"file": file, "title": title, "size": size}

    def _picture(self) -> dict[str, str | int]:
        title = (self.title.data or "").strip()
        if not title:
            self.title.errors = [_("Say what the picture shows, for those who cannot see it.")]
            return {}
        return {"file": store_picture(self.file.data), "title": title}


class AnswerForm(Form):
    """What the community says to a proposal."""

    status = RadioField(lazy("What becomes of it?"), [InputRequired()], choices=[
        SelectChoice(name, lazy(words)) for name, (words, _kind) in ANSWERS.items()])
    text = TextAreaField(lazy("Why, by whom, and until when?"), [DataRequired(), Length(max=TEXT)])


class ChoiceForm(Form):
    """One of several things, by number."""

    number = RadioField(lazy("Which one?"), [InputRequired()], coerce=int)
