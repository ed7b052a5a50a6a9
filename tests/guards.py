"""Every guard of the house, with the patch that removes it: each turns a test red.

`python -m tests.guards` tries them all, `python -m tests.guards rows` those with a word in their name. A guard is
taken out of a copy of the project, the named test is run there, and it has to fail.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
MAPPED = ("plugins", "themes", "translations")


class Guard(NamedTuple):
    """A guard: what it keeps out, the file, the text that is the guard, what stands there without it, its test."""

    name: str
    file: str
    guard: str
    without: str
    test: str


RECORDS, REQUESTS, SIGNIN = "portal/base/records.py", "portal/requests.py", "portal/people/signin.py"
ROWS, ISOLATION = "tests/test_rows.py", "tests/isolation"

CORE = (
    Guard("rows: a query sees its site only", RECORDS,
          'ctx.literal("(SELECT * FROM ").sql(entity).literal(" WHERE ").sql(IN_SCOPE)',
          'ctx.literal("(SELECT * FROM ").sql(entity)', f"{ROWS}::test_another_site_sees_nothing"),
    Guard("rows: an alias sees its site only", RECORDS, "return ScopedAlias(cls, alias)",
          "return ModelAlias(cls, alias)", f"{ROWS}::test_another_site_sees_nothing"),
    Guard("rows: an update or delete holds to its site", RECORDS,
          "held._where = IN_SCOPE if self._where is None else IN_SCOPE & self._where", "pass",
          f"{ROWS}::test_another_site_sees_nothing"),
    Guard("rows: a conflict does not overwrite another site's row", RECORDS,
          'if kwargs.get("action") != "IGNORE" and not names & {"site", "site_id"}:', "if False:",
          f"{ROWS}::test_a_row_cannot_be_written_into_another_site"),
    Guard("rows: raw SQL is refused", RECORDS, 'raise NoSite(f"raw SQL on {cls.__name__} would pass by its site")',
          "return super().raw(sql, *params)", f"{ROWS}::test_raw_sql_is_refused"),
    Guard("rows: a new row gets the open site", RECORDS,
          'if given is not None and getattr(given, "id", given) != mine:', "if False:",
          f"{ROWS}::test_a_row_cannot_be_written_into_another_site"),
    Guard("rows: a foreign row is not saved in silence", RECORDS, "        if not stored:\n", "        if False:\n",
          f"{ROWS}::test_a_row_cannot_be_written_into_another_site"),
    Guard("rows: PostgreSQL's own wall", "portal/base/migrate.py",
          "db.execute_sql(f'ALTER TABLE \"{table}\" FORCE ROW LEVEL SECURITY')\n", "pass\n        return\n",
          f"{ROWS}::test_postgresql_guards_the_rows_by_itself"),
    Guard("rows: no site, no rows", "portal/base/sites.py",
          'raise NoSite("rows of a site were asked for outside of a site")', 'return Scope((1,), "{1}")',
          f"{ROWS}::test_outside_of_a_site_there_are_no_rows"),
    Guard("rows: a subtree writes none", "portal/base/sites.py", "    if len(ids) != 1:\n", "    if False:\n",
          f"{ROWS}::test_a_subtree_reads_its_sites_and_writes_none"),
    Guard("forms: the token", REQUESTS, "        csrf.protect(apply_exemptions=True)\n", "",
          "tests/test_requests.py::test_a_form_without_its_token_is_refused"),
    Guard("forms: a second tap", REQUESTS, "        if row is not None:\n            return _again(row)\n", "",
          "tests/test_requests.py::test_a_second_tap_gets_the_first_answer"),
    Guard("forms: a key is its session's own", REQUESTS, "{key} {forms.mine()} {request.path}", "{key}",
          "tests/test_requests.py::test_a_form_key_of_somebody_else_opens_nothing"),
    Guard("isolation: a form's key is its site's own", REQUESTS, "{g.site.id} {key}", "{key}",
          f"{ISOLATION}/test_forms.py::test_the_key_of_a_form_in_north_is_another_in_south"),
    Guard("isolation: a plugin that is off has no pages", REQUESTS,
          "if blueprint in app.portal.plugin_names and blueprint not in g.site.plugins:", "if False:",
          f"{ISOLATION}/test_plugin_off.py::test_none_of_its_addresses_is_there"),
    Guard("isolation: its page is one that nobody has", REQUESTS,
          "    g.context = context_of(app.portal, g.site, g.viewer)\n    _gate(app)\n",
          "    _gate(app)\n    g.context = context_of(app.portal, g.site, g.viewer)\n",
          f"{ISOLATION}/test_plugin_off.py::test_none_of_its_addresses_is_there"),
    Guard("isolation: acting is for one site", SIGNIN, "AND s.acting_site_id = {mark}", "AND {mark} > 0",
          f"{ISOLATION}/test_ways.py::test_acting_ends_at_the_border_of_the_site"),
    Guard("isolation: search finds the site's own", "portal/base/search.py", "WHERE e.site_id = ? AND e.plugin",
          "WHERE (e.site_id = ? OR 1 = 1) AND e.plugin",
          f"{ISOLATION}/test_pages.py::test_a_search_in_south_finds_nothing_of_north"),
    Guard("sessions: only a hash is stored", SIGNIN, "return hashlib.sha256(token.encode()).hexdigest()",
          "return token", "tests/test_requests.py::test_only_a_hash_of_the_session_is_stored"),
    Guard("rights: only its owner allows an action", "portal/people/roles.py", "if answer is True and name == owner:",
          "if answer is True:", "tests/test_roles.py::test_only_the_owner_of_an_action_can_allow_it"),
    Guard("rights: anybody refuses", "portal/people/roles.py",
          "if answer is False or (answer is FAILED and name == owner):", "if False:",
          "tests/test_roles.py::test_everybody_can_refuse"),
    Guard("rights: a plugin that is off has none", "portal/people/roles.py",
          'or (owner != "core" and owner not in site.plugins)', "",
          "tests/test_roles.py::test_a_plugin_that_is_off_has_no_rights"),
    Guard("settings: a weak secret in production", "portal/base/settings.py",
          "            or len(set(settings.secret_key)) < 10:", "            or False:",
          "tests/test_settings.py::test_an_unsafe_production_is_refused"),
)

VIEWS, HAND, ME = "portal/views/signin.py", "portal/views/handover.py", "portal/views/me.py"
ACCOUNT, WAYS = "portal/views/account.py", "portal/pages/ways.py"
DUE, MAIL = "portal/base/due.py", "portal/people/mail.py"
SIGNING, HANDING, MINE = "tests/test_signin.py", "tests/test_handover.py", "tests/test_me.py"
NOTICES, JOBS = "tests/test_notices.py", "tests/test_jobs.py"

PEOPLE = (
    Guard("codes: five tries", SIGNIN,
          "(SignInCode.id == row.id) & (SignInCode.tries < CODE_TRIES)",
          "(SignInCode.id == row.id)",
          f"{SIGNING}::test_five_tries_then_not_even_the_right_one"),
    Guard("codes: five minutes", SIGNIN,
          "& ~SignInCode.used\n                                     & (SignInCode.expires_at > clock.now())",
          "& ~SignInCode.used",
          f"{SIGNING}::test_a_code_is_good_for_five_minutes"),
    Guard("codes: once", SIGNIN,
          "Checked(people=people_of(phone)) if _use_up(row.id) else Checked(wrong=True)",
          "Checked(people=people_of(phone))",
          f"{SIGNING}::test_a_code_is_good_once"),
    Guard("codes: kept hashed", SIGNIN,
          'return hmac.new(secret.encode(), f"{phone} {code}".encode(), "sha256").hexdigest()',
          "return code",
          f"{SIGNING}::test_codes_and_tokens_are_kept_hashed"),
    Guard("codes: a phone's limits", SIGNIN,
          '(f"code phone hour {phone}", PHONE_HOUR, 3600)',
          "",
          f"{SIGNING}::test_a_phone_gets_five_codes_an_hour_and_ten_a_day"),
    Guard("codes: a phone's day", SIGNIN,
          '(f"code phone day {phone}", PHONE_DAY, 86400), ',
          "",
          f"{SIGNING}::test_a_phone_gets_five_codes_an_hour_and_ten_a_day"),
    Guard("codes: an address's limit", SIGNIN,
          '(f"code address {address_key(address)}", PHONE_HOUR * ADDRESS_TIMES, 3600),',
          "",
          f"{SIGNING}::test_an_address_may_ask_ten_times_as_often"),
    Guard("codes: a community's limit", SIGNIN,
          '(f"code site {site_id}", SITE_DAY, 86400),',
          "",
          f"{SIGNING}::test_a_community_has_a_limit_a_day"),
    Guard("codes: what is refused is not counted", SIGNIN,
          "    for limit in limits:\n        _refuse_spent(*limit)\n",
          "",
          f"{SIGNING}::test_what_is_refused_is_counted_nowhere"),
    Guard("codes: sent after the commit", VIEWS,
          "after_commit(lambda: sms.send(portal.settings, portal.plugins, here, number, text))",
          "sms.send(portal.settings, portal.plugins, here, number, text)",
          f"{SIGNING}::test_the_text_goes_out_after_the_commit_only"),
    Guard("codes: a proved phone counts once", SIGNIN,
          "if row is None or (redeem and not _use_up(row.id)):",
          "if row is None:",
          f"{SIGNING}::test_registering_counts_once_and_in_time"),
    Guard("codes: a proved phone counts for minutes", SIGNIN,
          "& SignInCode.phone.startswith(PROVED) & (SignInCode.expires_at > clock.now()))",
          "& SignInCode.phone.startswith(PROVED))",
          f"{SIGNING}::test_registering_counts_once_and_in_time"),
    Guard("codes: only who shares the phone can be chosen", VIEWS,
          "if chosen not in people:",
          "if not chosen:",
          f"{SIGNING}::test_residents_who_share_a_phone_choose"),
    Guard("passwords: ten tries", SIGNIN,
          '    count(f"password {email}", PASSWORD_TRIES, 900)\n',
          "",
          f"{SIGNING}::test_ten_wrong_passwords_then_a_quarter_of_an_hour"),
    Guard("passwords: an address's tries", SIGNIN,
          '        count(f"password address {address_key(address)}", PASSWORD_TRIES * ADDRESS_TIMES, 900)\n',
          "        pass\n",
          f"{SIGNING}::test_one_address_cannot_try_all_accounts"),
    Guard("passwords: unknown costs the same", SIGNIN,
          "right = _verified(person.password if person and person.password else dummy, password)",
          "right = bool(person) and _verified(person.password, password)",
          f"{SIGNING}::test_a_wrong_password_and_an_unknown_address_look_alike"),
    Guard("sessions: the cookie is closed to scripts", VIEWS,
          "response.set_cookie(signin.COOKIE, token, days * 86400, httponly=True",
          "response.set_cookie(signin.COOKIE, token, days * 86400, httponly=False",
          f"{SIGNING}::test_a_code_signs_in"),
    Guard("ways: not to another host", WAYS, 'or path.startswith("//") or', "or", "tests/test_ways.py"),
    Guard("ways: not up out of the site", WAYS, '".." in steps or ', "", "tests/test_ways.py"),
    Guard("ways: no backslash", WAYS, ' or "\\\\" in unquote(parts.path)', "", "tests/test_ways.py"),
    Guard("hand-over: once", HAND,
          "return row.person_id if first else None",
          "return row.person_id",
          f"{HANDING}::test_a_sign_in_is_handed_over_once"),
    Guard("hand-over: its host", HAND,
          "if host != request.host or _origin",
          "if _origin",
          f"{HANDING}::test_a_hand_over_is_bound_to_both_hosts"),
    Guard("hand-over: from its host", HAND,
          '_origin(request.headers.get("Origin", ""))[1] != origin',
          "False",
          f"{HANDING}::test_a_hand_over_is_bound_to_both_hosts"),
    Guard("hand-over: in time", HAND,
          ".loads(token, max_age=SECONDS)",
          ".loads(token)",
          f"{HANDING}::test_a_hand_over_is_bound_to_session_and_time"),
    Guard("hand-over: while its session lives", HAND,
          "    if row is None:\n        return None\n    until",
          "    if row is None:\n        return 1\n    until",
          f"{HANDING}::test_a_hand_over_is_bound_to_session_and_time"),
    Guard("me: a family is one's own", ME,
          "Household.select().where(Household.person == viewer.person_id)",
          "Household.select()",
          f"{MINE}::test_another_familys_rows_are_not_there"),
    Guard("me: a new address is verified anew", ME,
          'Membership.state: "stated",\n',
          "\n",
          f"{MINE}::test_an_address_is_stated_and_verified_again_when_it_changes"),
    Guard("me: a verified name stays", ACCOUNT,
          "        form.name.data = person.name\n",
          "        pass\n",
          f"{MINE}::test_a_name_may_be_changed_until_staff_have_verified_it"),
    Guard("me: an e-mail is confirmed", ACCOUNT,
          "if not wanted or not current_app.portal.settings.smtp:",
          "if True:",
          f"{MINE}::test_an_e_mail_address_is_confirmed_by_a_code"),
    Guard("me: the present password is asked for", ACCOUNT,
          'if person.password and not signin.is_password_of(person, form.current.data or ""):',
          "if False:",
          f"{MINE}::test_a_password_is_set_changed_and_signs_out_others"),
    Guard("me: who acts stays out of the account", "portal/pages/here.py",
          "    if found.acting:\n        say(",
          "    if False:\n        say(",
          f"{MINE}::test_staff_who_act_stay_out_of_the_account"),
    Guard("me: devices are one's own", SIGNIN,
          "return bool(Session.delete().where((Session.id == se"
          "ssion_id) & (Session.person == person_id)).execute())",
          "return bool(Session.delete().where(Session.id == session_id).execute())",
          f"{MINE}::test_anothers_device_is_not_there"),
    Guard("inbox: messages are one's own", "portal/views/inbox.py",
          "(Notice.id == notice_id) & (Notice.person == require_oneself().person_id)",
          "Notice.id == notice_id",
          f"{MINE}::test_anothers_messages_are_not_there"),
    Guard("notices: once", "portal/pages/notices.py",
          "    if not _store(person.id, site, kind, event, title[:200], text, url):\n        return False\n",
          "    _store(person.id, site, kind, event, title[:200], text, url)\n",
          f"{NOTICES}::test_a_notice_comes_once"),
    Guard("mails: claimed", MAIL,
          "Mail.next_at <= now) & (Mail.claimed_at < now - CLAIM))",
          "Mail.next_at <= now))",
          f"{NOTICES}::test_a_claimed_mail_is_left_to_its_worker_until_the_claim_is_old"),
    Guard("mails: tries are bounded", MAIL,
          "_is_final(error) or mail.tries >= TRIES",
          "_is_final(error)",
          f"{NOTICES}::test_tries_are_bounded"),
    Guard("due: a late worker finds it done", DUE,
          "            if _still_mine(row):\n",
          "            if True:\n",
          f"{JOBS}::test_a_worker_that_comes_late_finds_the_row_done"),
    Guard("due: claimed", DUE,
          "(Due.due_at <= now) & (Due.claimed_at < now - CLAIM)",
          "(Due.due_at <= now)",
          f"{JOBS}::test_a_claimed_row_is_left_to_its_worker_until_the_claim_is_old"),
    Guard("due: a plugin that is off does nothing", "portal/jobs.py",
          "or (site is not None and plugin not in site.plugins)",
          "",
          f"{JOBS}::test_a_plugin_that_is_off_does_nothing_until_it_is_on"),
    Guard("due: a night is planned once", "portal/jobs.py",
          '        signin.count(f"night {site_id} {day}", 1, 2 * 86400)\n',
          "        pass\n",
          f"{JOBS}::test_a_night_is_planned_once_after_three"),
)

HOOKS, BAD = "portal/hooks.py", "tests/test_misbehaving.py"
FAILING = f"{BAD}::test_a_failing_hook_is_left_out_of_the_page"
AT_START = f"{BAD}::test_what_is_wrong_at_start_is_left_out_and_named_on_the_desk"
FACE, BULLETIN, BULLETINS = "portal/face.py", "plugins/bulletin", "tests/test_bulletin.py"

PLUGINS = (
    Guard("plugins: a hook that raises is left out", HOOKS,
          "            self.fault(name, hook, site_id, e)\n            return FAILED\n", "            raise\n",
          FAILING),
    Guard("plugins: what an answer is made of", HOOKS, "if why := offers.wrong(SHAPES[hook], item):", "if why := '':",
          f"{BAD}::test_a_wrong_item_is_left_out"),
    Guard("plugins: an answer has an end", HOOKS, "items = list(islice(answer, MOST + 1))",
          "items = list(islice(answer, MOST))", FAILING),
    Guard("plugins: a slow hook rests", HOOKS, "            self._out[site_id, name, hook] = now + LEFT_OUT\n", "",
          f"{BAD}::test_a_slow_hook_is_left_out_for_a_while_where_it_was_slow"),
    Guard("plugins: what a failing hook wrote is undone", "portal/base/database.py",
          'self.unit.db._execute_cursor(f"ROLLBACK TO guard_{n}", None)', "pass",
          f"{BAD}::test_what_a_failing_hook_has_written_is_undone"),
    Guard("plugins: an aborted transaction begins anew", "portal/base/database.py",
          "            _restart(self.unit)\n", "            pass\n", FAILING),
    Guard("plugins: staff can always switch one off", "portal/people/roles.py",
          "if action in NEVER_REFUSED:", "if False:",
          f"{BAD}::test_a_plugin_that_refuses_everything_can_be_switched_off"),
    Guard("plugins: an owner that fails grants nothing", "portal/people/roles.py",
          " or (answer is FAILED and name == owner)", "",
          f"{BAD}::test_no_plugin_grants_anothers_right_and_a_failing_one_grants_nothing"),
    Guard("plugins: ours keep their names", HOOKS, "not e.value.startswith(OURS)", "e.value.startswith(OURS)",
          f"{BAD}::test_a_plugin_cannot_take_the_place_of_ours"),
    Guard("plugins: names of the core", "portal/house.py", "if wrong := {name,",
          "if wrong := set() and {name,", AT_START),
    Guard("plugins: pages live under their name", FACE, "    for rule in probe.url_map.iter_rules():\n",
          "    for rule in ():\n", AT_START),
    Guard("plugins: nothing is laid over every page", FACE, "        if _laid(probe, attribute) != laid:\n",
          "        if False:\n", AT_START),
    Guard("plugins: tables bear their name", FACE, 'if table != name and not table.startswith(f"{name}_"):',
          "if False:", AT_START),
    Guard("plugins: a table has one owner", FACE, "if tables.get(table, name) != name:", "if False:",
          f"{BAD}::test_two_plugins_cannot_share_a_table"),
    Guard("plugins: templates bear their name", "portal/pages/templates.py",
          'self.beneath[owner if owner in self.beneath else ""]', "next(iter(self.beneath.values()))",
          f"{BAD}::test_templates_and_texts_of_others_stay_theirs"),
    Guard("bulletin: a draft is hidden", f"{BULLETIN}/views.py", 'if row.state != "published" and not editable:',
          "if False:", f"{BULLETINS}::test_a_bulletin_is_a_draft_until_it_is_published"),
    Guard("bulletin: nobody is overwritten", f"{BULLETIN}/models.py", "& (Bulletin.version == row.version)", "",
          f"{BULLETINS}::test_a_change_between_reading_and_storing_is_noticed"),
    Guard("bulletin: both versions are shown", f"{BULLETIN}/views.py", " and not stale(row.version) else None",
          " else None", f"{BULLETINS}::test_of_two_who_edit_the_second_is_shown_both_versions"),
)

DATABASE, BACKUP, PICTURES, SETTINGS = (
    "portal/base/database.py", "portal/base/backup.py", "portal/pages/pictures.py", "portal/base/settings.py")
ADDRESSES, HERE, ACTIVITIES = "portal/addresses.py", "portal/pages/here.py", "plugins/activities"
UNSAFE = "tests/test_settings.py::test_an_unsafe_production_is_refused"
DAMAGED = "tests/test_backup.py::test_a_damaged_archive_is_refused_and_nothing_restored"
PICTURE = "tests/test_pictures.py::test_refused_and_nothing_stored"
CALENDAR = "tests/test_ical.py::test_too_large_too_many_and_not_utf8_are_refused"

DOORS = (
    Guard("rights: a page of the desk asks for them", HERE, "    if not may(action, thing):\n        abort(404)\n", "",
          "tests/test_desk.py::test_pages_are_for_staff_of_this_site_only"),
    Guard("rights: nobody takes their own role", "portal/views/people_desk.py", "    if person_id == who.actor_id:\n",
          "    if False:\n", "tests/test_people_desk.py::test_nobody_takes_their_own_role"),
    Guard("parts: a part is for htmx", "portal/pages/templates.py",
          "wanted = part if part and htmx.wants_part() else None", "wanted = part", "tests/test_requests.py::test_a_part_is_only_given_to_htmx"),
    Guard("hosts: an unknown one gets nothing", ADDRESSES, "        elif host not in self.houses:\n",
          "        elif False:\n", "tests/test_host.py::test_an_unknown_host_gets_nothing"),
    Guard("proxies: only the listed ones are believed", ADDRESSES,
          "        if not self.trusts(peer):\n            return\n", "",
          "tests/test_proxies.py::test_the_address_that_counts"),
    Guard("proxies: the first address is the visitor's own word", ADDRESSES, "reversed(named.split(\",\")[-10:])",
          "named.split(\",\")", "tests/test_proxies.py::test_the_address_that_counts"),
    Guard("plugins: one that is off has no pages", REQUESTS,
          "    if name in app.portal.plugin_names and name not in site.plugins:\n", "    if False:\n",
          "tests/test_requests.py::test_a_plugin_that_is_off_has_no_pages"),
    Guard("pages: no script but ours", REQUESTS, '(("Content-Security-Policy", CSP), ', "(",
          "tests/test_requests.py::test_headers_of_a_page"),
    Guard("pieces: nothing of one reader", "portal/pages/templates.py", "{**_NOBODY, **values,", "{**values,",
          "tests/test_pieces.py::test_a_piece_cannot_hold_what_is_one_readers_own"),
    Guard("pieces: of one site", "portal/pages/context.py",
          "(site.id, site.version, locale, store.theme, root, dates.today)", "(locale, store.theme, dates.today)",
          "tests/test_pieces.py::test_a_piece_is_its_sites_and_its_languages"),
    Guard("forms: a token is one session's", SIGNIN, 'f"form {token}".encode()', 'b"form"',
          "tests/test_pieces.py::test_a_form_of_a_signed_in_person_stores_nothing_and_is_theirs"),
    Guard("forms: a text that was not sent", "portal/pages/forms.py",
          "if isinstance(field, StringField) and field.data is None:", "if False:",
          "tests/test_requests.py::test_a_text_that_was_not_sent_is_an_empty_one"),
    Guard("acting: for those who live here", "portal/views/people_desk.py",
          "        or not residents.lives(residents.reach(site, who), person_id)\n", "",
          "tests/test_people_desk.py::test_acting_is_for_those_who_live_here"),
    Guard("acting: both names are kept", SIGNIN, "actor_id=me, channel=", "actor_id=other if acting else me, channel=",
          "tests/test_people_desk.py::test_acting_keeps_both_names"),
    Guard("acting: with the resident's rights", SIGNIN, 'roles_in(site, homes, "" if acting else roles)',
          "roles_in(site, homes, roles)", "tests/test_people_desk.py::test_acting_keeps_both_names"),
    Guard("sessions: signing out ends it", VIEWS,
          "        signin.end(g.viewer.session_id, g.viewer.actor_id)\n    session.clear()\n    say(",
          "        pass\n    session.clear()\n    say(",
          "tests/test_host.py::test_signing_out_ends_the_session_itself"),
    Guard("sessions: signing in makes a new one", VIEWS,
          "        signin.end(g.viewer.session_id, g.viewer.actor_id)\n    session.clear()\n    token",
          "        pass\n    session.clear()\n    token",
          f"{SIGNING}::test_signing_in_ends_the_session_that_was_there"),
    Guard("settings: the hosts of production", SETTINGS, "    if not settings.trusted_hosts:\n", "    if False:\n",
          UNSAFE),
    Guard("codes: none in a log of production", "portal/people/sms.py",
          "    if settings.production:\n        return False\n", "", "tests/test_sms.py"),
)

THINGS = (
    Guard("pictures: not too large", PICTURES, "    if len(data) > LARGEST:\n", "    if False:\n", PICTURE),
    Guard("pictures: not too many pixels", PICTURES, "    if image.width * image.height > MOST_PIXELS:\n",
          "    if False:\n", PICTURE),
    Guard("pictures: of known kinds", PICTURES, ", formats=FORMATS)", ")", PICTURE),
    Guard("uploads: kept once the form is taken", REQUESTS, "        if response.status_code < 400:\n",
          "        if True:\n", "tests/test_faults_files.py::test_a_refused_upload_leaves_no_file"),
    Guard("calendars: not too large", f"{ACTIVITIES}/ical.py", "    if len(data) > MAX_BYTES:\n", "    if False:\n",
          CALENDAR),
    Guard("calendars: not too many events", f"{ACTIVITIES}/ical.py", "    if len(parts) > MAX_EVENTS:\n",
          "    if False:\n", CALENDAR),
    Guard("activities: never more than there are places", f"{ACTIVITIES}/changes.py",
          "        & ahead & (Occurrence.taken + party.size <= Occurrence.capacity)).execute()",
          "        & ahead).execute()", "tests/test_activities_race.py::test_families_never_take_more_than_there_is"),
    Guard("activities: not fewer places than are taken", f"{ACTIVITIES}/desk.py",
          "    if not _roomy(activity, form.capacity.data):\n", "    if False:\n",
          "tests/test_activities.py::test_fewer_places_than_taken_are_refused"),
    Guard("activities: both versions are shown", f"{ACTIVITIES}/desk.py",
          "    if stale(activity.version):\n        return _form(form, activity, _both(activity, form))\n", "",
          "tests/test_activities.py::test_a_stale_form_is_refused_with_both_versions"),
    Guard("backups: each file is what was stored", BACKUP, '    if sums != manifest["files"]:\n', "    if False:\n",
          DAMAGED),
    Guard("backups: each row is there", BACKUP, "    _check_rows(room, manifest)\n", "", DAMAGED),
    Guard("backups: nothing climbs out", BACKUP, " or not _safe(info.name)", "", DAMAGED),
    Guard("backups: verified before they have a name", BACKUP, "            verify(draft)\n", "",
          "tests/test_backup.py::test_an_archive_that_was_written_badly_gets_no_name"),
    Guard("backups: into an empty place only", BACKUP, "    _refuse_full_place(settings, data)\n", "",
          "tests/test_backup.py::test_only_into_an_empty_place"),
    Guard("database: what is answered is on the disk", DATABASE, '"synchronous": "full"', '"synchronous": "off"',
          "tests/test_faults.py::test_what_was_answered_is_on_the_disk"),
    Guard("database: locked is 503 with a time", REQUESTS, '{"Retry-After": "60", ', "{",
          "tests/test_faults.py::test_a_database_that_is_locked_refuses_forms_and_shows_pages"),
    Guard("database: away is 503", DATABASE, "if isinstance(error, Busy) or ", "if ",
          "tests/test_faults.py::test_postgresql_goes_and_comes_back"),
    Guard("database: writers in their order", DATABASE, "self._waiting.popleft()", "self._waiting.pop()",
          "tests/test_turns.py::test_first_come_first_served"),
    Guard("database: no turn is lost", DATABASE, "        return came or not self._leave(mine)\n",
          "        self._leave(mine)\n        return came\n",
          "tests/test_turns.py::test_a_turn_handed_on_in_the_last_moment_is_taken"),
    Guard("tables: made by one at a time", "portal/base/migrate.py",
          '            db.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))\n', "            pass\n",
          "tests/test_faults.py::test_two_servers_on_an_empty_database"),
)

GUARDS = (*CORE, *PEOPLE, *PLUGINS, *DOORS, *THINGS)


def wrong_patches() -> Iterator[str]:
    """Guards whose text does not stand exactly once in their file."""
    for guard in GUARDS:
        n = (PROJECT / guard.file).read_text("utf-8").count(guard.guard)
        if n != 1:
            yield f"{guard.name}: its text stands {n} times in {guard.file}"


def copied(into: Path) -> Path:
    """A copy of the project in which `portal.plugins` and the others are found without being installed."""
    for name in ("portal", "tests", "setup.cfg", "wsgi.py", "README.md", *MAPPED):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, into / name, ignore=shutil.ignore_patterns("__pycache__", ".cache", "shots"))
        else:
            shutil.copy(source, into / name)
    for name in MAPPED:
        (into / "portal" / name).symlink_to(into / name)
    return into


def stands_without(guard: Guard, folder: Path) -> bool:
    """Whether the guard's test is still green when the guard is gone."""
    file = folder / guard.file
    whole = file.read_text("utf-8")
    file.write_text(whole.replace(guard.guard, guard.without), "utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", guard.test]
        done = subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True,
                              text=True, timeout=300)
    finally:
        file.write_text(whole, "utf-8")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{guard.name}: pytest could not run {guard.test}\n{done.stdout[-2000:]}")
    return done.returncode == 0


def main(words: list[str]) -> int:
    wrong = list(wrong_patches())
    for line in wrong:
        print(line)
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder))
        for guard in (g for g in GUARDS if all(w in g.name for w in words)):
            green = stands_without(guard, copy)
            wrong += [guard.name] if green else []
            print(f"{'NOT NOTICED' if green else 'noticed    '}  {guard.name}", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
