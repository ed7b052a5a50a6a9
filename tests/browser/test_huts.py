"""The counter of a hut in a browser: by keyboard alone, without scripts, on a phone and at a desk."""

import re

import pytest
from playwright.sync_api import Page, expect
from portal.plugins.huts.desk import tickets
from portal.plugins.huts.lending import asking, handing
from portal.plugins.huts.models import Item, Loan, Unit

from tests.browser.test_html import OF_HTMX
from tests.browser.test_staff_journeys import WITH_AND_WITHOUT
from tests.huts.conftest import planted

MOST_STROKES = 12  # of a whole loan for a known person and one unit
DESKTOP = {"width": 1280, "height": 900}


class Keys:
    """A keyboard and a scanner that count."""

    def __init__(self, page: Page):
        self.page, self.strokes = page, 0

    def type(self, text: str) -> None:
        for sign in text:
            self.press(sign)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.strokes += 1

    def scan(self, text: str) -> None:
        """One pull of the scanner, which types and enters."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.strokes += 1


@pytest.fixture
def hut(quarter, here) -> tuple[int, int, list[str]]:
    """A hut of this test's own with three wheelchairs."""
    with quarter.app.app_context(), quarter.unit(here):
        return planted(3, asked_out="刹车试过了\n折叠教过了", asked_back="坐垫在")


@pytest.fixture
def counter(quarter, here, hut) -> str:
    return f"{quarter.url}/{here}/huts/counter/{hut[0]}"


@pytest.fixture
def resident(quarter, here):
    return quarter.person("陈爱莲", home=here, phone=f"1380013{quarter.count:04}")


@pytest.fixture
def staff_page(quarter, here, phone_of):
    """`staff_page(scripts=False)`: the browser of somebody at the counter."""
    clerk = quarter.person("李敏", home=here, role="staff")

    def opened(scripts: bool = True, **options) -> Page:
        return phone_of(clerk, java_script_enabled=scripts, **options)
    return opened


def lent(quarter, here: str) -> list[str]:
    with quarter.app.app_context(), quarter.unit(here):
        return [loan.state for loan in Loan.select().order_by(Loan.id)]


@WITH_AND_WITHOUT
def test_a_whole_loan_by_keyboard_in_at_most_twelve_strokes(quarter, here, counter, hut, resident, staff_page, scripts):
    page = staff_page(scripts, viewport=DESKTOP)
    page.goto(counter)
    keys = Keys(page)
    expect(page.locator("#q")).to_be_focused()
    keys.type(resident.phone[-4:])
    keys.press("Enter")
    expect(page.locator("#who")).to_have_text("陈爱莲")
    expect(page.locator("#q")).to_be_focused()
    keys.scan(f"https://example.org/x/huts/u/{hut[2][0]}")
    expect(page.locator("#lend tbody tr")).to_have_count(1)
    expect(page.locator("#q")).to_be_focused()
    if not scripts:
        while page.evaluate("document.activeElement.closest('#lend') === null || document.activeElement.name === 'rm'"):
            keys.press("Tab")
            assert keys.strokes < MOST_STROKES
    keys.press("Enter")
    expect(page.locator(".ok-line")).to_contain_text("1")
    assert lent(quarter, here) == ["out"]
    assert keys.strokes <= (7 if scripts else MOST_STROKES), keys.strokes


