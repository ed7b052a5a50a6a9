"""The guards of shelves and of borrowing, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

SHELF, TESTS = "plugins/huts/shelf", "tests/huts/test_shelf.py"
BORROWING, OURS = "plugins/huts/borrowing/views.py", "tests/huts/test_borrowing.py"

HUTS_SHELF = (
    Guard("shelf: drafts are for staff", f"{SHELF}/views.py",
          '    if draft and not may("huts.edit"):\n', "    if False:\n",
          f"{TESTS}::test_drafts_are_for_staff_only"),
    Guard("shelf: what is withdrawn is seen by staff alone", BORROWING,
          'if not (may("huts.edit") or (row.state == "shown" and row.hut_state != "draft")):', "if False:",
          f"{TESTS}::test_an_item_is_written_shown_found_and_withdrawn"),
    Guard("shelf: the search forgets what is withdrawn", f"{SHELF}/keeping.py",
          '        unindex("huts", f"item {item_id}")\n', "        pass\n",
          f"{TESTS}::test_an_item_is_written_shown_found_and_withdrawn"),
    Guard("shelf: nobody overwrites somebody else", f"{SHELF}/desk_items.py",
          "    if stale(item.version):\n", "    if False:\n",
          f"{TESTS}::test_two_of_the_staff_do_not_overwrite_each_other"),
    Guard("shelf: the home is a hut of this site", f"{SHELF}/desk_items.py",
          "    return int(typed) if typed in found else None\n", "    return int(typed or 0) or None\n",
          f"{TESTS}::test_an_item_needs_a_kind_a_home_and_an_amount_that_can_be_read"),
    Guard("shelf: who waits has a unit that is added", f"{SHELF}/keeping.py", "    offering.deal(held)\n", "",
          f"{TESTS}::test_who_waits_has_the_unit_that_is_added"),
    Guard("shelf: what is promised is not retired", f"{SHELF}/keeping.py",
          "    if Range.select().where((Range.unit_id == unit_id) & (Range.ends_at > now())).exists():\n",
          "    if False:\n",
          f"{TESTS}::test_a_unit_that_somebody_has_is_not_retired"),
    Guard("borrowing: a loan is seen by its own alone", BORROWING,
          "    if row is None or row.person_id != me.person_id:\n", "    if row is None:\n",
          f"{OURS}::test_as_soon_as_possible_it_is_set_aside"),
    Guard("borrowing: for whom it is", BORROWING,
          "    if others:\n", "    if False:\n",
          f"{OURS}::test_who_cannot_borrow_is_told_why"),
    Guard("borrowing: once it is known where they live", BORROWING,
          '    if viewer and row.audience != "anyone" and not checked():\n', "    if False:\n",
          f"{OURS}::test_who_cannot_borrow_is_told_why"),
    Guard("borrowing: a family is one's own", BORROWING,
          'return next((number for number, _name in family if str(number) == typed), None)',
          'return int(typed) if typed.isdecimal() else None', f"{OURS}::test_a_child_can_be_the_one_it_is_for"),
)
