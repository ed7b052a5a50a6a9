"""The words for what huts and things can be; each is translated where it is shown."""

N_ = str

HOLIDAYS = {"closed": N_("Not open"), "open": N_("Open as on other days")}
OWNERS = {"community": N_("The community's"), "resident": N_("A resident's"), "organisation": N_("An organisation's")}
CONDITIONS = {"new": N_("As new"), "good": N_("In good order"), "worn": N_("Worn, works well"),
              "damaged": N_("Damaged")}
HUTS = {"draft": (N_("Draft"), "warn"), "open": (N_("Open to residents"), "ok"),
        "closed": (N_("Closed for now"), "bad")}
ITEMS = {"draft": (N_("Draft"), "warn"), "asked": (N_("Offered by a resident"), "warn"), "shown": (N_("Shown"), "ok"),
         "withdrawn": (N_("Withdrawn"), "")}
UNITS = {"in": (N_("In the hut"), "ok"), "set": (N_("Set aside"), "warn"), "out": (N_("Out"), "warn"),
         "transit": (N_("On its way home"), "warn"), "repair": (N_("Being repaired"), "bad"),
         "retired": (N_("Retired"), ""), "lost": (N_("Lost"), "bad"), "given": (N_("Given away"), "")}
