"""Languages: which one, what it says, a site's own words, and catalogs that are complete."""

import threading
from io import BytesIO

import pytest
from babel.messages import pofile
from jinja2 import Environment
from markupsafe import Markup
from wtforms import Form, StringField
from wtforms.validators import Length

from portal.pages import i18n
from portal.pages.i18n import Catalogs, _, current, fill, lazy, locale_of, ngettext, pick_locale, read_po, use

HANS, HANT, EN = i18n.LOCALES

CORE = r'''
msgid ""
msgstr ""
"Language: zh_Hans_CN\n"

#: portal/x.py
msgid "Hall"
msgstr "议事厅"

msgid "Home"
msgstr "首页"

msgid "Only %(n)s places left"
msgstr "只剩%(n)s个名额"

msgid "No topics in the {Hall} yet"
msgstr "{Hall}里还没有议题"

msgid "%(n)s people in the {Hall}"
msgid_plural "%(n)s persons in the {Hall}"
msgstr[0] "{Hall}里有%(n)s位"

msgid "Keep {these} braces"
msgstr "留着{这些}括号"

msgid "Not yet"
msgstr ""

#, fuzzy, python-format
msgid "Unsure"
msgstr "拿不准"

msgid ""
"Two lines\n"
"and \"quotes\" \\ tab\t."
msgstr ""
"两行\n"
"和“引号”\\\t。"

#~ msgid "Old"
#~ msgstr "旧"

msgid "%(n)s place"
msgid_plural "%(n)s places"
msgstr[0] "%(n)s个名额"
'''
PLUGIN = 'msgid "Home"\nmsgstr "别的首页"\n\nmsgid "Lend"\nmsgstr "借出"\n'


@pytest.fixture
def texts(tmp_path):
    for name, locale, text in [("core", HANS, CORE), ("plugin", HANS, PLUGIN), ("plugin", EN, PLUGIN[25:])]:
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / f"{locale}.po").write_text(text, encoding="utf-8")
    return Catalogs([tmp_path / "core", tmp_path / "plugin", tmp_path / "gone"])


@pytest.mark.parametrize(("tag", "locale"), [
    ("zh", HANS), ("zh-CN", HANS), ("zh-SG", HANS), ("zh-MY", HANS), ("zh-Hans", HANS), ("zh-Hans-CN", HANS),
    ("zh-Hans-HK", HANS), ("zh_CN", HANS), ("ZH-cn", HANS), ("cmn-Hans", HANS), ("yue-CN", HANS),
    ("yue-Hans", HANS), ("wuu", HANS),
    ("zh-TW", HANT), ("zh-HK", HANT), ("zh-MO", HANT), ("zh-Hant", HANT), ("zh-Hant-HK", HANT),
    ("zh-Hant-TW", HANT), ("zh-hant-cn", HANT), ("yue", HANT), ("yue-HK", HANT), ("yue-Hant-HK", HANT),
    ("zh-yue", HANT), ("nan-TW", HANT),
    ("en", EN), ("en-US", EN), ("en-HK", EN), ("EN-gb", EN),
    ("fr", None), ("ja", None), ("", None), ("*", None), ("english", None), ("zha", None),
])
def test_a_tag_is_read_by_language_and_script(tag, locale):
    assert locale_of(tag) == locale


@pytest.mark.parametrize(("header", "locale"), [
    ("zh-CN,zh;q=0.9,en;q=0.8,en-GB;q=0.7,en-US;q=0.6", HANS),
    ("zh-HK,zh;q=0.9,en-US;q=0.8,en;q=0.7", HANT),
    ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", HANT),
    ("zh-Hant-HK;q=1, zh-Hans-CN;q=0.5", HANT),
    ("yue-HK,en-HK;q=0.9,en;q=0.8", HANT),
    ("en-US,en;q=0.9,zh-CN;q=0.8", EN),
    ("en;q=0.3, zh-HK;q=0.8", HANT),
    ("en;q=0, zh-HK;q=0.1", HANT),
    ("fr-FR,fr;q=0.9,en;q=0.5", EN),
    ("fr-FR,fr;q=0.9", HANS),
    ("", HANS), (None, HANS), ("*", HANS), ("*;q=0.5, en;q=0.9", EN), ("zh;q=0, *", HANT),
    ("en;q=high, zh-TW", HANT), ("en;q=nan, zh-TW", HANT), ("en;q=7, zh-TW;q=0.1", HANT),
    (";;;,,=;q", HANS), ("en;level=1;q=0.4", EN), ("zh-HK, " * 5000, HANT), ("EN ; Q=1.0", EN),
])
def test_the_browser_is_asked_last(header, locale):
    assert pick_locale(header, None, None) == locale


