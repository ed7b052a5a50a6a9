"""The huts of made-up districts: full of things, lent in all states, and right by the same checks as real ones."""

from random import Random

import pytest
from portal.plugins.huts import categories, codes, hours, misses, seeds
from portal.plugins.huts.lending import checks
from portal.plugins.huts.lending.states import STATES
from portal.plugins.huts.lent.models import Offer
from portal.plugins.huts.models import Code, Hut, Item, Loan, Move, ThingHiding, ThingReport, Ticket, Unit
from portal.plugins.huts.seeds_many import HUTS, ITEMS, UNITS, _letter
from portal.plugins.huts.seeds_past import LOANS
from portal.plugins.huts.seeds_skills import SKILLS, WANTS
from portal.plugins.huts.shelf.pictures import of
from portal.plugins.huts.skills.models import Skill, SkillAsk
from portal.plugins.huts.wants.models import Want

from portal import found, seed
from portal.app import create_app
from portal.base import clock, database, sites
from portal.base.sites import Site
from portal.people.models import Person
from portal.seed import accounts, towns
from portal.testing import Visitor

LIVE = {"asked", "approved", "ready", "out"}


@pytest.fixture
def demo(seeded_settings):
    """The demo's app, and its communities by slug."""
    app = create_app(seeded_settings, raising=True)
    with database.use(app.portal.db):
        with database.unit():
            rows = {s.slug: s for s in Site.select() if s.kind == "community"}
        yield app, rows
    app.portal.db.close()


def test_each_community_of_the_demo_has_a_hut_of_its_own(demo):
    _app, rows = demo
    characters, states = set(), set()
    for row in rows.values():
        with database.unit(), sites.within(row.id):
            hut, = Hut.select()
            things = list(Item.select().where(Item.state == "shown"))
            assert hut.state == "open" and len(hut.story) > 100 and hut.picture and any(hours.week_of(hut.hours))
            assert hut.lat and hut.lon and len(of(hut)) >= 2 and all(one.text for one in of(hut))
            assert 12 <= len(things) <= 20 and all(found("huts", thing.name) for thing in things)
            assert all(thing.category in categories.leaves() for thing in things)
            assert all(codes.read(unit.code) == unit.code for unit in Unit.select())
            assert checks.first_broken() is None
            assert Loan.select().where((Loan.state == "asked") & Loan.number.is_null(False)).count() == 3
            characters.add(hut.character)
            states |= {state for state, in Loan.select(Loan.state).tuples()}
    assert len(characters) == len(rows) == 6 and states == set(STATES)


def test_the_demo_tells_of_neighbours_in_every_state_that_a_visitor_may_meet(demo):
    _app, rows = demo
    seen: dict[str, set[str]] = {}
    for row in rows.values():
        with database.unit(), sites.within(row.id):
            for model in (Skill, SkillAsk, Want, Offer, Ticket):
                seen.setdefault(model.__name__, set()).update(state for state, in model.select(model.state).tuples())
            assert Skill.select().where(Skill.state == "shown").count() >= 3 <= len(misses.counted())
            assert all(found("huts", skill.title) for skill in Skill.select().where(Skill.state == "shown"))
            assert {skill.thanks for skill in Skill.select()} >= {0, 1}
    with database.unit(), sites.within(rows[accounts.HOME].id):
        assert sorted(row.state for row in ThingReport.select()) == ["hidden", "waiting"]
        assert ThingHiding.get().author_id == Want.get(Want.state == "hidden").person_id
    assert seen["Skill"] == {"asked", "shown", "hidden"} and seen["Want"] == {"open", "met", "hidden"}
    assert seen["SkillAsk"] == {"asked", "accepted", "done", "thanked", "declined"}
    assert seen["Offer"] == {"asked", "accepted", "declined"}
    assert seen["Ticket"] == {"assess", "parts", "repairing", "back"}


