"""What the pages of reports read."""

from peewee import fn

from portal import prepared

from ..models import ThingHiding, ThingReport

MOST = 50  # of a list on the desk

waiting = prepared(lambda: (
    ThingReport.select(ThingReport.kind, ThingReport.thing_id, fn.COUNT(ThingReport.id), fn.MIN(ThingReport.at))
    .where(ThingReport.state == "waiting").group_by(ThingReport.kind, ThingReport.thing_id)
    .order_by(fn.MIN(ThingReport.at), ThingReport.kind, ThingReport.thing_id).limit(MOST)))


def _hidings():
    return ThingHiding.select(ThingHiding.id, ThingHiding.kind, ThingHiding.thing_id, ThingHiding.rule,
                              ThingHiding.reason, ThingHiding.appeal, ThingHiding.at)


appeals = prepared(lambda: _hidings().where(ThingHiding.appeal == "waiting").order_by(ThingHiding.id).limit(MOST))
latest = prepared(lambda: _hidings().where(ThingHiding.appeal != "waiting").order_by(ThingHiding.id.desc()).limit(MOST))


def count():
    """A column: how many reports and appeals wait for staff."""
    appeals = ThingHiding.select(fn.COUNT(ThingHiding.id)).where(ThingHiding.appeal == "waiting")
    return ThingReport.select(fn.COUNT(ThingReport.id) + appeals).where(ThingReport.state == "waiting")


def reports_of(kind: str, thing_id: int) -> list[tuple[str, str, int]]:
    """(rule, words, when) of the reports of a thing that wait."""
    mine = (ThingReport.kind == kind) & (ThingReport.thing_id == thing_id) & (ThingReport.state == "waiting")
    return list(ThingReport.select(ThingReport.rule, ThingReport.text, ThingReport.at).where(mine)
                .order_by(ThingReport.at).tuples())
