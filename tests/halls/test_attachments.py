"""PDF files of proposals: who may attach them, what is refused in words, and who gets them, where."""

from io import BytesIO

import pytest
from PIL import Image
from portal.plugins.halls.proposals import acts
from portal.plugins.halls.proposals.models import Attachment, Proposal

from portal.pages import files
from portal.testing import forms_of
from tests.halls.talk import opened

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def author(town):
    """The browser of who has written the proposal, and the proposal's page."""
    topic, person = opened(town, names=("discuss", "result"), threshold=3), town.person("陈爱莲", home="north")
    who = {"actor_id": person.id, "person_id": person.id, "channel": "web"}
    with town.app.app_context(), town.unit("north"):
        row = acts.write(topic, "放在东门旧垃圾房", "离楼二十米。", who)
    return town.visitor(person), f"/north/halls/proposals/{row.id}"


def sent(visitor, page: str, data: bytes = PDF, name: str = "计算书.pdf", **fields):
    return visitor.send(adding(visitor, page), file=(BytesIO(data), name), **fields)


def adding(visitor, page: str):
    """The form that adds a file."""
    form = next(form for form in forms_of(visitor.get(f"{page}/pictures").text) if "title" in form.values)
    form.action = f"{page}/pictures"
    return form


def status(visitor, address: str) -> int:
    answer = visitor.get(address)
    answer.close()
    return answer.status_code


def test_its_author_attaches_a_pdf_and_everybody_can_save_it(town, author):
    visitor, page = author
    assert sent(visitor, page, PDF + b"%" * 1_200_000 + b"\n%%EOF").status_code == 303
    text = town.visitor().get(page).text
    assert "计算书.pdf" in text and "PDF，1.2 MB" in text and f'href="{page}/files/1"' in text
    answer = town.visitor().get(f"{page}/files/1")
    data = answer.data
    answer.close()
    assert data.startswith(PDF) and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E8%AE%A1%E7%AE%97%E4%B9%A6.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers[
        "Content-Security-Policy"]


@pytest.mark.parametrize(("data", "name", "words"), [
    (b"PK\x03\x04 a table", "a.pdf", "这不是PDF文件"),
    (b"<html>" + PDF, "a.pdf", "这不是PDF文件"),
    (PDF[:-7], "a.pdf", "缺了结尾"),
    (PDF + b" " * 2000, "a.pdf", "缺了结尾"),
    (PDF + b"0" * files.LARGEST + b"%%EOF", "a.pdf", "超过10 MB"),
    (b"#!/bin/sh", "a.sh", "JPEG、PNG"),
])
def test_what_is_no_pdf_is_refused_at_its_field(town, author, data, name, words):
    visitor, page = author
    answer = sent(visitor, page, data, name, title="草图")
    assert answer.status_code == 422
    assert words in answer.text.partition('<form class="panel"')[0]  # above, with a link to the field
    assert 'href="#file"' in answer.text and 'aria-invalid="true"' in answer.text
    with town.unit("north", write=False):
        assert not Attachment.select().count()
    assert not list((town.app.portal.settings.data / "files").rglob("*.pdf"))


def test_five_and_no_more(town, author):
    visitor, page = author
    picture = BytesIO()
    Image.new("RGB", (300, 200), "orange").save(picture, "PNG")
    assert sent(visitor, page, picture.getvalue(), "a.png").status_code == 422  # it says nothing of what it shows
    assert sent(visitor, page, picture.getvalue(), "a.png", title="门口").status_code == 303
    before = adding(visitor, page)
    for n in range(4):
        assert sent(visitor, page, PDF + b"%d\n%%%%EOF" % n, f"{n}.pdf").status_code == 303
    assert 'name="file"' not in visitor.get(f"{page}/pictures").text
    assert visitor.send(before, file=(BytesIO(PDF), "6.pdf")).status_code == 422
    with town.app.app_context(), town.unit("north"):
        assert not acts.attach(int(page.split("/")[-1]), {"file": "x", "title": "x"})
        assert Attachment.select().count() == 5


def test_only_of_this_community_and_only_while_it_is_shown(town, author):
    visitor, page = author
    assert sent(visitor, page).status_code == 303
    root = town.app.portal.settings.data / "files"
    site, *_folder, name = next(root.rglob("*.pdf")).relative_to(root).parts
    guest, south = town.visitor(), town.visitor(town.person("远客", home="south"))
    assert status(guest, f"{page}/files/1") == 200
    assert status(south, page.replace("north", "south") + "/files/1") == 404
    assert status(south, f"{page}/pictures") == status(guest, f"{page}/files/2") == 404
    for address in (f"/files/{site}/{name}", f"/files/{site}/kept/{name}"):
        assert status(guest, address) == 404
    with town.unit("north"):
        Proposal.update(state="hidden").execute()
    assert status(guest, f"{page}/files/1") == status(visitor, f"{page}/files/1") == 404


def test_it_can_be_taken_away_again(town, author):
    visitor, page = author
    sent(visitor, page)
    away = next(form for form in forms_of(visitor.get(f"{page}/pictures").text) if "away" in form.values)
    away.action = f"{page}/pictures"
    visitor.send(away)
    assert status(town.visitor(), f"{page}/files/1") == 404
    assert "计算书.pdf" not in town.visitor().get(page).text


@pytest.mark.parametrize(("given", "shown"), [
    (r"C:\Users\ada\图纸 1.PDF", "图纸 1.pdf"), ("../../etc/passwd", "passwd.pdf"), ("a\r\nb\t.pdf", "a b.pdf"),
    ("\u202efdp.exe.pdf", "fdp.exe.pdf"), ("", "file.pdf"), (None, "file.pdf"), ("...pdf", "file.pdf"),
    ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
])
def test_names_are_cleaned(given, shown):
    assert files.clean_name(given) == shown
