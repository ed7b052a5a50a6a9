"""Every hook a plugin can implement, under headings by when it is called.

Mark an implementation with `@portal.hookimpl`; take only the arguments you need. A hook that raises, or answers
with something else than its docstring says, is left out of the page, logged with the plugin's name and shown on the
staff desk. Only plugins that are enabled in the open site are asked (except at start).
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:  # names for readers; nothing is imported at run time
    from flask import Blueprint
    from peewee import Model

    from .base.due import Due
    from .base.prepared import Asked
    from .base.sites import SiteView
    from .offers import Action, Card, Day, Figure, Hit, Link, News, NoticeKind, Place, Plot, Setting
    from .people.roles import Viewer

hookspec = pluggy.HookspecMarker("portal")
hookimpl = pluggy.HookimplMarker("portal")


# At start: once in every process. An answer that is wrong keeps the plugin out, with the reason in the log.


@hookspec
def title() -> "str":
    """The plugin's name for people (a msgid, e.g. "Activities")."""


@hookspec
def describe() -> "str":
    """One sentence for the staff who decide whether to enable it (a msgid)."""


@hookspec
def blueprint() -> "Blueprint":
    """The plugin's pages. Its name is the plugin's name; they live under `/<plugin>/`."""


@hookspec
def models() -> "Iterable[type[Model]]":
    """All models of the plugin. Tables begin with the plugin's name."""


@hookspec
def commands() -> "Iterable[Any]":
    """Click commands for `portal <plugin> …`."""


@hookspec
def settings() -> "Iterable[Setting]":
    """What staff can set for the plugin in their site."""


@hookspec
def actions() -> "Iterable[Action]":
    """The rights that the plugin asks for with `may()`, each with the roles that have it from the start."""


@hookspec
def notice_kinds() -> "Iterable[NoticeKind]":
    """The kinds of messages that the plugin sends."""


# On pages: while a page of an enabled site is made. Be quick: 200 ms three times in a minute, and it is left out.


@hookspec
def nav_items(site: "SiteView", viewer: "Viewer | None") -> "Iterable[Link]":
    """Entries of the site's menu. The two with the lowest weight stand in the phone's tab bar.

    Without any argument they are the same for every reader, and are kept until the site changes.
    """


@hookspec
def home_cards(site: "SiteView", viewer: "Viewer | None") -> "Iterable[Card] | Asked":
    """Sections of the front page, each a rendered part. At most one query. Who answers `prepared(…).asked(then, …)`
    has it asked together with those of other plugins: `then(rows)` gives the cards."""


@hookspec
def my_items(site: "SiteView", viewer: "Viewer") -> "Iterable[Card]":
    """Sections of the page “me”: what this person has in the plugin."""


@hookspec
def staff_items(site: "SiteView", viewer: "Viewer") -> "Iterable[Link] | Asked":
    """Entries of the staff desk's menu, for what the viewer may do; `badge` says how much waits. Every page of staff
    shows it: ask for all that waits in one query, and with `asked` as on the front page.

    Without any argument they depend on what the viewer may do, and on nothing else but what `count_changes` counts:
    they are kept for everybody with the same rights until the site changes, or anything that is counted in it.
    """


@hookspec
def search(site: "SiteView", viewer: "Viewer | None", words: str) -> "Iterable[Hit]":
    """What the plugin finds for these words, best first, at most 20. `portal.found()` asks the common index."""


@hookspec
def figures(site: "SiteView") -> "Iterable[Figure]":
    """Numbers for the staff desk, each with the rows of its chart and table."""


@hookspec
def calendar(site: "SiteView", viewer: "Viewer | None", start: int, end: int,
             sites: "tuple[int, ...]") -> "Iterable[Day]":
    """What residents see that happens between two instants (epoch seconds), for the calendar page.

    Take `sites` to be asked once for this site, those above and those below it together: rows of all these are open,
    in one query, and each Day names its `site_id`. Without it you are asked for this site and for each above it.
    """


