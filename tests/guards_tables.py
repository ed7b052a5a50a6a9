"""The guards of spreadsheets, figures, places, indexes, settings and commands, of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

PLUGIN, TESTS = "plugins/activities", "tests/activities"
SHEETS, FILES, RULES = f"{PLUGIN}/sheets/parts.py", "portal/base/sheet_file.py", f"{PLUGIN}/sheets/rows.py"
DESK = f"{PLUGIN}/desk/sheets.py"
OF_RULES, OF_SHEETS = f"{TESTS}/test_sheet_rules.py", f"{TESTS}/test_sheets.py"
OF_ROSTER, OF_FIGURES = f"{TESTS}/test_roster_table.py", f"{TESTS}/test_figures.py"
CHANGES, COUNTED = "portal/base/changes.py", "tests/test_changes.py"
MENU = "tests/test_menu.py::test_what_waits_is_in_the_menu_until_it_is_done"
UNREADABLE = f"{OF_RULES}::test_a_file_that_cannot_be_read_is_refused_in_words"

TABLES = (
    Guard("tables: made by one at a time", "portal/base/migrate.py",
          '            db.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))\n', "            pass\n",
          "tests/test_faults.py::test_two_servers_on_an_empty_database"),
    Guard("tables: every index, though a class has its namesake", "portal/base/migrate.py",
          "        _add_skipped_indexes(db, parts)\n", "",
          "tests/test_upgrade.py::"
          "test_every_table_has_its_indexes_though_two_plugins_have_a_class_of_the_same_name"),
    Guard("changes: each transaction counts", CHANGES, "{key}, true); END IF", "{key}, false); END IF",
          f"{COUNTED}::test_many_at_once_count_once_where_versions_of_rows_pile_up"),
    Guard("changes: what was not counted is not taken for counted", CHANGES, "IF FOUND THEN PERFORM",
          "IF true THEN PERFORM",
          f"{COUNTED}::test_what_was_there_before_counts_from_its_first_change"),
    Guard("changes: who writes reads them anew", CHANGES, " or database.writing():", ":",
          f"{COUNTED}::test_who_writes_reads_the_count_anew"),
    Guard("changes: what is written after the form is not passed over", "portal/base/database.py",
          " or open_unit.unwritten != open_unit.db.changes)", ")",
          f"{COUNTED}::test_a_form_that_has_written_nothing_yet_reads_as_who_only_reads"),
    Guard("changes: of the open site alone", CHANGES, " or scope().ids != (unit.site.id,)",
          "", f"{COUNTED}::test_read_with_the_site_or_by_itself"),
    Guard("changes: of a row that is no longer such a one", CHANGES, '("counted", update, ("old", "new"),',
          '("counted", update, ("new",),',
          f"{COUNTED}::test_only_rows_that_fulfil_a_condition_count_before_or_after"),
    Guard("audit: what a plugin did is said in words", "portal/views/desk.py",
          ' else name.rpartition("_")[2]', " else name",
          "tests/test_audit_words.py::test_no_name_of_the_code_is_shown"),
    Guard("texts: what a plugin says otherwise than the core is not lost", "portal/pages/catalogs.py",
          "    return not any(forms(own, True)) or forms(own, True) == forms(message, True)\n", "    return True\n",
          "tests/test_catalogs.py::test_what_a_plugin_says_otherwise_than_the_core_is_not_lost"),
    *(Guard(f"menu: kept by {what}", "portal/views/menu.py", f"{part}", "None", f"tests/test_menu.py::{test}")
      for what, part, test in (
          ("language", "g.translation.locale", "test_it_speaks_each_readers_language"),
          ("what is counted", "counts, viewer.roles", "test_nothing_is_asked_for_it_twice"),
          ("rights", "viewer.roles", "test_it_is_kept_for_those_with_the_same_rights_alone"))),
    Guard("menu: not kept where a plugin decides on rights", "portal/views/menu.py",
          ' or plugins.implementations("may"):', ":",
          "tests/test_menu.py::test_a_plugin_that_refuses_somebody_is_asked_each_time"),
    Guard("changes: a piece made while something is written is kept for nobody", "portal/pages/templates.py",
          "            if not writing():\n", "            if True:\n",
          "tests/test_pieces.py::test_a_piece_made_while_something_is_written_is_kept_for_nobody"),
    *(Guard(f"menu: {of} in it changes it", f"plugins/{file}", gone, "", MENU) for of, file, gone in (
        ("an appeal", "activities/migrations/0009_changes.py",
         '    count_changes(db, "activities.desk", "activities_appeal")\n'),
        ("a loan", "huts/migrations/0011_counter.py",
         '    count_changes(db, "huts.desk", "huts_loan", "state, number", when=ASKED)\n'),
        ("a statement", "halls/migrations/0010_changes.py", '"halls_statement": "state", '),
        ("a proposal's answer", "halls/migrations/0010_changes.py", "answered, "),
        ("a second opinion", "halls/migrations/0010_changes.py", ', "halls_hiding": "state, appeal"'),
        ("a skill", "huts/migrations/0010_changes.py", '"huts_skill": "state", '),
        ("a resident's thing", "huts/migrations/0010_changes.py", ', "huts_offer": "state"'))),
    Guard("settings: what cannot work", "portal/base/settings.py", "    _refuse_impossible(settings)\n", "",
          "tests/test_settings.py::test_what_cannot_work_is_refused_in_a_sentence"),
    Guard("commands: a shared phone names nobody", "portal/people/finding.py", "    if len(people) > 1:",
          "    if False:", "tests/test_commands.py::test_odd_arguments_are_refused_in_a_sentence"),
    Guard("tables: every cell is text", "portal/pages/table.py",
          "sheet.write_string(n, column, str(value)[:LONGEST],",
          "sheet.write(n, column, value, ", f"{OF_ROSTER}::test_everybody_with_family_role_state_number_and_answers"),
    Guard("tables: the roster is for those who may", f"{PLUGIN}/desk/roster_table.py",
          '    me = require("activities.roster")\n', "    from portal import viewer as me\n",
          f"{OF_ROSTER}::test_nobody_else_gets_it"),
    Guard("tables: what is taken away is noted down", f"{PLUGIN}/desk/roster_table.py",
          '    audit(me, "activities.roster", date.title, when)\n', "",
          f"{OF_ROSTER}::test_what_is_taken_away_is_noted_down"),
    Guard("tables: a file is made anew for a second tap", "portal/requests.py",
          'if not response.location and not response.mimetype.startswith("text/"):', "if False:",
          f"{OF_ROSTER}::test_what_is_taken_away_is_noted_down"),
    Guard("sheets: no formulas", FILES, "    for found in FORMULA.finditer(cells):\n", "    for found in ():\n",
          f"{OF_RULES}::test_formulas_are_refused_with_their_place"),
    Guard("sheets: no errors of formulas", FILES, "    if error:\n", "    if False:\n",
          "tests/huts/test_sheets.py::test_an_error_in_a_cell_is_named_by_its_place"),
    Guard("sheets: not unpacked without end", FILES, "    if len(unpacked) > most:\n", "    if False:\n", UNREADABLE),
    Guard("sheets: no cells far away", FILES, "        if _number(column) > MOST_COLUMNS:\n", "        if False:\n",
          UNREADABLE),
    Guard("sheets: so many rows and no more", FILES, "        if row > MOST_ROWS + 1:\n", "        if False:\n",
          f"{OF_RULES}::test_so_many_rows_and_no_more"),
    Guard("sheets: days that there are", RULES,
          '            raise Wrong(N_("There is no such day: %(day)s."), day=_text(cell)) from None\n',
          "            day = date(2027, 3, 1)\n",
          f"{OF_RULES}::test_what_is_wrong_is_said_by_row_and_column"),
    Guard("sheets: the end after the beginning", RULES, "    if ends <= begins:\n", "    if False:\n",
          f"{OF_RULES}::test_what_is_wrong_is_said_by_row_and_column"),
    Guard("sheets: all or nothing", SHEETS, "        if checked.problems:\n", "        if not checked.dates:\n",
          f"{OF_SHEETS}::test_what_is_wrong_is_said_and_nothing_is_stored"),
    Guard("sheets: checked outside of any transaction", DESK,
          "    after_commit(partial(parts.stage, site.id, site.zone, sheet.id, data, _headings(), _audiences()))\n",
          "    parts.stage(site.id, site.zone, sheet.id, data, _headings(), _audiences())\n",
          f"{OF_SHEETS}::test_the_file_is_checked_outside_of_any_transaction"),
    Guard("sheets: one switch", SHEETS, '"recurrence_key": f"own-{date.row}",',
          '"recurrence_key": f"own-{date.row}", "listed": 1,',
          f"{OF_SHEETS}::test_nothing_is_seen_before_all_of_it_is_stored"),
    Guard("sheets: one worker at a time", SHEETS,
          "    Sheet.update(done=Sheet.done).where(Sheet.id == sheet_id).execute()  # held: one worker at a time\n", "",
          f"{OF_SHEETS}::test_two_workers_store_each_part_once"),
    Guard("sheets: only what was checked", SHEETS, '(Sheet.id == sheet.id) & (Sheet.state == "staged")).execute()',
          "(Sheet.id == sheet.id)).execute()", f"{OF_SHEETS}::test_a_refused_one_cannot_be_taken_in"),
    Guard("sheets: only staff take them in", DESK,
          '    me = require("activities.edit")\n    form = forms.SheetForm()',
          "    from portal import viewer as me\n    form = forms.SheetForm()",
          f"{OF_SHEETS}::test_nobody_else_takes_one_in"),
    Guard("figures: small numbers are hidden", f"{PLUGIN}/attendance/suppress.py", "if counts[key] < LEAST]",
          "if counts[key] < 0]", f"{OF_FIGURES}::test_which_are_hidden"),
    Guard("figures: nor can they be worked out", f"{PLUGIN}/attendance/suppress.py",
          "    while rest and _tells([counts[key] for key in hidden]):\n", "    while False:\n",
          f"{OF_FIGURES}::test_which_are_hidden"),
    Guard("figures: for those who edit", f"{PLUGIN}/desk/figures.py", '    require("activities.edit")\n', "",
          f"{OF_FIGURES}::test_nobody_else_sees_figures"),
    Guard("places: only of plugins that are on", "portal/pages/here.py",
          '    return current_app.portal.plugins.all(g.site, "places")\n',
          '    every = current_app.portal.plugins\n'
          '    return [p for n in every.names for p in every.ask(n, "places", (), site=g.site)]\n',
          f"{TESTS}/test_places.py::test_places_are_offered_beside_free_text"),
    Guard("isolation: search finds the site's own", "portal/base/search.py",
          '[f"{AT}{scope_id()}", *tokens]\n'
          '    if db.kind == "sqlite":\n'
          '        match = " AND ".join(f\'"{t}"\' for t in tokens)\n'
          '        # The text first, whatever the planner thinks; values are queries of their own, as if prepared.\n'
          '        sql = ("SELECT e.title, e.url, e.summary FROM search_text t CROSS JOIN "\n'
          '               "(SELECT * FROM search_entry WHERE site_id = (SELECT ?)',
          'tokens\n'
          '    if db.kind == "sqlite":\n'
          '        match = " AND ".join(f\'"{t}"\' for t in tokens)\n'
          '        # The text first, whatever the planner thinks; values are queries of their own, as if prepared.\n'
          '        sql = ("SELECT e.title, e.url, e.summary FROM search_text t CROSS JOIN "\n'
          '               "(SELECT * FROM search_entry WHERE (site_id = (SELECT ?) OR 1 = 1)',
          "tests/isolation/test_pages.py::test_a_search_in_south_finds_nothing_of_north"),
)
