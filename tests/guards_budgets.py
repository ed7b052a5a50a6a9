"""The guards of budgets and of the rules that only add up, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

TALLY, TESTS = "plugins/halls/tally", "tests/halls"
PABULIB, PB_TESTS = f"{TALLY}/formats/pabulib.py", f"{TESTS}/test_pabulib.py"
GREEDY, MES, RUN = f"{TALLY}/pb_greedy.py", f"{TALLY}/pb_mes.py", f"{TALLY}/mes_run.py"
DESK, LEDGER, OPENING = f"{TALLY}/mes_desk.py", f"{TALLY}/mes_ledger.py", f"{TALLY}/mes_opening.py"
GREEDY_TESTS, MES_TESTS, RULES = f"{TESTS}/test_greedy.py", f"{TESTS}/test_equal_shares.py", f"{TESTS}/test_rules.py"
STEADY, LEFT_OUT = f"{TALLY}/mes_steady.py", f"{MES_TESTS}::test_the_steps_that_are_left_out_change_nothing"
ALIKE = f"{MES_TESTS}::test_between_two_runs_that_are_alike_all_are"
REFUSED = f"{PB_TESTS}::test_what_cannot_be_counted_is_refused_with_its_line"

BUDGETS = (
    Guard("budgets: no project that there is not", PABULIB, "if key not in self.number:", "if key is None:", REFUSED),
    Guard("budgets: a project once in a vote", PABULIB, "if len(set(keys)) != len(keys):", "if False:", REFUSED),
    Guard("budgets: a voter once in a file", PABULIB, "if voter in seen:", "if False:", REFUSED),
    Guard("budgets: no more projects than are allowed", PABULIB, "if len(keys) > longest:", "if False:", REFUSED),
    Guard("budgets: no more points than there are", PABULIB, "if self.most and sum(given) > self.most:", "if False:",
          REFUSED),
    Guard("budgets: a quotation mark swallows no votes", PABULIB, "if voting and reader.line_num > line:", "if False:",
          f"{PB_TESTS}::test_a_stray_quotation_mark_loses_no_line"),
    Guard("budgets: an empty vote is a voter", PABULIB, 'if vote.strip() else [], where)', 'if vote else [""], where)',
          f"{PB_TESTS}::test_bom_crlf_blank_and_short_lines_are_read"),
    Guard("greedy: no more than there is", GREEDY, "fits = cost <= left", "fits = cost <= left or skip",
          f"{GREEDY_TESTS}::test_a_project_that_does_not_fit_is_passed_over_or_ends_the_count"),
    Guard("greedy: the count ends where it says", GREEDY, "        elif not skip:\n            break\n", "",
          f"{GREEDY_TESTS}::test_a_project_that_does_not_fit_is_passed_over_or_ends_the_count"),
    Guard("greedy: the threshold", f"{TALLY}/money.py", "if given[project] >= least]", "if given[project] >= 0]",
          f"{GREEDY_TESTS}::test_a_project_under_the_threshold_is_not_looked_at"),
    Guard("shares: what floating point cannot tell is counted exactly", DESK,
          "key=lambda n: (value[n[0]], ties[n[0]])", "key=lambda n: (n[1] / self.case.worth[n[0]], ties[n[0]])",
          f"{MES_TESTS}::test_prices_that_floating_point_takes_for_equal_are_told_apart"),
    Guard("shares: the money of those who just can pay is exact", LEDGER, "            if rest * given <= points * "
          "content:\n                break\n", "            break\n",
          f"{MES_TESTS}::test_whoever_has_a_hair_too_little_gives_all"),
    Guard("shares: nobody pays more than he has", DESK, "        for b in poor:\n            money[b] = 0.0\n", "",
          f"{MES_TESTS}::test_random_budgets_are_counted_as_defined"),
    Guard("shares: what is bought first is paid by all", OPENING, "or not self._all_can_pay(case, project):",
          "or False:", f"{MES_TESTS}::test_random_budgets_are_counted_as_defined"),
    Guard("shares: nothing else is bought between two runs that are alike", DESK, "        return all((self.value(",
          "        return True or all((self.value(", ALIKE),
    Guard("shares: nothing more is bought between two runs that are alike", RUN,
          "return None if desk.nearest() else further", "return further", ALIKE),
    Guard("shares: no more than there is", MES, "if further.spent > money:", "if further.spent > 2 * money:",
          f"{MES_TESTS}::test_random_budgets_are_counted_as_defined"),
    Guard("shares: the end that was chosen", MES, 'if stop == "exhaustive" and min', "if min",
          f"{MES_TESTS}::test_the_two_ends_can_elect_differently"),
    Guard("shares: a tie is not hidden", DESK, "        if len(equal) > 1:\n", "        if False:\n",
          f"{MES_TESTS}::test_the_cheaper_wins_a_tie_then_the_one_with_more_supporters_then_the_lot"),
    Guard("shares: who is too poor is still after the steps left out", STEADY,
          "            self._until(price * given - at[b], rise[b] - slope * given)\n", "", LEFT_OUT),
    Guard("shares: nothing else is bought in the steps left out", STEADY,
          "            self._stays_dearer(other, project, rest, slope)\n", "            pass\n", LEFT_OUT),
    Guard("shares: nothing more is bought in the steps left out", STEADY, "    lines.end(left)\n", "", LEFT_OUT),
    Guard("shares: a price that is just reached is one", STEADY, "(first or all_give_all)", "first",
          f"{MES_TESTS}::test_a_price_that_is_just_reached_ends_a_stretch_of_equal_steps"),
    Guard("shares: the end that was chosen is told", MES, ", UNTIL[stop]: True}", "}",
          f"{MES_TESTS}::test_the_first_stage_names_the_end_that_was_chosen"),
    Guard("budgets: points of ordinal votes as Pabulib counts them", PABULIB, "list(range(chosen, 0, -1))",
          "list(range(self.longest, self.longest - chosen, -1))", f"{PB_TESTS}::test_the_other_kinds_of_votes"),
    Guard("rules: too many ticks", f"{TALLY}/multiple.py", "or len(found) > most:", "or False:",
          f"{RULES}::test_multiple_choice_refuses_too_many_ticks"),
    Guard("rules: two first choices are none", f"{TALLY}/choices.py", "if groups and len(groups[0]) == 1 else None",
          "if groups else None", f"{RULES}::test_plurality_takes_the_one_first_choice"),
    Guard("rules: points in their range", f"{TALLY}/choices.py", "all(low <= p <= high for _, p in ballot.scores)",
          "True", f"{RULES}::test_score_in_its_range"),
    Guard("rules: the quorum", f"{TALLY}/yesno.py", "quorate = turnout >= least", "quorate = True",
          f"{RULES}::test_yes_needs_its_quorum_and_its_majority"),
    Guard("rules: at least two thirds are rounded up", f"{TALLY}/yesno.py", "max(-int(-share * base // 1), 1)",
          "max(int(share * base), 1)", f"{RULES}::test_yes_needs_its_quorum_and_its_majority"),
    Guard("rules: who is left out stands below", f"{TALLY}/schulze.py", "below = set(left)",
          "below = {n for group in ranks for n in group}", f"{RULES}::test_those_left_out_are_equal_and_below"),
    Guard("rules: points are no ranks, ranks no points", f"{TALLY}/choices.py",
          "if any(b.scores for _, b in election.ballots) and not", "if False and not",
          f"{RULES}::test_ballots_of_another_kind_are_refused_in_words"),
)
