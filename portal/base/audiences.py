"""Whom something is for: the words for each audience that `takes_part` knows, translated where they are shown."""

N_ = str  # marks a text that is translated where it is shown

AUDIENCES: dict[str, str] = {
    "community": N_("Residents of this community"), "street": N_("Residents of the street"),
    "district": N_("Residents of the district"), "anyone": N_("Everyone"),
}
