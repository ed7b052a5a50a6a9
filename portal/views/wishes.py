"""How messages may reach a person: by which ways each kind, quiet hours, e-mails one by one or once a day."""

from flask import Blueprint, current_app, g, request

from ..base import clock
from ..offers import NoticeKind
from ..pages import notices
from ..pages.here import require_oneself, say
from ..pages.i18n import _
from ..pages.templates import answer, refused, see_other
from ..people import outbox, wishes
from ..people.models import Notice
from ..people.wishes import Wishes
from .desk import title_of

pages = Blueprint("wishes", __name__, url_prefix="/me/notices")

N_ = str

CHANNELS = {"email": N_("E-mails"), "sms": N_("Text messages"), "wechat": N_("WeChat")}
CORE = N_("Your account and address")


@pages.route("", methods=["GET", "POST"])
def index():
    """The person's wishes; what is sent replaces them for the kinds and ways that the page shows."""
    to = notices.reader(require_oneself().person_id)
    ways = notices.ways_to(to, g.site)
    if request.method == "GET":
        return _show(answer, to, ways, to.wishes)
    wanted, wrong = _sent(to.wishes, ways)
    if wrong:
        return _show(refused, to, ways, wanted, wrong)
    _keep(to.id, wanted)
    say(_("Saved."))
    return see_other("me/notices")


def _show(page, to: notices.Reader, ways: list[str], mine: Wishes, wrong: tuple = ()):
    groups = [(title, [(kind.name, _(kind.label), kind.urgent, [(w, _(CHANNELS[w]), mine.by(w, kind)) for w in ways])
                       for kind in kinds]) for title, kinds in _groups()]
    return page("me-notices.html", groups=groups, ways=[(w, _(CHANNELS[w])) for w in ways], mine=mine, wrong=wrong,
                hours=_hours(), email=to.email, quiet=mine.quiet_from is not None,
                quiet_from=(wishes.EVENING if mine.quiet_from is None else mine.quiet_from) // 60,
                quiet_until=(mine.quiet_until if mine.quiet_from is not None else wishes.MORNING) // 60,
                digest=mine.digest is not None, digest_at=(wishes.DIGEST if mine.digest is None else mine.digest) // 60)


def _groups() -> list[tuple[str, list[NoticeKind]]]:
    """(title, kinds) of the core and of each plugin that is on here and sends messages."""
    plugins = current_app.portal.plugins
    own = [(name, plugins.ask(name, "notice_kinds", ())) for name in sorted(g.site.plugins & set(plugins.names))]
    return [(_(CORE), list(notices.CORE_KINDS)), *((_(title_of(name)), list(kinds)) for name, kinds in own if kinds)]


def _hours() -> list[tuple[int, str]]:
    """(hour, as it is said) of a day."""
    day = clock.local_date(clock.now(), g.site.zone)
    return [(hour, g.dates.clock(clock.at_minute(day, hour * 60, g.site.zone))) for hour in range(24)]


def _sent(before: Wishes, ways: list[str]) -> tuple[Wishes, tuple]:
    """The wishes that the form says over those before, and (field, sentence) of what is wrong with them."""
    form = request.form
    chosen = {channel: dict(kinds) for channel, kinds in before.chosen.items()}
    for way in ways:
        ticked, kinds = set(form.getlist(way)), [k.name for _title, group in _groups() for k in group]
        chosen.setdefault(way, {}).update({name: name in ticked for name in kinds})
    hours = {name: _minute(form.get(name, "")) for name in ("quiet_from", "quiet_until", "digest_at")}
    digest = hours["digest_at"] if form.get("digest") == "day" else None
    if "email" not in ways:
        digest = before.digest
    wanted = Wishes(chosen, hours["quiet_from"] if form.get("quiet") else None, hours["quiet_until"] or 0, digest,
                    g.site.zone)
    return wanted, tuple(_wrong(wanted, hours))


def _minute(hour: str) -> int | None:
    return int(hour) * 60 if hour.isascii() and hour.isdigit() and len(hour) < 3 and int(hour) < 24 else None


def _wrong(wanted: Wishes, hours: dict[str, int | None]):
    quiet, digest = request.form.get("quiet"), request.form.get("digest") == "day"
    if quiet and None in (hours["quiet_from"], hours["quiet_until"]):
        yield "quiet_from", _("Choose from when to when it shall be quiet.")
    elif quiet and hours["quiet_from"] == hours["quiet_until"]:
        yield "quiet_until", _("Quiet hours end at another hour than they begin.")
    if digest and hours["digest_at"] is None:
        yield "digest_at", _("Choose an hour for the e-mail of the day.")
    elif digest and wanted.digest is not None and wanted.quiet_from is not None and _in(wanted):
        yield "digest_at", _("This hour is in your quiet hours. Choose another one for the e-mail of the day.")


def _in(wanted: Wishes) -> bool:
    """Whether the e-mail of the day would have to wait for the end of the quiet hours."""
    day = clock.local_date(clock.now(), "UTC")
    at = clock.at_minute(day, wanted.digest, "UTC")
    return bool(wishes.quiet_end(at, wanted.quiet_from, wanted.quiet_until, "UTC"))


def _keep(person_id: int, wanted: Wishes) -> None:
    """Store the wishes; what waits already for the morning or for the e-mail of the day goes by the new ones."""
    wishes.keep(person_id, wanted)
    outbox.hasten(person_id)
    if Notice.select().where((Notice.person == person_id) & Notice.digest).exists():
        wishes.plan_digest(person_id, wanted, move=True)