@pytest.mark.parametrize(("cookie", "person", "locale"), [
    (None, None, EN), (HANT, None, HANT), (HANT, HANS, HANS), ("xx", None, EN), ("../en", "klingon", EN),
])
def test_a_choice_goes_before_the_browser(cookie, person, locale):
    assert pick_locale("en", cookie, person) == locale


@pytest.mark.parametrize(("header", "allowed", "locale"), [
    ("zh-HK,en;q=0.5", (HANS, EN), HANS),  # the other script is nearer than another language
    ("zh-CN,en;q=0.5", (HANT, EN), HANT),
    ("zh-CN", (EN,), EN),
    ("fr", (EN, HANT), EN),
    ("en", (HANS, HANT), HANS),
])
def test_only_what_the_site_offers(header, allowed, locale):
    assert pick_locale(header, EN if EN not in allowed else None, None, allowed) == locale


def test_every_locale_has_a_tag_and_a_name():
    assert set(i18n.TAGS) == set(i18n.NAMES) == set(i18n.LOCALES)
    assert i18n.TAGS[HANS] == "zh-Hans-CN"


def test_po_files_are_read_as_babel_reads_them():
    babel = pofile.read_po(BytesIO(CORE.encode()), locale=HANS)
    expected = {}
    for message in babel:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and all(forms) and not message.fuzzy:
            one, many = message.id if isinstance(message.id, tuple) else (message.id, "")
            expected[one] = (many, forms)
    assert {one: (many, forms) for one, many, forms in read_po(CORE)} == expected
    assert "Two lines\nand \"quotes\" \\ tab\t." in expected
    assert not {"Unsure", "Old", "Not yet"} & set(expected)


@pytest.mark.parametrize("text", [
    "", "\n\n", '"stray"', "msgid", 'msgid "x"', 'msgstr "x"', "#,", 'msgid "a"\n"b',
])
def test_half_a_po_file_is_no_accident(text):
    assert list(read_po(text)) == []


def test_the_core_comes_first_and_what_is_missing_is_said_in_english(texts):
    hans = texts.for_(HANS)
    assert (hans.gettext("Home"), hans.gettext("Lend")) == ("首页", "借出")
    assert (hans.gettext("Not yet"), hans.gettext("Unsure")) == ("Not yet", "Unsure")
    assert texts.for_(HANT).gettext("Home") == "Home"
    assert texts.for_("xx").locale == HANS


def test_english_says_the_msgids_unless_a_catalog_knows_better(texts):
    english = texts.for_(EN)
    assert english.gettext("Home") == "Home"
    assert english.gettext("Lend") == "借出"  # this test's en.po
    assert english.gettext("No topics in the {Hall} yet") == "No topics in the Hall yet"
    assert english.ngettext("%(n)s people in the {Hall}", "", 2) == "2 persons in the Hall"


@pytest.mark.parametrize(("locale", "n", "text"), [
    (HANS, 1, "1个名额"), (HANS, 3, "3个名额"), (EN, 1, "1 place"), (EN, 0, "0 places"), (EN, 3, "3 places"),
    (HANT, 1, "1 place"), (HANT, 3, "3 places"),
])
def test_plurals(texts, locale, n, text):
    assert texts.for_(locale).ngettext("%(n)s place", "%(n)s places", n) == text


def test_a_plural_may_be_known_by_its_many_alone(texts):
    assert texts.for_(HANS).ngettext("Only one", "Only %(n)s places left", 4) == "只剩4个名额"


def test_a_site_has_words_of_its_own(texts):
    words = (("Hall", "家禅城议事厅"), ("New", "新词"), ("Home", " "))
    plain, own = texts.for_(HANS), texts.for_(HANS, words)
    assert (plain.gettext("Hall"), own.gettext("Hall")) == ("议事厅", "家禅城议事厅")
    assert own.gettext("No topics in the {Hall} yet") == "家禅城议事厅里还没有议题"
    assert own.ngettext("%(n)s people in the {Hall}", "", 7) == "家禅城议事厅里有7位"
    assert plain.ngettext("%(n)s people in the {Hall}", "", 7) == "议事厅里有7位"
    assert own.gettext("Keep {these} braces") == "留着{这些}括号"
    assert (own.gettext("Home"), own.gettext("New"), own.gettext("Lend")) == ("首页", "新词", "借出")
    english = texts.for_(EN, (("Hall", "Town Parlour"),))
    assert english.gettext("No topics in the {Hall} yet") == "No topics in the Town Parlour yet"


