"""The guards of huts' spreadsheets, labels and seeds, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

HUTS, TESTS = "plugins/huts", "tests/huts"
PARTS, ROWS, READING = (f"{HUTS}/sheets/{name}.py" for name in ("parts", "rows", "reading"))
SHEETS, LABELS, SEEDS = (f"{TESTS}/test_{name}.py" for name in ("sheets", "labels", "huts_seed"))
REFUSED = f"{SHEETS}::test_files_that_cannot_be_taken_are_refused_in_words"
KILLED = f"{SHEETS}::test_what_was_killed_in_the_middle_is_gone_on_with"
UNREAD = f"{SHEETS}::test_a_million_rows_are_refused_before_they_are_read"
CELLS = f"{SHEETS}::test_each_cell_that_is_wrong_is_named"

HUTS_SHEETS = (
    Guard("sheets: rows that are too many are not read", "plugins/huts/sheets/reading.py",
          "            if len(rows) > sheet_file.MOST_ROWS + 1:", "            if len(rows) > 1_000_000:", UNREAD),
    Guard("items: all or nothing", PARTS, "        if checked.problems:\n            with unit(write=True):\n"
          "                _refuse(sheet_id, checked.problems)\n            return\n", "",
          f"{SHEETS}::test_nothing_is_taken_in_where_one_row_is_wrong"),
    Guard("items: nothing is shown before all is there", PARTS, '"units", "actor_id", "person_id", "channel", '
          '"created_at", "changed_at"), rows)', '"units", "actor_id", "person_id", "channel", "created_at", '
          '"changed_at", "state"), [(*row, "shown") for row in rows])', KILLED),
    Guard("items: a spreadsheet is taken in once", PARTS, '(ItemSheet.id == sheet_id) & (ItemSheet.state == "staged")).'
          "execute()\n    if done:", "(ItemSheet.id == sheet_id)).execute()\n    if done:", KILLED),
    Guard("items: the labels of a part are kept at once", PARTS, "    return {row.code for row in done}",
          "    return {row.code for row in done if Code.select().where(Code.code == row.code)}",
          f"{SHEETS}::test_a_part_is_stored_at_once_whatever_it_holds"),
    Guard("items: what a statement shows counts once", "portal/base/changes.py",
          "current_setting('portal.counted', true) IS DISTINCT FROM {key}", "true",
          f"{TESTS}/test_kept.py::test_many_things_that_are_shown_at_once_count_once"),
    Guard("items: labels of other things", PARTS, "Checked(checked.lines, _known_labels(checked.lines))", "checked",
          f"{SHEETS}::test_a_label_on_another_thing_is_refused_and_own_labels_are_kept"),
    Guard("items: a label stands once in a file", ROWS, "            if code in self.labels:", "            if False:",
          f"{SHEETS}::test_all_problems_are_named_at_once_and_labels_are_one_each"),
    Guard("items: so many units", ROWS, "1 <= int(text) <= MOST_UNITS", "int(text) < 9999", CELLS),
    Guard("items: formulas in a CSV", READING, "if cell[:1] in FORMULAS and len(cell) > 1:", "if False:", REFUSED),
    Guard("items: rows of a CSV", READING, "if len(rows) > sheet_file.MOST_ROWS + 1:", "if False:", REFUSED),
    Guard("items: a picture's name stands once", f"{HUTS}/sheets/pictures.py", "            _once(wanted)\n", "",
          f"{SHEETS}::test_two_pictures_of_one_name_are_both_named"),
    Guard("items: a dry run keeps nothing", "portal/pages/here.py", "    if not dry:\n", "    if True:\n",
          f"{SHEETS}::test_a_dry_run_leaves_no_picture_and_says_what_would_be_wrong"),
    Guard("items: merged cells", "portal/base/sheet_file.py", "    if merged:", "    if False:", REFUSED),
    Guard("labels: printed ones come no more", f"{HUTS}/sheets/labels.py", "    if wish.new:", "    if False:",
          f"{LABELS}::test_what_is_printed_comes_no_more"),
    Guard("labels: a long name is set smaller", f"{HUTS}/sheets/papers.py",
          "<= height), SIZES[-1])", "<= 99), SIZES[-1])",
          f"{LABELS}::test_a_name_is_as_large_as_fits_and_the_longest_still_fits"),
    Guard("seeds: ranges of closed loans end when they came back", f"{HUTS}/seeds_past.py", "taken=(out, back))",
          "taken=(out, back + 9 * DAY))", f"{SEEDS}::test_a_community_of_the_district_is_as_large_as_a_real_one"),
)
