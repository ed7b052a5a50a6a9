"""What lies beside the counter and what waits for staff counts, so that it is asked for only when it has changed.

Of loans and units only those that matter there: what is lent all day long counts nothing.
"""

from portal import count_changes

ITEM = ("hut_id, category, name, summary, text, rules, inside, picture, picture_alt, owner, owner_id, owner_name, "
        "gives, days, value_fen, deposit_fen, state, audience, units")
ASKED = "{row}.state = 'asked' AND {row}.number IS NULL"  # for a yes of staff


def up(migrator, db):
    count_changes(db, "huts", "huts_item", ITEM)  # with the number of its units, which staff read in their list
    count_changes(db, "huts.desk", "huts_loan", "state, number", when=ASKED)
    count_changes(db, "huts.desk", "huts_unit", "state, hut_id, home_id, note", when="{row}.state = 'transit'")
    count_changes(db, "huts.desk", "huts_ticket", "state")
