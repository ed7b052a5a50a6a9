"""The guards of the plain-Python parts of huts, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

HUTS, TESTS = "plugins/huts", "tests/huts"
HOURS, HOURS_TESTS = f"{HUTS}/hours.py", f"{TESTS}/test_hours.py"
RULES, RULES_TESTS = f"{HUTS}/lending/rules.py", f"{TESTS}/test_lending_rules.py"
CODES, CODES_TESTS = f"{HUTS}/codes.py", f"{TESTS}/test_codes.py"
REFUSED = f"{HOURS_TESTS}::test_what_cannot_be_hours_is_refused_in_words"
WEEK = f"{HOURS_TESTS}::test_a_week_without_mondays_and_its_holidays"
NOON = f"{HOURS_TESTS}::test_a_break_at_noon_closes"
SPECIFIC = f"{RULES_TESTS}::test_a_hut_weighs_more_than_depth_and_depth_more_than_the_kind_of_person"

HUTS_PLAIN = (
    Guard("hours: closed at closing time", HOURS, "if start <= ts < end), None)",
          "if start <= ts <= end), None)", NOON),
    Guard("hours: closed on a public holiday", HOURS,
          "        if not self.on_holidays and self.working.holiday_name(day):\n            return ()\n", "", WEEK),
    Guard("hours: a special day goes before all", HOURS,
          "        if day in self.special:\n            return self.special[day]\n", "", WEEK),
    Guard("hours: a range ends before the closing", HOURS, "not start < end <= span[1]", "not start < end", NOON),
    Guard("hours: a range does not end before it starts", HOURS, "not start < end <= span[1]",
          "not end <= span[1]", NOON),
    Guard("hours: a hut that never opens", HOURS, "HORIZON = 366", "HORIZON = 3660",
          f"{HOURS_TESTS}::test_a_whole_year_of_days_off_is_looked_through_once"),
    Guard("hours: a leapt time is no opening", HOURS, "for start, end in ends if start < end)",
          "for start, end in ends)",
          f"{HOURS_TESTS}::test_a_time_that_the_clock_leaps_over_is_no_opening"),
    Guard("hours: a holiday not yet announced is marked", HOURS,
          "self.on_holidays or self.working.announced(day)", "True",
          f"{HOURS_TESTS}::test_years_without_holidays_are_marked_and_never_raise"),
    Guard("hours: nothing over midnight", HOURS, "    if ends[0] >= ends[1]:\n", "    if False:\n", REFUSED),
    Guard("hours: no two at once", HOURS, "        if start < end:\n", "        if False:\n", REFUSED),
    Guard("hours: a day has 24 hours", HOURS, "if minute < 60 and 0 <= hour * 60 + minute <= 1440 else None",
          "if minute < 60 else None", REFUSED),
    Guard("rules: a hut weighs most", RULES, "return level, depth,", "return depth, level,", SPECIFIC),
    Guard("rules: depth weighs more than the person", RULES,
          "return level, depth, list(WHO).index(r.who) if r.who in WHO else -1",
          "return level, list(WHO).index(r.who) if r.who in WHO else -1, depth", SPECIFIC),
    Guard("rules: “a” is not above “ab”", RULES, 'f"{category}.".startswith(f"{r.category}.")',
          "category.startswith(r.category)", SPECIFIC),
    Guard("rules: another hut's do not hold", RULES, "r.hut_id in (None, hut_id) and", "", SPECIFIC),
    Guard("rules: a number is no yes", RULES, "isinstance(value, int) and not isinstance(value, bool)",
          "isinstance(value, int)", f"{RULES_TESTS}::test_what_staff_cannot_write"),
    Guard("codes: the check sign", CODES, " and _sum(code, length) % len(SIGNS) == 0", "",
          f"{CODES_TESTS}::test_every_single_wrong_sign_is_found"),
    Guard("codes: each place weighs otherwise", CODES, "sum((length - n) * _VALUE[sign]", "sum(_VALUE[sign]",
          f"{CODES_TESTS}::test_every_two_signs_that_changed_places_are_found"),
    Guard("states: ready before it is lent", f"{HUTS}/lending/states.py", '    ("ready", "lend"): "out",\n',
          '    ("ready", "lend"): "out",\n    ("approved", "lend"): "out",\n',
          f"{TESTS}/test_states.py::test_nobody_gets_a_unit_that_was_not_set_aside"),
)
