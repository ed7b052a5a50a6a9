"""The guards of what the database is asked, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

ROWS, BAD, HOOKS = "tests/test_rows.py", "tests/test_misbehaving.py", "tests/test_hooks.py"

ASKED = (
    Guard("rows: PostgreSQL's own wall stands for the open sites", "portal/base/migrate.py",
          "::int[], site_id) IS NOT NULL\"\n", "::int[], site_id) IS NULL\"\n",
          f"{ROWS}::test_postgresql_guards_the_rows_by_itself"),
    Guard("rows: a plan is for reading", "portal/base/postgres.py", "if reads and type(query) is Repeated",
          "if type(query) is Repeated", f"{ROWS}::test_what_writes_is_sent_as_it_is"),
    Guard("rows: a statement outlives its plan", "portal/base/postgres.py",
          "            except REFUSED:", "            except ZeroDivisionError:",
          f"{ROWS}::test_where_the_plan_is_gone_the_statement_goes_as_it_is"),
    Guard("plugins: questions that fail together are asked alone", "portal/hooks.py",
          "            return [None] * len(asked)\n        finally", "            raise\n        finally",
          f"{BAD}::test_a_question_that_fails_leaves_those_of_others_alone"),
    Guard("plugins: questions that are slow together are asked alone", "portal/hooks.py",
          "                self._alone = began + SLOW_WINDOW\n", "                pass\n",
          f"{BAD}::test_a_slow_question_is_found_among_others_and_left_out"),
    Guard("plugins: a menu is kept when all went well", "portal/hooks.py",
          "            if well and time", "            if time",
          f"{BAD}::test_a_menu_in_which_a_plugin_failed_is_not_kept"),
    Guard("plugins: a menu that asks who reads is not kept", "portal/hooks.py",
          "        if any(arguments for name, _, arguments in self.implementations(hook) if name in site.plugins):\n",
          "        if False:\n", f"{HOOKS}::test_nav_items_that_ask_who_reads_are_asked_for_each_time"),
    Guard("calendar: made anew after a change of a poll's flight", "plugins/halls/migrations/0009_told.py",
          "closes_at, roll_size, flight", "closes_at, roll_size",
          "tests/halls/test_days.py::test_a_draft_is_in_the_calendar_once_those_on_its_roll_are_told"),
    Guard("plugins: a mark of a calendar is one that can be said", "portal/hooks.py",
          "    if not isinstance(answer, PLAIN.get(hook, object)):", "    if False:",
          f"{BAD}::test_a_failing_hook_of_calendars_places_and_messages_is_left_out"),
)
