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

POLLS, COURSE, CASTING, RACE = ("plugins/halls/polls", f"{TESTS}/test_polls_course.py",
                                f"{TESTS}/test_polls_casting.py", f"{TESTS}/test_polls_race.py")
ROADS = f"{TESTS}/test_polls_roads.py"
VOTES = (
    Guard("votes: the poll is held open", f"{POLLS}/casting.py", "    locks.share(poll_id)\n", "",
          f"{RACE}::test_a_close_waits_for_the_vote_that_is_being_stored"),
    Guard("votes: a close has the poll for itself", f"{POLLS}/closing.py",
          "    poll = locks.take(poll_id)\n    if poll is None or moved(poll.state, \"close\") is None:",
          "    poll = Poll.get_or_none(Poll.id == poll_id)\n"
          "    if poll is None or moved(poll.state, \"close\") is None:",
          f"{RACE}::test_a_close_looks_at_the_poll_after_everybody_else"),
    Guard("votes: the hour refuses", f"{POLLS}/casting.py", " or closes_at is None or closes_at <= at else None",
          " else None", f"{CASTING}::test_the_hour_of_the_close_refuses_though_nobody_has_closed"),
    Guard("votes: by the clock of the database", f"{POLLS}/casting.py", "Poll.closes_at, database_now(),",
          "Poll.closes_at, Poll.closes_at * 0 + now(),", f"{CASTING}::test_the_clock_that_counts_is_the_databases"),
    Guard("votes: who is on the roll", f"{POLLS}/casting.py",
          "Refusal(NOT_ON_THE_ROLL) if found.voter_id is None else found)", "found)",
          f"{CASTING}::test_who_is_not_on_the_roll_and_other_sites"),
    Guard("votes: the desk does not overwrite", f"{POLLS}/casting.py",
          'if road in STAFFED and before.road not in (road, "proxy") and not replace:', "if False:",
          f"{CASTING}::test_the_desk_replaces_another_road_only_when_asked_to"),
    Guard("votes: one ballot for each voter", f"{POLLS}/casting.py",
          '        if new.on_conflict(action="IGNORE").as_rowcount().execute():\n',
          "        if not _has(voter_id, poll_id) and new.as_rowcount().execute():\n",
          f"{RACE}::test_two_devices_of_one_person_in_one_moment"),
    Guard("rolls: frozen from the opening on", f"{POLLS}/roll.py", "if poll is None or not may_edit(poll.state):",
          "if poll is None:", f"{CASTING}::test_a_frozen_roll_stays_and_its_hash_can_be_made_again"),
    Guard("rolls: verified residents only", f"{POLLS}/roll.py", '(Membership.state == "verified") & ', "",
          f"{CASTING}::test_who_is_wanted_on_a_roll"),
    Guard("polls: shut until ready", f"{POLLS}/opening.py", "    if problems:\n        return problems\n", "",
          f"{COURSE}::test_what_keeps_a_poll_shut"),
    Guard("polls: nobody is counted who is replaced", f"{POLLS}/opening.py", "    if moved(old.state, \"supersede\"):",
          "    if False:", f"{COURSE}::test_a_poll_is_put_right_by_another_one"),
    Guard("polls: a row looks after the count", f"{POLLS}/closing.py",
          "    later(now() + AGAIN, \"halls.poll_counts\", poll_id, site, once=True, tries=tries + 1)\n", "",
          f"{COURSE}::test_whoever_counts_is_followed_by_a_row"),
    Guard("polls: no file before the count", f"{POLLS}/exports.py",
          '    if poll.state != "counted":\n        return ()\n', "",
          f"{COURSE}::test_no_file_before_the_count_and_none_that_is_not_there"),
    Guard("polls: the order of a file tells nothing", f"{POLLS}/exports.py",
          "        ballots.sort(key=lambda ballot: ballot[2])\n", "        pass\n",
          f"{COURSE}::test_the_order_of_a_file_tells_nothing"),
    Guard("votes: a proxy is one that both want", f"{POLLS}/proxies.py",
          '        & (Proxy.state == "given")).execute()\n    if not held:', '        ).execute()\n    if not held:',
          f"{ROADS}::test_a_proxy_counts_only_when_both_want_it"),
    Guard("votes: two proxies for a holder", f"{POLLS}/proxies.py",
          'if _live(Proxy.holder_id == holder_id, "given") >= MOST else None', "if False else None",
          f"{ROADS}::test_proxies_go_one_level_and_are_two_at_most"),
    Guard("votes: no proxy votes over the giver's own", f"{POLLS}/casting.py",
          "    if before.road not in OVER.get(road, ROADS):\n", "    if False:\n",
          f"{ROADS}::test_no_proxy_comes_over_a_vote_of_ones_own"),
    Guard("votes: a paper is typed by two", f"{POLLS}/paper.py",
          'return {"first": text} if paper.state == "differs" else Refusal(SAME_HAND)',
          'return {"first": text, "second": text}', f"{ROADS}::test_a_paper_is_typed_by_two_and_cast_when_they_agree"),
    Guard("votes: one ballot of two lines", f"{POLLS}/personal.py",
          "    for older in two[1:]:\n        Ballot.delete().where(Ballot.id == older.id).execute()\n", "",
          f"{ROADS}::test_two_lines_of_one_person_keep_the_later_ballot"),
    Guard("polls: no formulas in a table", "plugins/halls/tally/formats/table.py",
          "    return f\"'{plain}\" if plain[:1] in FORMULA + \"'\" and plain else plain\n", "    return plain\n",
          f"{COURSE}::test_no_cell_of_a_table_is_a_formula"),
)
FLIGHT = f"{TESTS}/test_polls_flight.py"
STEPS = (
    Guard("flight: the roll is told and paper noted before a poll opens", f"{POLLS}/preflight.py",
          "*_roll(poll), *_ticks(poll)]", "*_roll(poll)]",
          f"{FLIGHT}::test_what_is_not_ready_keeps_it_shut_by_hand_and_by_the_clock"),
    Guard("flight: a new roll is told anew", f"{POLLS}/roll.py", ', "flight": "{}"}', "}",
          f"{FLIGHT}::test_a_new_roll_and_another_draft_have_to_be_told_anew"),
    Guard("flight: another draft is told anew", f"{POLLS}/desk.py", 'Poll.update(**values, flight="{}", version',
          "Poll.update(**values, version", f"{FLIGHT}::test_a_new_roll_and_another_draft_have_to_be_told_anew"),
    Guard("flight: a translation of other words is none", f"{POLLS}/languages.py",
          'fresh = texts.get("of") == own(poll, options)', "fresh = True",
          f"{FLIGHT}::test_a_poll_is_written_in_every_language_of_its_site"),
    Guard("flight: nothing is noted without a roll", f"{POLLS}/preflight.py",
          ' or poll.state != "draft" or poll.frozen_at is None:', ":", f"{FLIGHT}::test_what_cannot_be_noted"),
)

