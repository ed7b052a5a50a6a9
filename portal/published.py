"""What the portal publishes for plugins: each name with the module it lives in."""

PUBLISHED = {
    "hookimpl": "hookspecs",
    "Link": "offers", "Card": "offers", "Hit": "offers", "Day": "offers", "News": "offers", "Figure": "offers", "Setting": "offers",
    "Action": "offers", "NoticeKind": "offers", "Place": "offers", "Plot": "offers",
    "Owned": "base.records", "District": "base.records", "ForeignSite": "base.records", "same_site": "base.migrate",
    "SiteView": "base.sites", "NoSite": "base.sites", "within": "base.sites", "scope_id": "base.sites",
    "find_site": "base.sites", "site_view": "base.sites",
    "prepared": "base.prepared", "param": "base.prepared", "bulk": "base.bulk",
    "unit": "base.database", "use": "base.database", "after_commit": "base.database", "current": "base.database",
    "now": "base.clock", "frozen": "base.clock", "clock": "base",
    "later": "base.due", "Due": "base.due", "index": "base.search", "unindex": "base.search", "found": "base.search",
    "Viewer": "people.roles", "Person": "people.models", "Household": "people.models", "audit": "people.audit",
    "count": "people.signin", "TooMany": "people.signin",
    "_": "pages.i18n", "ngettext": "pages.i18n", "lazy": "pages.i18n",
    "render": "pages.templates", "kept": "pages.templates", "answer": "pages.templates",
    "see_other": "pages.templates", "refused": "pages.templates",
    "site": "pages.here", "viewer": "pages.here", "dates": "pages.here",
    "may": "pages.here", "require": "pages.here", "require_viewer": "pages.here", "setting": "pages.here",
    "takes_part": "pages.here", "say": "pages.here",
    "calendar_file": "pages",
    "Form": "pages.forms", "stale": "pages.forms",
    "markdown": "pages.markdown", "plain": "pages.markdown", "store_picture": "pages.here",
    "PictureError": "pages.pictures", "picture_url": "pages.here",
    "notify": "pages.notices", "bar_rows": "pages.charts", "meter": "pages.charts", "column_chart": "pages.charts",
    "public_url": "pages.here",
}
RENAMED = {"find_site": "find", "site_view": "view"}
