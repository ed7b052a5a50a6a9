"""The figures of one activity, for staff."""

from flask import abort

from portal import answer, require, site

from ..attendance import counting
from ..models import Activity
from .sheets import pages


@pages.get("/desk/<int:activity_id>/figures")
def desk_figures(activity_id: int):
    """Who signed up and who waited: by month, estate and age."""
    require("activities.edit")
    activity = Activity.get_or_none(Activity.id == activity_id)
    if activity is None:
        abort(404)
    return answer("activities/desk_figures.html", activity=activity, found=counting.of_activity(activity.id, site.zone))