PAGES, DESK = "tests/halls/test_polls_pages.py", "tests/halls/test_polls_desk.py"
VIEWS = (
    Guard("polls: a draft is for staff only", f"{POLLS}/views.py",
          'if row is None or (row.state in ("draft", "withdrawn") and not may("halls.edit")):', "if row is None:",
          f"{DESK}::test_a_poll_from_the_first_word_to_the_open_ballot"),
    Guard("polls: the roll's names are for staff", f"{POLLS}/sheets.py",
          'if not may("halls.edit") or row.roll_size is None:', "if row.roll_size is None:",
          f"{PAGES}::test_ballots_are_there_to_count_again_and_the_roll_is_not"),
    Guard("polls: a bill is of one's own ballot", f"{POLLS}/views.py", "choice=shared) if", "choice=0) if",
          f"{TESTS}/test_kept.py::test_a_result_is_shown_with_each_readers_own_receipt_and_bill"),
    Guard("polls: a roll for others than wanted is loose", f"{POLLS}/desk.py",
          '        values |= {"frozen_at": None, "roll_size": None, "roll_hash": ""}\n', "        pass\n",
          f"{DESK}::test_a_roll_of_others_is_loose_again"),
)

ACTS, SIGNING = (f"plugins/halls/{name}/acts.py" for name in ("moderation", "proposals"))
SAYING = "plugins/halls/comments/posting.py"
MODERATING, PROPOSING, TALKING = (f"{TESTS}/test_{name}.py" for name in ("moderation", "proposals", "comments"))
SAID = f"{TESTS}/test_statements.py"
VOTING = f"{MODERATING}::test_while_people_vote_one_person_alone_hides_nothing"

