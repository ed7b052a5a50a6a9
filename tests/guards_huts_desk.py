"""The guards of the counter of a hut, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

DESK, TESTS = "plugins/huts/desk", "tests/huts"
PEOPLE, SCAN, VIEWS, HAND = f"{DESK}/people.py", f"{DESK}/scan.py", f"{DESK}/views.py", f"{DESK}/hand.py"
TICKETS, TYPED, STEPS = f"{DESK}/tickets.py", f"{DESK}/typed.py", f"{DESK}/steps.py"
COUNTER, OF_TICKETS, OF_TYPED = f"{TESTS}/test_counter.py", f"{TESTS}/test_tickets.py", f"{TESTS}/test_typed.py"
ELSEWHERE = f"{COUNTER}::test_who_lives_elsewhere_is_not_found_by_a_few_digits"
NOT_THERE = f"{COUNTER}::test_other_peoples_counters_are_not_there"
RIGHT_LINES = f"{OF_TYPED}::test_right_lines_are_stored_at_their_time_and_the_others_listed"
TIMES = f"{OF_TYPED}::test_times_that_cannot_be"

LISTS = f"{TESTS}/test_counter_lists.py"
COUNTED = "plugins/huts/migrations/0011_counter.py"

COUNTERS = (
    *(Guard(f"counter: {what} changes the lists", COUNTED, gone, "", f"{LISTS}::{test}") for what, gone, test in (
        ("what is on its way", '    count_changes(db, "huts.desk", "huts_unit", "state, hut_id, home_id, note", '
         """when="{row}.state = 'transit'")\n""",
         "test_what_is_on_its_way_is_seen_in_both_huts_until_it_is_home"),
        ("a damaged thing", '    count_changes(db, "huts.desk", "huts_ticket", "state")\n',
         "test_damaged_things_are_counted"),
        ("a new unit", ", units", "test_the_list_of_things_shows_each_change"))),
    Guard("counter: overdue days go on", f"{DESK}/show.py", "tuple(map(days_late, loans.overdue))", "()",
          f"{LISTS}::test_the_days_of_what_is_overdue_go_on_at_its_hour"),
    Guard("shelf: holidays open and close huts", "plugins/huts/shelf/signs.py", "page, seen, site.version)",
          "page, seen)",
          f"{TESTS}/test_kept.py::test_a_hut_opens_although_a_holiday_was_taken_back"),
    Guard("counter: a new name changes the lists", f"{DESK}/rows.py", '("huts.desk", "huts"), ("beside"',
          '"huts.desk", ("beside"', f"{LISTS}::test_what_is_on_its_way_is_seen_in_both_huts_until_it_is_home"),
    Guard("borrower codes: only whom the hut lends to", "plugins/huts/desk/people.py",
          "        return list(filter(None, [known(by_code, audience)]))\n",
          '        return list(filter(None, [known(by_code, "anyone")]))\n',
          "tests/huts/test_borrower_codes.py::test_only_whom_the_hut_lends_to_is_found"),
    Guard("borrower codes: an old one is nobody's", "plugins/huts/borrowers.py",
          "update={BorrowerCode.code: code, BorrowerCode.at: now()}", "update={BorrowerCode.at: now()}",
          "tests/huts/test_borrower_codes.py::test_a_code_is_had_shown_scanned_and_renewed"),
    Guard("borrower codes: no slip makes a label", "plugins/huts/codes.py", "    right = len(code) == length and all(",
          "    right = len(code) >= LENGTH and all(",
          "tests/huts/test_borrower_codes.py::test_no_slip_makes_a_label_of_a_borrowers_code"),
    Guard("borrower codes: forgotten with the person", "plugins/huts/personal.py", "wants, reports, borrowers)",
          "wants, reports)", "tests/huts/test_borrower_codes.py::test_what_is_kept_is_told_moved_and_forgotten"),
    Guard("counter: only who may lend sees it", VIEWS,
          '    require("huts.desk")\n    hut = house(hut_id)\n    if not request.args:',
          '    hut = house(hut_id)\n    if not request.args:', NOT_THERE),
    Guard("counter: only who may lend lends", VIEWS,
          '    me, hut = require("huts.desk"), house(hut_id)\n'
          "    found, said = scan.given(hut, request.form), _said()\n    if isinstance(said, Refusal):",
          "    from portal import viewer as me\n    hut = house(hut_id)\n"
          "    found, said = scan.given(hut, request.form), _said()\n    if isinstance(said, Refusal):", NOT_THERE),
    Guard("counter: a few digits find the own community", PEOPLE,
          "(_found(Person.phone == digits, _around(audience)) if len(digits) >= WHOLE else [])",
          "_found(Person.phone.endswith(digits), _around(audience))", ELSEWHERE),
    Guard("counter: a hut for this community lends to it", PEOPLE, "    if audience not in WIDER or",
          "    if False and", ELSEWHERE),
    Guard("counter: a thing for this community is lent to it", HAND, "    if others:\n", "    if False:\n", ELSEWHERE),
    Guard("counter: looking changes nothing", "plugins/huts/lending/handing.py",
          "Borrower.get_or_none(Borrower.person_id == person_id) or Borrower(person_id=person_id)",
          "limits.take(person_id)", f"{COUNTER}::test_looking_changes_nothing"),
    Guard("counter: nobody loses what is set aside", SCAN, "    problem = _against(before.person,",
          "    problem = None and _against(before.person,",
          f"{COUNTER}::test_what_is_refused_says_why_and_what_else_there_is"),
    Guard("counter: a phone is masked", PEOPLE, 'return f"{phone[:3]}****{phone[-4:]}" if phone else ""',
          'return phone or ""', f"{COUNTER}::test_of_several_people_one_is_chosen"),
    Guard("counter: a ticket is kept where its thing belongs", HAND, "    with within(done.site_id):\n        tickets",
          "    if True:\n        tickets",
          f"{COUNTER}::test_a_unit_of_another_community_is_taken_back_without_a_word_of_who_had_it"),
    Guard("counter: nothing ready that a neighbour holds before", STEPS, "    if not lying:\n", "    if False:\n",
          f"{COUNTER}::test_nothing_is_made_ready_that_a_neighbour_holds_before"),
    Guard("counter: answers of the hand-over stay", HAND, 'answers | {"back": asked}', '{"back": asked}',
          f"{COUNTER}::test_questions_deposit_and_photo_are_kept_with_the_loan"),
    Guard("tickets: whose hold breaks is told", TICKETS, "    broken = withdraw(unit_id, who)\n",
          "    broken = []\n",
          f"{OF_TICKETS}::test_what_lay_ready_without_days_goes_back_to_its_place_in_the_queue"),
    Guard("tickets: told twice, one ticket", TICKETS, "    if before is not None:\n", "    if False:\n",
          f"{OF_TICKETS}::test_where_there_is_none_the_wish_is_kept_and_its_borrower_told"),
    Guard("tickets: who lost a hold goes before the queue", TICKETS, "        _give_again(item)\n        offering",
          "        offering", f"{OF_TICKETS}::test_where_there_is_none_the_wish_is_kept_and_its_borrower_told"),
    Guard("tickets: not of what somebody has", TICKETS, '    if unit.state in ("out", *GONE):\n', "    if False:\n",
          f"{OF_TICKETS}::test_somebody_has_it"),
    Guard("tickets: mended elsewhere it goes home", TICKETS, "    if unit.hut_id != unit.home_id:\n", "    if False:\n",
          f"{OF_TICKETS}::test_mended_elsewhere_it_goes_home"),
    Guard("typed: at its own time", TYPED, "current.savepoint(), frozen(at)", "current.savepoint()", RIGHT_LINES),
    Guard("typed: in the order of time", TYPED, "key=lambda line: (at[line.n] or 0, line.n)", "key=lambda line: line.n",
          RIGHT_LINES),
    Guard("typed: not in the time to come", TYPED, "return found if found <= now() else None", "return found",
          TIMES),
    Guard("typed: not brought back before it was lent", TYPED, "and loan.out_at > now():", "and False:", TIMES),
)
