"""The guards of halls, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

TALLY, TESTS = "plugins/halls/tally", "tests/halls"
STV, IRV, RULES = f"{TALLY}/stv.py", f"{TALLY}/irv.py", f"{TALLY}/rules.py"
READING, BLT, FORMATS = f"{TALLY}/formats/reading.py", f"{TALLY}/formats/blt.py", f"{TESTS}/test_formats.py"
BROKEN = f"{FORMATS}::test_blt_that_is_broken_is_refused_with_its_line"
BY_THE_ORDER = f"{TESTS}/test_stv.py::test_random_wards_agree_with_the_order"

COUNTS = (
    Guard("stv: a paper ends at a gap", STV, "                    if len(group) != 1:\n                        break\n",
          "                    if len(group) != 1:\n                        continue\n",
          f"{TESTS}/test_stv.py::test_a_paper_ends_at_a_gap_and_at_a_shared_rank"),
    Guard("stv: the quota is of valid papers", STV, "if ranks and len(ranks[0]) == 1:", "if ranks and ranks[0]:",
          BY_THE_ORDER),
    Guard("stv: the value is cut off at five decimals", STV, "value * surplus // most", "-(-value * surplus // most)",
          f"{TESTS}/test_stv.py::test_what_lies_beyond_five_decimals_is_ignored"),
    Guard("stv: the largest surplus first", STV, "most = max(self.votes[n] for n in self.surpluses)",
          "most = min(self.votes[n] for n in self.surpluses)",
          f"{TESTS}/test_stv.py::test_random_wards_with_long_papers_agree_with_the_order"),
    Guard("stv: exactly the quota leaves nothing to pass", STV,
          'for n in facts["elected"] if self.votes[n] > self.quota)', 'for n in facts["elected"])',
          f"{TESTS}/test_stv.py::test_who_has_exactly_the_quota_has_no_surplus_to_pass"),
    Guard("stv: the last ones are elected", STV, "if len(self.continuing) <= self.seats - len(self.elected):",
          "if False:", f"{TESTS}/test_stv.py::test_as_many_seats_as_candidates_or_more"),
    Guard("ties: the latest stage decides", f"{TALLY}/transfers.py", "for votes in reversed(stages):",
          "for votes in stages:", f"{TESTS}/test_stv.py::test_a_tie_of_three_narrows_down_stage_by_stage"),
    Guard("ties: the first one drawn wins", IRV, "order(self.seed, equal, self.election.candidates)[-1]",
          "order(self.seed, equal, self.election.candidates)[0]",
          f"{TESTS}/test_irv.py::test_a_tie_is_decided_by_the_round_before_then_by_lot"),
    Guard("irv: half is not more than half", IRV, "2 * self.votes[best] > sum(self.votes)",
          "2 * self.votes[best] >= sum(self.votes)",
          f"{TESTS}/test_irv.py::test_more_than_half_wins_at_once_and_half_does_not"),
    Guard("irv: a shared rank ends the ballot", IRV, "        if here:\n            break\n", "",
          f"{TESTS}/test_irv.py::test_gaps_are_skipped_and_a_shared_rank_counts_for_the_only_one_left"),
    Guard("withdrawn: no gap is left", f"{TALLY}/transfers.py", "for group, left in kept if left or not group)",
          "for group, left in kept)", f"{TESTS}/test_stv.py::test_who_withdrew_leaves_no_gap"),
    Guard("rules: one that does not fit is refused", RULES, "    _fits(rule, given)\n", "",
          f"{TESTS}/test_tally_command.py::test_rules_and_files_that_do_not_fit_each_other"),
    Guard("files: not a number is refused", READING, "    if not (digits.isascii() and digits.isdigit()):\n",
          "    if not digits:\n", BROKEN),
    Guard("files: numbers have bounds", READING, "    if not least <= number <= most:\n", "    if False:\n", BROKEN),
    Guard("files: nobody stands twice on a ballot", READING, "        if len(set(words)) != len(words):\n",
          "        if False:\n", BROKEN),
    Guard("files: a byte 0 is refused", READING, '    if b"\\0" in data:\n', "    if False:\n",
          f"{FORMATS}::test_what_is_no_text_is_refused_with_its_line"),
    Guard("files: a ballot has an end", BLT, '    if not words or words.pop() != "0":\n',
          '    if words and words[-1] == "0" and not words.pop():\n', BROKEN),
    Guard("files: announced voters are there", f"{TALLY}/formats/preflib.py", "    if found != said:\n",
          "    if False:\n", f"{FORMATS}::test_preflib_that_is_broken_is_refused_with_its_line"),
)

HALLS = COUNTS