@hookspec
def calendar_mark(site: "SiteView", start: int, end: int, sites: "tuple[int, ...]") -> "int | str | None":
    """Something cheap that changes whenever `calendar` would answer differently, for any reader.

    While it stays the same, a calendar page is shown as it was made before. True: all that it would show is counted by
    `count_changes` under the plugin's name, which the house looks at. None, or no answer: the page is made anew.
    """


@hookspec
def my_calendar(person_id: int, start: int, end: int, sites: "tuple[int, ...]") -> "Iterable[Day]":
    """What a person has in their own calendar between two instants: what they signed up for, borrowed, are asked to.

    Asked once for the whole house: `sites` are all where the plugin is on, their rows are open, and each Day names its
    `site_id`, a `uid` that stays, `sequence` and `changed_at`. Calendar apps read it without a session.
    """


@hookspec
def news(site: "SiteView") -> "Iterable[News]":
    """The newest of what everybody may read without signing in, at most 40, for the site's RSS feed. One query."""


@hookspec
def sitemap(site: "SiteView") -> "Iterable[str]":
    """Public addresses of the plugin, relative to the site."""


@hookspec
def may(site: "SiteView", viewer: "Viewer | None", action: str, thing: Any) -> "bool | None":
    """Whether the viewer may do one of the plugin's own actions. Only its owner can allow; everyone can refuse.

    None: as the roles of the action say. False from any plugin refuses.
    """


# For other plugins.


@hookspec
def places(site: "SiteView") -> "Iterable[Place]":
    """Places that other plugins may choose from: a hut, a hall, a classroom."""


# Personal data.


@hookspec
def export(person_id: int) -> "dict[str, Any]":
    """All that the plugin keeps of a person in the open site, ready for JSON."""


@hookspec
def erase(person_id: int) -> "None":
    """Take the person out of the plugin's rows in the open site; what must be kept is made nameless."""


@hookspec
def merge(person_id: int, into_id: int) -> "None":
    """Two persons turned out to be one: move the rows."""


# Senders: ways out of the house. Asked outside of any transaction, one plugin after another until one has done it.


@hookspec
def sms(phone: str, text: str) -> "bool | None":
    """Send a text message (`PORTAL_SMS=hook`). True: it is on its way, nobody else is asked. It may take seconds."""


@hookspec
def wechat(person_id: int, title: str, text: str, url: str) -> "bool | None":
    """Send a message by WeChat; `url` is a whole address. True: it is on its way. It may take seconds.

    What nobody has taken, or raises, is asked again after growing pauses, six times in all.
    """


@hookspec
def knows_wechat(person_id: int) -> "bool | None":
    """Whether the plugin can reach this person by WeChat. Asked inside a transaction and on pages: be quick."""


# News: something has happened. The answer is not used.


@hookspec
def enabled(site: "SiteView") -> "None":
    """The plugin was switched on in a site."""


@hookspec
def disabled(site: "SiteView") -> "None":
    """The plugin was switched off in a site; its rows are kept."""


@hookspec
def resident_joined(site: "SiteView", person_id: int) -> "None":
    """A resident was verified in a site."""


@hookspec
def nightly(site: "SiteView", today: date) -> "None":
    """Once a night in every site where the plugin is enabled; run by the jobs worker."""


@hookspec
def due(site: "SiteView | None", row: "Due") -> "None":
    """A row that the plugin put off with `portal.later()` has come due. Only the plugin named in it is called."""


# Made-up districts: `portal seed` and `portal demo`. Plugins that are installed are asked before they are enabled.


@hookspec
def seed(site: "SiteView", plot: "Plot") -> "bool | None":
    """Fill the plugin in an empty, made-up site, within it and in a writing unit. False: it stays off there."""


HOOKS: dict[str, Callable] = {name: f for name, f in list(globals().items()) if hasattr(f, "portal_spec")}