@WITH_AND_WITHOUT
@pytest.mark.parametrize("view", [None, DESKTOP], ids=["phone", "desk"])
def test_two_things_go_out_and_one_comes_back_damaged(quarter, here, counter, hut, resident, staff_page, scripts, view):
    page = staff_page(scripts, **({"viewport": view} if view else {}))
    page.goto(counter)
    for typed in (hut[2][0], hut[2][1], "陈爱莲"):  # things first, then the person
        page.fill("#q", typed)
        page.press("#q", "Enter")
        expect(page.locator("#q")).to_have_value("")
    expect(page.locator("#lend tbody tr")).to_have_count(2)
    page.locator("#lend tbody button").last.click()
    expect(page.locator("#lend tbody tr")).to_have_count(1)
    page.fill("#q", hut[2][2])
    page.click("#scan .btn")
    expect(page.locator("#lend tbody tr")).to_have_count(2)
    page.locator("#lend .opt").first.click()
    page.click("#lend .line .btn")
    expect(page.locator(".ok-line")).to_be_visible()
    assert lent(quarter, here) == ["out", "out"]
    page.get_by_role("button", name=re.compile("^归还")).first.click()
    page.locator("[name=condition][value=damaged]").check()
    page.fill("#what", "轮子松了")
    page.click("#counter section .btn:text-is('归还')")
    expect(page.locator(".ok-line")).to_contain_text("报修")
    with quarter.app.app_context(), quarter.unit(here):
        assert sorted(loan.state for loan in Loan.select()) == ["closed", "out"]
        assert Unit.select().where(Unit.state == "repair").count() == 1
        assert "刹车试过了" in "".join(loan.answers for loan in Loan.select())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_refused_leaves_the_field_to_the_scanner(counter, hut, resident, staff_page):
    page = staff_page()
    page.goto(counter)
    keys = Keys(page)
    keys.scan("没有这个人")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#q")).to_be_focused()
    keys.scan(resident.phone[-4:])  # over what was typed before
    expect(page.locator("#who")).to_have_text("陈爱莲")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_sound_answers_until_it_is_switched_off(counter, hut, resident, staff_page):
    page = staff_page()
    page.add_init_script("""window.notes = [];
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (at) {
            notes.push(this.frequency.value);
            return start.call(this, at);
        };
    """)
    page.goto(counter)
    keys = Keys(page)
    keys.scan("没有这个人")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("notes") == [220]
    page.click("[data-sound-switch]")
    keys_off = page.locator("#q")
    keys_off.fill("也没有")
    keys_off.press("Enter")
    expect(page.locator("#q")).to_have_value("也没有")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("notes") == [220]


def test_the_lists_beside_are_asked_for_anew(quarter, here, counter, hut, resident, staff_page):
    page = staff_page()
    page.clock.install()
    page.goto(counter)
    expect(page.locator("#lists table")).to_have_count(0)
    with quarter.app.app_context(), quarter.unit(here):
        asking.ask(hut[1], resident.id, {"actor_id": None, "person_id": None, "channel": "web"})
    page.clock.fast_forward(31_000)
    expect(page.locator("#lists #pickup")).to_be_visible()


def test_slip_and_sheet_fit_their_paper(quarter, here, counter, hut, resident, staff_page, tmp_path):
    with quarter.app.app_context(), quarter.unit(here):
        Item.update(name="带四级刹车和加宽坐垫的折叠轮椅").where(Item.id == hut[1]).execute()
        desk = {"actor_id": None, "person_id": None, "channel": "desk"}
        loans = "-".join(str(one.loan_id) for one in handing.lend(hut[2], resident.id, desk, reason="x"))
    page = staff_page()
    for name, size in ((f"slip?loan={loans}", (80, 150)), (f"slip?loan={loans}&paper=a6", (105, 148)),
                       ("sheet", (210, 297))):
        page.goto(f"{counter}/{name}")
        pdf = page.pdf(prefer_css_page_size=True)
        boxes = [[float(n) * 25.4 / 72 for n in box.split()] for box in re.findall(rb"/MediaBox ?\[([\d. ]+)\]", pdf)]
        assert len(boxes) == 1, name
        assert [round(side) for side in boxes[0][2:]] == list(size), name


PATHS = ("", "?q={0}", "?q=陈爱莲&u={1}", "?q=陈爱莲&lent={2}", "?q=没有", "/sheet", "/typed", "/loans/{2}",
         "/slip?loan={2}", "/../tickets", "/../tickets/{3}", "/../units/{1}/damage")


@pytest.mark.parametrize("size", ["normal", "large"])
def test_there_are_no_barriers(quarter, here, counter, hut, resident, staff_page, axe, vnu, size):
    with quarter.app.app_context(), quarter.unit(here):
        desk = {"actor_id": None, "person_id": None, "channel": "desk"}
        loan = handing.lend(hut[2][:1], resident.id, desk)[0].loan_id
        ticket = tickets.report(Unit.get(Unit.code == hut[2][2]).id, "轮子松了", desk)
    page = staff_page()
    page.context.add_cookies([{"name": "size", "value": size, "url": quarter.url}])
    found = {}
    for path in PATHS:
        page.goto(counter + path.format(hut[2][0], hut[2][1], loan, ticket))
        found[path] = page.request.get(page.url).text()
        assert not axe(page), path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    if size == "normal":
        assert not [line for line in vnu(found, warnings=True) if not OF_HTMX.search(line)]