VOICES = (
    Guard("moderation: two people while a poll is open", ACTS, "    two = poll_runs(thing.topic_id)\n",
          "    two = False\n", VOTING),
    Guard("moderation: nobody agrees with themself", ACTS,
          "              & (Hiding.actor_id.is_null() | (Hiding.actor_id != one(viewer))))\n", "              )\n",
          VOTING),
    Guard("moderation: who agreed decides no appeal", ACTS,
          "             & (Hiding.second_id.is_null() | (Hiding.second_id != me))\n", "", VOTING),
    Guard("moderation: who hid it decides no appeal", ACTS,
          "             & (Hiding.actor_id.is_null() | (Hiding.actor_id != me))\n", "",
          f"{MODERATING}::test_its_author_reads_why_and_appeals_and_somebody_else_decides"),
    Guard("proposals: a stale change is refused", SIGNING, "row.version != version or ", "",
          f"{PROPOSING}::test_of_two_changes_over_one_version_the_first_is_kept"),
    Guard("proposals: what is withdrawn is not signed", SIGNING,
          '    if row is None or row.standing != "open" or row.state != "shown":\n        return False\n    new',
          "    if row is None:\n        return False\n    new",
          f"{PROPOSING}::test_a_withdrawn_one_takes_no_signature"),
    Guard("proposals: they grow out of what is shown here", "plugins/halls/proposals/queries.py",
          ' & (Statement.topic_id == param("topic")) & (Statement.state == "shown")))', "))",
          f"{PROPOSING}::test_no_proposal_grows_out_of_a_statement_that_is_not_shown_here"),
    Guard("statements: one that is shown is hidden by moderation alone", "plugins/halls/topics/desk_statements.py",
          '    if row.state == "shown":\n        return see_other(f"halls/desk/mod',
          '    if False:\n        return see_other(f"halls/desk/mod',
          f"{SAID}::test_one_that_is_shown_is_hidden_by_two_while_people_vote"),
    Guard("statements: none is shown past its hiding", "plugins/halls/topics/moderating.py",
          '    if state == "shown" and hiding(row.id):\n', "    if False:\n",
          f"{SAID}::test_one_that_is_hidden_by_moderation_is_not_shown_past_it"),
    Guard("comments: nobody supports their own", SAYING,
          "        Comment.person_id.is_null() | (Comment.person_id != who[\"person_id\"]))", "        Comment.id > 0)",
          f"{TALKING}::test_support_counts_once_and_not_for_oneself"),
)
SHOWN, SEEN, KEEPING = "plugins/halls/topics/show.py", "plugins/halls/topics/views.py", f"{TESTS}/test_topics_kept.py"
KEPT = (
    Guard("topics: a kept page knows the map's version", SHOWN, "return known._replace(you=None) if",
          "return known._replace(you=None, version=1, at=0) if",
          f"{KEEPING}::test_a_statement_is_there_or_gone_at_once"),
    Guard("topics: a place on the map is its reader's own", SHOWN, "topic_id=row.id, seen=known)",
          "topic_id=row.id, seen=public(known))",
          f"{KEEPING}::test_a_map_drawn_anew_is_shown_at_once_with_each_readers_place_alone"),
    Guard("topics: a kept page knows its polls and promises", SEEN, "sign=found.sign,", "",
          f"{KEEPING}::test_a_promise_is_shown_as_it_stands"),
    Guard("topics: a card is text", SHOWN, '"said": escape(found.text)', '"said": Markup(found.text)',
          f"{KEEPING}::test_a_card_is_written_as_it_was_said"),
)

MARKS, OWN = "plugins/halls/migrations/0006_marks.py", f"{TESTS}/test_kept.py"
CHANGES, COMMENTING = f"{OWN}::test_each_change_is_there_at_the_next_request", "plugins/halls/comments/views.py"
MARKED = (
    Guard("marks: comments are counted", MARKS, ' "halls_comment": ("", OWN),', "", CHANGES),
    Guard("marks: answers are counted", MARKS, '"halls_answer": ("", OF_PROPOSAL),', "", CHANGES),
    Guard("marks: other names are counted", MARKS,
          '    yield "halls_person_renamed", "UPDATE OF name", "person", [RENAMED]\n', "", CHANGES),
    Guard("marks: the hall's lists are counted", MARKS, '("halls_poll", "halls_promise")', '("halls_promise",)',
          f"{OWN}::test_the_list_of_polls_is_as_it_stands"),
    Guard("marks: a topic that is left counts, too", MARKS, "again(\"old\", old), count(", "count(",
          f"{OWN}::test_the_table_of_marks_counts_for_each_topic_alone"),
    Guard("kept: comments with one's own among them are one's own", COMMENTING, '"reader": found.reader, ', "",
          f"{OWN}::test_comments_are_each_readers_own"),
    Guard("kept: whole names are for neighbours", COMMENTING, '"whole": names.whole()}', '"whole": True}',
          f"{OWN}::test_comments_are_each_readers_own"),
    Guard("kept: a proposal knows who has signed", "plugins/halls/proposals/views.py", "signed=found.signed,",
          "signed=found.wrote,", f"{OWN}::test_a_proposal_is_each_readers_own"),
    Guard("kept: a receipt is its reader's own", f"{POLLS}/views.py", 'voted=bool(head.receipt), by=head.road',
          'voted=True, by="web"', f"{OWN}::test_a_poll_is_each_readers_own"),
    Guard("kept: an open poll tells nothing", f"{POLLS}/show.py", '(_("On the roll"), _(',
          '(_("Voted"), str(len(queries.ballots(poll.id)))),\n            (_("On the roll"), _(',
          f"{OWN}::test_nothing_early_is_learned_of_an_open_poll"),
)

HALLS = (*COUNTS, *VOTES, *STEPS, *VIEWS, *VOICES, *KEPT, *MARKED)
