"""The guards of places, waitlists and the door, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

PLUGIN = "plugins/activities"
TESTS = "tests/activities/test_waitlist.py"
HELD, OFFERING, RULES = f"{PLUGIN}/held.py", f"{PLUGIN}/offering.py", f"{PLUGIN}/rules.py"
PLACES, JOINING, ROSTER = f"{PLUGIN}/seats.py", f"{PLUGIN}/joining.py", f"{PLUGIN}/desk_roster.py"

DOOR, CODES = f"{PLUGIN}/door.py", f"{PLUGIN}/codes.py"
AT_THE_DOOR = f"{PLUGIN}/desk_door.py"
DOOR_TESTS = "tests/activities/test_door.py"

SEATS = (
    Guard("places: never more than there are", PLACES,
          "(Occurrence.waiting == 0) & (Occurrence.taken + Occurrence.held + size <= Occurrence.capacity)\n    done =",
          "(Occurrence.waiting == 0)\n    done =",
          "tests/test_activities_race.py::test_families_never_take_more_than_there_is"),
    Guard("places: nobody passes by the waitlist", PLACES,
          "room = (Occurrence.waiting == 0) & (Occurrence.taken", "room = (Occurrence.id > 0) & (Occurrence.taken",
          f"{TESTS}::test_the_queue_is_kept_under_the_lock"),
    Guard("places: what is held is not free", PLACES,
          "(Occurrence.waiting == 0) & (Occurrence.taken + Occurrence.held + size <= Occurrence.capacity)\n    done =",
          "(Occurrence.waiting == 0) & (Occurrence.taken + size <= Occurrence.capacity)\n    done =",
          f"{TESTS}::test_the_queue_is_kept_under_the_lock"),
    Guard("places: one sign-up a person and date", PLACES,
          "            return False\n    _keep_members", "            pass\n    _keep_members",
          f"{TESTS}::test_the_queue_is_kept_under_the_lock"),
    Guard("places: a waitlist for those who can fit", PLACES,
          "Occurrence.waiting, Occurrence.capacity >= size)", "Occurrence.waiting)",
          f"{TESTS}::test_the_queue_is_kept_under_the_lock"),
    Guard("places: not fewer than are taken or held", PLACES, "    needed = Occurrence.taken + Occurrence.held\n",
          "    needed = Occurrence.taken\n",
          f"{TESTS}::test_more_places_and_a_date_that_comes_back_are_offered"),
    Guard("offers: end by the database's clock", OFFERING, "(SignUp.offered_until > database_now())",
          "(SignUp.offered_until > 0)",
          f"{TESTS}::test_an_offer_ends_by_the_clock_whether_or_not_the_worker_has_run"),
    Guard("offers: only by day", f"{PLUGIN}/waitlist.py", "    if next_open(at, zone) != at:\n        return None\n", "",
          f"{TESTS}::test_at_night_nothing_is_offered_and_at_eight_it_is"),
    Guard("offers: taken back with a cancelled date", f"{PLUGIN}/changes.py",
          "        offering.recall_offers(occurrence_id)\n", "        pass\n",
          f"{TESTS}::test_more_places_and_a_date_that_comes_back_are_offered"),
    Guard("sign-up: what staff must see first", JOINING, "wait, thing.approval)", "wait)",
          f"{TESTS}::test_staff_look_first_where_they_want_to"),
    Guard("sign-up: questions that must be answered", RULES,
          "        if must and not (n < len(answers) and answers[n].strip()):\n", "        if False:\n",
          f"{TESTS}::test_staff_look_first_where_they_want_to"),
    Guard("sign-up: so many companions", RULES, " or int(others[:9]) > most:", ":",
          f"{TESTS}::test_companions_count_and_have_a_limit"),
    Guard("sign-up: guests only where staff allow it", JOINING, "    if not (thing.guests or viewer):\n",
          "    if False:\n", f"{TESTS}::test_a_guest_may_come_where_staff_allow_it_and_later_finds_it"),
    Guard("sign-up: guests are limited", JOINING, "    except TooMany:\n", "    except ZeroDivisionError:\n",
          f"{TESTS}::test_guests_are_limited_by_phone"),
    Guard("guests: found by the hash of a secret", JOINING, "(SignUp.key == _digest(token)) & ", "",
          f"{TESTS}::test_a_guest_may_come_where_staff_allow_it_and_later_finds_it"),
    Guard("guests: only the phone's owner takes over", PLACES,
          "SignUp.person_id.is_null() & (SignUp.guest_phone == phone) &",
          "SignUp.person_id.is_null() &", f"{TESTS}::test_another_phone_takes_nothing_over"),
    Guard("roster: only staff decide", ROSTER,
          '    me = require("activities.edit")\n    date, what', "    me = viewer\n    date, what",
          f"{TESTS}::test_staff_look_first_where_they_want_to"),
    Guard("roster: of this date", ROSTER, "                             & (SignUp.occurrence_id == date.id))",
          "                             )", f"{TESTS}::test_a_decision_is_for_its_own_date"),
    Guard("door: only who may check people in", AT_THE_DOOR,
          '    me = require("activities.check_in")\n', "    me = viewer\n",
          f"{DOOR_TESTS}::test_only_those_at_the_door_see_it"),
    Guard("door: the count asks for the right by itself", AT_THE_DOOR,
          '    if not may("activities.check_in"):\n        abort(404)\n', "",
          f"{DOOR_TESTS}::test_only_those_at_the_door_see_it"),
    Guard("door: a scan tells nothing to others", AT_THE_DOOR,
          " or row.person_id != viewer.person_id:", ":",
          f"{DOOR_TESTS}::test_a_scan_shows_and_only_a_button_checks_in"),
    Guard("door: a sign-up of this date", AT_THE_DOOR, " & (SignUp.occurrence_id == occurrence_id))", ")",
          f"{DOOR_TESTS}::test_a_code_of_another_occurrence_is_refused_in_words"),
    Guard("door: who is here stays as they were", DOOR,
          "    if party.came is not None:\n        return party, None\n", "",
          f"{DOOR_TESTS}::test_a_family_is_here_with_one_tap_and_the_second_says_since_when"),
    Guard("door: as many as they are", RULES, "    return n if 1 <= n <= size else None\n", "    return n\n",
          f"{DOOR_TESTS}::test_some_of_them_and_undo"),
    Guard("door: shut before its day", RULES, "    if now < starts_at - DOOR_OPENS:\n", "    if False:\n",
          f"{DOOR_TESTS}::test_the_door_is_shut_before_its_day_and_when_cancelled"),
    Guard("door: only who has a place", DOOR, """(SignUp.state == "joined"))
    .order_by(fn""", """(SignUp.id > 0))
    .order_by(fn""", f"{DOOR_TESTS}::test_who_waits_or_has_left_is_not_let_in_as_one_who_has_a_place"),
    Guard("codes: another site's differ", CODES, " activities door {scope_id()}", " activities door",
          f"{DOOR_TESTS}::test_codes_are_short_differ_and_lead_back"),
)
