"""A town whose text messages can be read, for tests of signing in."""

import json
import re

from portal.testing import Town, forms_of

PHONE, OTHER = "13826000426", "13926000427"
PAGE = "/north/sign-in"


class Phones(Town):
    """A town whose text messages can be read; its visitors read English."""

    language = "en"

    @property
    def texts(self) -> list[dict]:
        file = self.app.portal.settings.data / "texts"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def code(self) -> str:
        return re.search(r"\d{6}", self.texts[-1]["text"])[0]

    def ask(self, visitor, tel=PHONE, after=""):
        """The answer to asking for a code."""
        return visitor.submit(f"{PAGE}?next={after}" if after else PAGE, PAGE, tel=tel)

    def code_form(self, visitor, tel=PHONE, after=""):
        return forms_of(self.ask(visitor, tel, after).text)[0]

    def sign_in(self, visitor, tel=PHONE, after=""):
        """The answer to the right code."""
        form = self.code_form(visitor, tel, after)
        return visitor.send(form, code=self.code)


def whoever(visitor) -> str:
    """The name that the page “me” greets; empty for a guest."""
    page = visitor.get("/north/me")
    return re.search(r"<h1>Hello, (.*?)</h1>", page.text)[1] if page.status_code == 200 else ""
