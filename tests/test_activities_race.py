"""Many people want the last places at once: exactly as many get one as there are, and nobody sees a broken page."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
from portal.plugins.activities import changes
from portal.plugins.activities.models import Activity, Occurrence, SignUp

from portal.app import create_app
from portal.base import clock
from portal.people.models import Household
from portal.testing import Town

THREADS, PEOPLE, PLACES = 16, 200, 20


@pytest.fixture
def busy(settings):
    """A town whose app answers many threads, and an activity with few places; (town, page, id of its date)."""
    town = Town(create_app(replace(settings, threads=2 * THREADS)))  # half of its threads may wait to write
    town.app.portal.templates.auto_reload = False  # as in production: a page is not read from its file each time
    with town.app.app_context(), town.unit("north"):
        activity = Activity.create(uid="race", title="包饺子", capacity=PLACES)
        start = clock.now() + 86400
        changes.add_dates(activity, [(start, start + 3600, False)])
        changes.move(activity, "publish")
        date_id = Occurrence.get().id
    yield town, f"/north/activities/{activity.id}", date_id
    town.db.close()


def run_all(town, jobs: list) -> list:
    """What the jobs answer, done by many threads that each close their connection in the end."""
    waiting, answers = iter(list(jobs)), []
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                job = next(waiting, None)
            if job is None:
                break
            answers.append(job())
        town.db.close()
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(jobs)
    return answers


def prepared(town, page: str, names: list[str], family: int = 0) -> list:
    """A form for each of these people, opened before the rush."""
    forms = []
    for name in names:
        person = town.person(name, home="north")
        members = []
        with town.unit():
            for n in range(family):
                members.append(str(Household.create(person=person, name=f"{name}{n}").id))
        visitor = town.visitor(person)
        form = visitor.form(page, f"{page}/sign-up")
        form.values["who"] = ["me", *members]
        forms.append((visitor, form))
    return forms


def sums(town, date_id: int) -> tuple[int, int]:
    """(places taken, places of the sign-ups)."""
    with town.unit("north"):
        return Occurrence.get_by_id(date_id).taken, sum(
            s.size for s in SignUp.select().where((SignUp.occurrence_id == date_id) & (SignUp.state == "joined")))


@pytest.mark.alone
def test_two_hundred_for_twenty_places(busy):
    town, page, date_id = busy
    forms = prepared(town, page, [f"居民{n}" for n in range(PEOPLE)])
    answers = Counter(run_all(town, [lambda v=v, f=f: v.send(f).status_code for v, f in forms]))
    assert answers == {303: PLACES, 422: PEOPLE - PLACES}
    assert sums(town, date_id) == (PLACES, PLACES)


@pytest.mark.alone
def test_families_never_take_more_than_there_is(busy):
    town, page, date_id = busy
    forms = prepared(town, page, [f"家{n}" for n in range(40)], family=2)
    answers = Counter(run_all(town, [lambda v=v, f=f: v.send(f).status_code for v, f in forms]))
    assert answers == {303: PLACES // 3, 422: 40 - PLACES // 3}
    assert sums(town, date_id) == (PLACES // 3 * 3, PLACES // 3 * 3)


@pytest.mark.alone
def test_one_person_on_many_devices_has_one_place(busy):
    town, page, date_id = busy
    person = town.person("陈爱莲", home="north")
    devices = [town.visitor(person) for _ in range(THREADS)]
    forms = [(v, v.form(page, f"{page}/sign-up")) for v in devices]
    answers = Counter(run_all(town, [lambda v=v, f=f: v.send(f).status_code for v, f in forms]))
    assert answers == {303: 1, 422: THREADS - 1}
    assert sums(town, date_id) == (1, 1)


@pytest.mark.alone
def test_coming_and_going_keeps_the_count(busy):
    town, page, date_id = busy
    forms = prepared(town, page, [f"居民{n}" for n in range(THREADS)])

    def come_and_go(visitor, form):
        codes = []
        for _ in range(3):
            codes.append(visitor.send(form).status_code)
            form.values.pop("_key", None)
            leave = visitor.form(page, f"{page}/leave")
            codes.append(visitor.send(leave).status_code)
        codes.append(visitor.send(form).status_code)
        return codes
    codes = [c for each in run_all(town, [lambda v=v, f=f: come_and_go(v, f) for v, f in forms]) for c in each]
    assert max(codes) < 500
    taken, parties = sums(town, date_id)
    assert taken == parties == THREADS
