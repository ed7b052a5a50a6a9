"""The guards of kept pages, calendars, figures and what is free nearby, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

HUTS, TESTS = "plugins/huts", "tests/huts"
MARKS, SIGNS, NEAR = f"{HUTS}/migrations/0004_marks.py", f"{HUTS}/shelf/signs.py", f"{HUTS}/shelf/near.py"
KEPT, NEAR_TESTS, FIGURES = f"{TESTS}/test_kept.py", f"{TESTS}/test_near.py", f"{TESTS}/test_figures.py"
OUT = f"{TESTS}/test_out.py"
CHANGES, COUNT = f"{HUTS}/migrations/0010_changes.py", 'count_changes(db, "huts", table, columns)'

HUTS_OUT = (
    Guard("huts kept: what lending changes is counted for its item", MARKS,
          'MOVED = {"huts_unit": "item_id, hut_id, state", "huts_range": "unit_id, item_id, starts_at, ends_at"}',
          "MOVED = {}",
          f"{KEPT}::test_every_step_of_a_loan_is_seen_at_once"),
    Guard("huts kept: what staff write is counted", CHANGES, COUNT, f"if table != 'huts_item': {COUNT}",
          f"{KEPT}::test_what_staff_write_is_seen_at_once"),
    Guard("huts kept: rules are counted", CHANGES, COUNT, f"if table != 'huts_rule': {COUNT}",
          f"{KEPT}::test_rules_of_lending_are_seen_at_once"),
    Guard("huts kept: which things a page has is asked anew once staff have written", "portal/base/changes.py",
          "held[0] == seen and ", "",
          f"{KEPT}::test_what_is_new_or_withdrawn_is_there_or_gone_at_once"),
    Guard("huts kept: what the search comes to know is counted", f"{HUTS}/shelf/keeping.py",
          '    note_change("huts")\n    index_many(', "    index_many(",
          f"{KEPT}::test_what_the_search_comes_to_know_later_is_found_at_once"),
    Guard("huts kept: a page holds until a range turns", SIGNS, "return found, found and found.until",
          "return found, None", f"{KEPT}::test_what_time_alone_changes_is_seen_when_it_comes"),
    Guard("huts kept: a page holds until its hut opens or closes", f"{HUTS}/shelf/views.py",
          "signs.Held(min(turn, signs.turns(", "signs.Held(min(2**40, signs.turns(",
          f"{KEPT}::test_a_hut_opens_closes_and_keeps_other_hours"),
    Guard("near: what others wait for is not free", NEAR, " & (Item.waiting == 0)", "",
          f"{NEAR_TESTS}::test_only_what_is_free_is_shown"),
    Guard("near: a thing's audience", NEAR, "audience == \"district\") & where.in_(lent.district)",
          "audience != \"district\") | where.in_(lent.district)",
          f"{NEAR_TESTS}::test_what_others_keep_for_themselves_is_not_shown"),
    Guard("huts figures: small counts are hidden", f"{HUTS}/figures/suppress.py",
          "hidden = {place for n, place in order if n < LEAST}", "hidden = set()",
          f"{FIGURES}::test_no_small_count_can_be_worked_out"),
    Guard("huts figures: one table does not tell what the other hides", f"{HUTS}/figures/counting.py",
          " if told or not any(safe)", " if True",
          f"{FIGURES}::test_a_total_that_one_table_hides_the_other_does_not_tell"),
    Guard("huts out: nothing of drafts", f"{HUTS}/out/views.py", "row.state != \"shown\" or row.hut_state == \"draft\"",
          "False", f"{OUT}::test_nothing_is_told_of_what_residents_do_not_see"),
    Guard("search: the hits of one site only", "portal/migrations/0004_search_sites.py",
          "        db.execute_sql(f\"SELECT set_config('portal.sites', '{{' || ({SITES}) || '}}', true)\")\n",
          "        pass\n", "tests/test_search_sites.py::test_what_was_indexed_before_is_found_after_the_update"),
)
