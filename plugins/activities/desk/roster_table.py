"""The roster of a date as a spreadsheet."""

from portal import Table, _, audit, require

from .. import rules
from ..models import Activity
from .dates import date_of, when_of
from .poster import pages
from .roster import GROUPS, Entry, grouped

N_ = rules.N_
HEADS = (N_("Name"), N_("Family"), N_("Further people"), N_("People"), N_("Phone"), N_("Role"), N_("State"),
         N_("Place on the waitlist"), N_("Signed up by"))
CHANNELS = {"desk": N_("at the desk"), "phone": N_("by phone"), "web": N_("online"), "import": N_("imported")}


@pages.post("/desk/date/<int:occurrence_id>/roster.xlsx")
def roster_table(occurrence_id: int):
    """Everybody on the roster, a row each, to be downloaded; what staff take away is noted down."""
    me = require("activities.roster")
    date = date_of(occurrence_id)
    activity = Activity.get_by_id(date.activity_id)
    questions = [question for question, _must in rules.asked_in(activity.questions)]
    rows = [_row(group, n, one, questions) for group, entries in grouped(date, activity).items()
            for n, one in enumerate(entries, 1)]
    table, when = Table(), when_of(date)
    table.add(_("Roster"), f"{date.title} {when}", [*map(_, HEADS), *questions, _("Further answers")], rows)
    audit(me, "activities.roster", date.title, when)
    return table.answer(f"{_('Roster')} {date.title} {when}")


def _row(group: str, n: int, one: Entry, questions: list[str]) -> list[object]:
    said = dict(one.answers)
    further = _(", ").join(answer for question, answer in one.answers if question not in questions)
    role = rules.ROLES["helper" if group == "helper" else "participant"]
    return [one.name if one.oneself else _("%(name)s (family only)", name=one.name), _(", ").join(one.family),
            one.others or "", one.size, one.phone, _(role), _(dict(GROUPS)[group]), n if group == "waiting" else "",
            _(CHANNELS.get(one.channel, one.channel)), *[said.get(question, "") for question in questions], further]
