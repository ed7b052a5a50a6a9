"""The figures of the huts for staff, as charts with their numbers, and as a file for a spreadsheet."""

import csv
import io

from flask import Response

from portal import answer, clock, now, require, site

from ..pages import pages
from . import counting


@pages.get("/desk/figures")
def desk_figures():
    """Loans and days of use, what is overdue, and what nobody borrows."""
    require("huts.figures")
    return answer("huts/desk_figures.html", found=counting.of_site(site.zone), idle=counting.longest_idle(),
                  days=counting.IDLE_DAYS)


@pages.get("/desk/figures.csv")
def desk_figures_csv():
    """The same numbers, a line each; where one is hidden there is none."""
    require("huts.figures")
    out = io.StringIO()
    lines = csv.writer(out)
    for figure in counting.of_site(site.zone):
        lines.writerows((figure.label, row[0], row[1] if len(row) == 2 else "") for row in figure.rows)
        lines.writerow((figure.label, "", "" if figure.words else figure.value))
    day = clock.local_date(now(), site.zone)
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers={
        "Content-Disposition": f'attachment; filename="huts-{day}.csv"', "Cache-Control": "no-store"})
