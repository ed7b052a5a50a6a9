"""A database that knew no spreadsheets comes up to this version with its rows."""

from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models
from portal.plugins.activities.models import Activity, Sheet, SheetPart

from portal.app import create_app
from portal.base import clock, database, sites
from portal.house import folder


def test_activities_are_kept_and_spreadsheets_can_come(empty_settings):
    before(empty_settings)
    app = create_app(empty_settings, raising=True)
    with app.app_context(), database.use(app.portal.db), database.unit(write=True), sites.within(1):
        assert not any(diff_models(app.portal.db, [Sheet, SheetPart]))
        assert [a.title for a in Activity.select()] == ["剪纸"]
        sheet = Sheet.create(key="x", digest="y")
        SheetPart.create(sheet_id=sheet.id, n=0, data="{}")
        assert (sheet.state, sheet.at <= clock.now()) == ("checking", True)
    app.portal.db.close()


def before(settings) -> None:
    """The tables as they were, with an activity."""
    owner = database.connect(settings.database_owner)
    with database.use(owner), database.unit(write=True):
        Runner(owner, str(folder("portal") / "migrations"), table_name="migrations_portal").up()
        Runner(owner, str(folder("portal.plugins.activities") / "migrations"),
               table_name="migrations_activities").up("0005_marks")
        site = sites.add("town", "禅城区")
        with sites.within(site.id):
            Activity.create(uid="a", title="剪纸")
    owner.close()
