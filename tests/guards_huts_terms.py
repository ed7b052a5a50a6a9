"""The guards of the rules of lending that staff write, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

TERMS, TESTS = "plugins/huts/terms", "tests/huts/test_terms.py"

HUTS_TERMS = (
    Guard("terms: one rule for the same", f"{TERMS}/acts.py", "    if same(scope):\n", "    if False:\n",
          f"{TESTS}::test_a_second_rule_for_the_same_leads_to_the_first"),
    Guard("terms: one rule also of two at once", f"{TERMS}/acts.py",
          "    marks.hold()  # nobody", "    pass  # nobody",
          f"{TESTS}::test_two_of_the_staff_at_once_write_one_rule"),
    Guard("terms: nobody overwrites somebody else", f"{TERMS}/views.py",
          "    if stale(rule.version) or not acts.change(", "    if not acts.change(",
          f"{TESTS}::test_two_of_the_staff_do_not_overwrite_each_other"),
    Guard("terms: what has changed is not removed unseen", f"{TERMS}/views.py",
          "    if not sent or stale(rule.version) or not", "    if not sent or not",
          f"{TESTS}::test_two_of_the_staff_do_not_overwrite_each_other"),
    Guard("terms: numbers have bounds", f"{TERMS}/forms.py", "        return not self.problems\n",
          "        return True\n",
          f"{TESTS}::test_what_cannot_be_is_named_at_its_field_and_kept"),
    Guard("terms: huts of this site", f"{TERMS}/views.py", "    if hut not in known or kind", "    if kind",
          f"{TESTS}::test_an_address_of_limits_that_leads_nowhere"),
    Guard("terms: the counter counts by its own hut", "plugins/huts/desk/show.py",
          'rules.resolve(said, hut_id, "", who).most', 'rules.resolve(said, None, "", who).most',
          f"{TESTS}::test_the_counter_counts_by_the_rule_of_its_own_hut"),
    Guard("terms: a rule is not wider than itself", "plugins/huts/lending/rules.py",
          "if (o.hut_id, o.category, o.who) != (r.hut_id, r.category, r.who)\n             and _fits", "if _fits",
          f"{TESTS}::test_what_holds_where_a_field_is_empty"),
    Guard("counter: drafts only with a reason", "plugins/huts/lending/handing.py",
          'return None if item.state == "shown" else', "return None if item.state else",
          "tests/huts/test_counter.py::test_what_residents_do_not_see_is_lent_only_with_a_reason"),
)
