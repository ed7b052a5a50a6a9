"""The guards of the opinion map, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

FOLDER = "plugins/halls/opinions"
VOTES, PCA, CLUSTERS, SHARED = (f"{FOLDER}/{name}.py" for name in ("votes", "pca", "clusters", "consensus"))
MAPS, SHARING, FILES = (f"tests/halls/test_opinions{name}.py" for name in ("", "_shared", "_votes"))
DRAWN = "tests/halls/test_opinions_drawing.py"

OPINIONS = (
    Guard("opinions: no group under five", CLUSTERS,
          "    labels = labels if whole else _joined(places, labels, centres)\n", "",
          f"{MAPS}::test_a_camp_of_four_is_joined_to_the_nearest"),
    Guard("opinions: nothing is said of fewer than five", f"{FOLDER}/charting.py",
          "    return figures if figures.seen >= consensus.LEAST else None", "    return figures",
          f"{SHARING}::test_small_cells_are_not_shown"),
    Guard("opinions: common ground of at least five in each group", SHARED,
          "    shared = ((_against_half(p, seen) > SURE) & (seen >= LEAST)).all(0)",
          "    shared = (_against_half(p, seen) > SURE).all(0)",
          f"{SHARING}::test_a_lean_within_chance_is_no_common_ground"),
    Guard("opinions: common ground of every group", SHARED, "& (seen >= LEAST)).all(0)", "& (seen >= LEAST)).any(0)",
          f"{SHARING}::test_common_ground_needs_every_group"),
    Guard("opinions: chance makes no groups", f"{FOLDER}/charting.py", "k or _one(votes.matrix[enough])", "k",
          f"{MAPS}::test_votes_at_random_make_one_group"),
    Guard("opinions: who saw little is not drawn to the middle", PCA, " @ axes * stretch[:, None]", " @ axes",
          f"{MAPS}::test_who_saw_little_stands_no_nearer_to_the_middle"),
    Guard("opinions: whoever said too little is in no group", PCA, "max(1, min(LEAST, matrix.shape[1]))", "1",
          f"{MAPS}::test_whoever_said_too_little_is_in_no_group"),
    Guard("opinions: the order of people changes nothing", CLUSTERS, "    order = np.lexsort(places.T[::-1])\n",
          "    order = np.arange(len(places))\n", f"{MAPS}::test_places_in_any_order_give_the_same_groups"),
    Guard("opinions: a vote is one of four", VOTES, "        if cell not in CODES:\n", "        if False:\n",
          f"{FILES}::test_what_is_no_vote_is_refused_with_its_line"),
    Guard("opinions: nobody votes twice", VOTES, "        if not name or name in lines:\n", "        if not name:\n",
          f"{FILES}::test_what_is_no_vote_is_refused_with_its_line"),
    Guard("opinions: a site starts without numpy", f"{FOLDER}/__init__.py", "from .found import Map\n",
          "from . import votes as _votes\nfrom .found import Map\n",
          f"{FILES}::test_a_site_starts_and_draws_without_numpy"),
    Guard("opinions: words in the picture are escaped", f"{FOLDER}/svg.py", "{escape(describe(found, you, say))}",
          "{describe(found, you, say)}",
          f"{DRAWN}::test_words_are_escaped"),
)