def test_a_sites_word_cannot_break_a_page(texts):
    own = texts.for_(HANS, (("Hall", '<b title="x">100%</b> {Home} %(n)s'),))
    said = own.ngettext("%(n)s people in the {Hall}", "", 7)
    assert not set(said) & set("<>\"'&")
    assert "100%" in said and "{Home} %(n)s里有7位" in said
    assert own.gettext("No topics in the {Hall} yet").startswith("b title=”x”100%")


def test_translations_are_made_once(texts):
    words = (("Hall", "厅"),)
    assert texts.for_(HANS, words) is texts.for_(HANS, (("Hall", "厅"),)) is not texts.for_(HANS)
    assert len(texts.for_(HANS, words)._texts) < len(texts.for_(HANS)._texts)


@pytest.mark.parametrize(("text", "values", "shown"), [
    ("%(n)s left", {"n": 3}, "3 left"),
    ("%(n)s left", {"m": 3}, "%(n)s left"),
    ("100% of %(n)s", {"n": 3}, "100% of %(n)s"),
    ("100%% of %(n)s", {"n": 3}, "100% of 3"),
    ("%(n)d left", {"n": "<"}, "%(n)d left"),
    ("%(a)s < %(b)s", {"a": "<i>", "b": 1}, "<i> < 1"),
    ("%(a)s < %(b)s", {"a": Markup("<i>"), "b": "&"}, Markup("<i> &lt; &amp;")),
])
def test_values(text, values, shown):
    assert fill(text, values) == shown
    assert isinstance(fill(text, values), Markup) is isinstance(shown, Markup)


def test_a_context_speaks_one_language_and_forgets_it(texts):
    assert current().locale == EN and _("Home") == "Home"
    with use(texts.for_(HANS)) as hans:
        assert current() is hans
        assert _("Only %(n)s places left", n=3) == "只剩3个名额"
        assert ngettext("%(n)s place", "%(n)s places", 1) == "1个名额"
        with use(texts.for_(EN)):
            assert _("Home") == "Home"
        heard = []
        other = threading.Thread(target=lambda: heard.append(_("Home")))
        other.start()
        other.join()
        assert (_("Home"), heard) == ("首页", ["Home"])
        with pytest.raises(ZeroDivisionError), use(texts.for_(EN)):
            raise ZeroDivisionError
        assert _("Home") == "首页"
    assert _("Home") == "Home"


def test_lazy_texts_are_read_when_shown(texts):
    label, left = lazy("Home"), lazy("Only %(n)s places left", n=3)
    for locale, home, places in [(HANS, "首页", "只剩3个名额"), (EN, "Home", "Only 3 places left")]:
        with use(texts.for_(locale)):
            assert str(label) == label == home == f"{label}" == "".join([str(label)])
            assert f"{label:>6}" == f"{home:>6}" and "a " + label + "!" == f"a {home}!"
            assert str(left) == places and len(label) == len(home)
            assert home[0] in label and label[0] == home[0]
            assert label.upper() == home.upper() and list(label) == list(home) and {label: 1}[home] == 1
            assert label != "other" and label == lazy("Home") and label != 3
    assert lazy("%(n)d <") % {"n": 1} == "1 <"
    assert lazy("<&>").__html__() == "&lt;&amp;&gt;"
    with pytest.raises(AttributeError):
        label.__missing__()


def test_form_labels_and_messages_speak_the_readers_language(texts):
    class Place(Form):
        name = StringField(lazy("Home"), [Length(max=1, message=lazy("Only %(max)d places left"))])

    with use(texts.for_(HANS)):
        form = Place(data={"name": "xx"})
        assert not form.validate()
        assert form.name.label() == Markup('<label for="name">首页</label>')
        assert form.name.errors == ["Only 1 places left"]


def test_templates_escape_what_catalogs_and_words_say(texts):
    env = Environment(autoescape=True)
    i18n.install(env)
    env.globals["link"] = Markup("<a>1</a>")
    page = env.from_string(
        '{{ _("Hall") }}|{{ _("Only %(n)s places left", n=link) }}|{{ _("Only %(n)s places left", n="<") }}'
        '|{% trans %}Home{% endtrans %}|{% trans n=3 %}\n  Only {{ n }} places left\n{% endtrans %}'
        '|{% trans n=2 %}{{ n }} place{% pluralize %}{{ n }} places{% endtrans %}'
        '|{% trans %}100%{% endtrans %}'
    )
    with use(texts.for_(HANS, (("Hall", "甲&乙"),))):
        assert page.render() == (
            "甲＆乙|只剩<a>1</a>个名额|只剩&lt;个名额|首页|只剩3个名额|2个名额|100%"
        )
    assert page.render().startswith("Hall|Only <a>1</a> places left|")
