"""The demo's sites as they are on a day: two parties wait, some have come through the door, a date is told of."""

from portal import now

from .attendance import afterwards
from .models import Feedback, Occurrence, SignUp
from .places import seats
from .rules import Party

DAY = 86400
STORY = """十四道菜摆满了三张长桌。最先见底的是桂姨的酿豆腐，孩子们围着糖水转了一晚上，饭后还有人上台唱了几首老歌。

收桌的时候下了几滴雨，没人急着走。下次桌子再摆长一点。"""
PICTURES = (("lanterns", "天黑了，小广场挂着红灯笼"), ("singing", "饭后台上有人唱歌"))
SAID = ((5, "认识了对门的新邻居。"), (5, ""), (4, "菜很好，凳子少了几张。"), (5, "妈妈好久没这么高兴了。"),
        (3, "有点晚，孩子要睡觉。"), (4, ""), (5, "下次我也带一道。"), (4, "歌单可以早点定。"), (5, ""))


def fill(plot, going_on: str, told: str) -> None:
    """People wait for a full date, half are here at the one that is going on, and the last one is told of."""
    wait(plot)
    _have_come(plot, (Occurrence.starts_at < now()) & (Occurrence.title != going_on), 0.9)
    for title, share in ((going_on, 0.5), (told, 1)):
        date = Occurrence.get(Occurrence.title == title)
        _first_resident(plot, date)
        _have_come(plot, Occurrence.id == date.id, share)
    _tell(plot, date)


def wait(plot) -> None:
    """Two parties join the waitlist of the first date from tomorrow on that is full."""
    full = (Occurrence.select(Occurrence.id).where(
        (Occurrence.capacity == Occurrence.taken) & (Occurrence.starts_at > now() + DAY // 2))
        .order_by(Occurrence.starts_at, Occurrence.id).limit(1).scalar())
    coming = {p for p, in SignUp.select(SignUp.person_id).where(SignUp.occurrence_id == full).tuples()}
    others = [one for one in plot.people[1:] if one.id not in coming and one.family]
    for one, members in zip(others[:2], (one.family[:1] for one in others), strict=False):
        seats.sign_up(full, seats.Wish(Party(True, members)),
                      {"actor_id": one.id, "person_id": one.id, "channel": "web"}, wait=True)


def _first_resident(plot, date: Occurrence) -> None:
    """The first resident of the demo has a place on it, too."""
    me = plot.people[0].id
    if plot.number or SignUp.select().where((SignUp.occurrence_id == date.id) & (SignUp.person_id == me)).exists():
        return
    SignUp.insert(occurrence_id=date.id, person_id=me, actor_id=me, at=date.starts_at - 2 * DAY).execute()
    Occurrence.update(taken=Occurrence.taken + 1).where(Occurrence.id == date.id).execute()


def _have_come(plot, which, share: float) -> None:
    """About that share of the parties of these dates were checked in within the quarter of an hour about the start."""
    rows = (SignUp.select(SignUp.id, SignUp.size, Occurrence.starts_at)
            .join(Occurrence, on=(Occurrence.id == SignUp.occurrence_id))
            .where(which & (SignUp.state == "joined")).order_by(SignUp.id).tuples())
    for number, size, start in list(rows):
        if plot.random.random() < share:
            at = start + plot.random.randrange(-600, 300, 10)
            SignUp.update(came=size, came_at=at).where(SignUp.id == number).execute()


def _tell(plot, date: Occurrence) -> None:
    """Staff have told how it was, with pictures, and some of those who came have said it, too."""
    pictures = [[plot.picture(motif), alt] for motif, alt in PICTURES]
    afterwards.keep_recap(date.id, STORY, pictures, 0, {"actor_id": plot.staff})
    came = [p for p, in SignUp.select(SignUp.person_id).where(
        (SignUp.occurrence_id == date.id) & SignUp.came.is_null(False)).order_by(SignUp.id).tuples()]
    for person_id, (stars, text) in zip([p for p in came if p != plot.people[0].id], SAID, strict=False):
        Feedback.insert(occurrence_id=date.id, person_id=person_id, stars=stars, text=text).execute()
