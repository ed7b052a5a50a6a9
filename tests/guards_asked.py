"""The guards of what the database is asked, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

ROWS, BAD = "tests/test_rows.py", "tests/test_misbehaving.py"

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
    Guard("plugins: a mark of a calendar is one that can be said", "portal/hooks.py",
          "elif answer is not None and not isinstance(answer, PLAIN.get(hook, object)):", "elif False:",
          "tests/test_misbehaving_elsewhere.py::test_a_failing_hook_of_calendars_places_and_messages_is_left_out"),
)