def test_the_demos_resident_offers_is_asked_asks_and_wants(demo):
    _app, rows = demo
    with database.unit(), sites.within(rows[accounts.HOME].id):
        me = Person.get(Person.email == accounts.RESIDENT.email).id
        mine, = Skill.select().where(Skill.person_id == me)
        assert SkillAsk.get(SkillAsk.skill_id == mine.id).state == "asked"
        assert SkillAsk.get(SkillAsk.person_id == me).state == "accepted"
        assert Want.get(Want.person_id == me).answers == 1


def test_the_demos_resident_has_one_thing_at_home_and_one_ready(demo):
    app, rows = demo
    visitor = Visitor(app)
    page = f"/{accounts.HOME}/sign-in/email"
    visitor.submit(page, page, email=accounts.RESIDENT.email, password=accounts.PASSWORD)
    with database.unit():
        me = Person.get(Person.email == accounts.RESIDENT.email).id
    with database.unit(), sites.within(rows[accounts.HOME].id):
        mine = {loan.state: loan.item_id for loan in Loan.select().where(Loan.person_id == me)}
        names = {state: Item.get_by_id(item).name for state, item in mine.items()}
        late = Loan.select().where((Loan.state == "out") & (Loan.due_at < clock.now())).count()
    assert set(names) == {"out", "ready"} and late >= 1
    assert names["ready"] in visitor.get(f"/{accounts.HOME}/me").text


def test_a_unit_of_another_community_is_on_its_way_home(demo):
    _app, rows = demo
    with database.unit(), sites.within(rows["guihuali"].id):
        unit = Unit.get(Unit.state == "transit")
        loan = Loan.get(Loan.unit_id == unit.id, Loan.state == "back")
        assert unit.hut_id is None and "窑" in unit.note and loan.back_at >= loan.out_at


def test_a_community_of_the_district_is_as_large_as_a_real_one(settings):
    """One of 147: its share of huts, things, units and loans; every state is there, and all is as the checks want."""
    app = create_app(settings, raising=True)
    town = towns.district(Random(seed.SEED), towns.RESIDENTS, 1)
    seed.fill(app, "district", lambda line: None, town, 147)
    with database.use(app.portal.db), database.unit(), sites.within(Site.get(Site.slug == town[-1].slug).id):
        n = -(-ITEMS // 147)
        assert Hut.select().count() == -(-HUTS // 147)
        assert (Item.select().count(), Unit.select().count()) == (n, n + -(-(UNITS - ITEMS) // 147))
        assert Code.select().count() == Unit.select().count()
        assert abs(Loan.select().count() - LOANS / 147) <= 3
        assert {state for state, in Loan.select(Loan.state).distinct().tuples()} == set(STATES)
        assert {new for new, in Move.select(Move.new).distinct().tuples()} == set(STATES)
        most = {}
        for person, in Loan.select(Loan.person_id).where(Loan.state.in_(LIVE)).tuples():
            most[person] = most.get(person, 0) + 1
        assert max(most.values()) <= 2
        assert checks.first_broken() is None
        assert len(found("huts", "轮椅")) > 2
        assert (Skill.select().count(), Want.select().count()) == (-(-SKILLS // 147), -(-WANTS // 147))
        for skill in Skill.select():
            thanked = (SkillAsk.skill_id == skill.id) & (SkillAsk.state == "thanked")
            assert skill.thanks == SkillAsk.select().where(thanked).count()
    app.portal.db.close()


def test_every_kind_of_the_story_file_is_in_the_tree():
    assert len(seeds.huts()) == 6
    for hut in seeds.huts():
        assert set(hut.get("more", {})) <= {thing.name for thing in hut["things"]}


def test_a_community_that_stands_for_many_has_all_of_their_huts():
    codes = [_letter(n) for n in range(HUTS)]
    assert codes[:2] == ["A", "B"] and len(set(codes)) == HUTS and max(map(len, codes)) <= 12 - len("H000")
