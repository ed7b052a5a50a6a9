"""What is kept of huts and what lies in them. Whatever else hangs on them is kept by the part that it belongs to."""

from peewee import BigIntegerField, BooleanField, CharField, Check, DoubleField, IntegerField, TextField

from portal import District, Owned, now, same_site


class Hut(Owned):
    """A small house whose things neighbours share. Each has a character of its own."""

    code = CharField(max_length=12)  # on labels and in commands: capital letters and digits
    name = CharField(max_length=60)
    character = CharField(max_length=120, default="")  # what this one is known for, in a line
    story = TextField(default="")  # Markdown
    address = CharField(max_length=160, default="")
    lat = DoubleField(null=True)  # degrees, WGS 84
    lon = DoubleField(null=True)
    phone = CharField(max_length=40, default="")
    keepers = CharField(max_length=120, default="")  # who looks after it, as neighbours call them
    picture = CharField(max_length=120, default="")
    picture_alt = CharField(max_length=200, default="")
    more_pictures = TextField(default="")  # JSON: see shelf/pictures.py
    hours = TextField(default="[]")  # JSON: for Monday to Sunday a list of [from, to] in minutes; see hours.py
    holidays = CharField(max_length=8, default="closed")  # on public holidays: closed, or open as on the weekday
    state = CharField(max_length=8, default="draft")  # draft, open, closed
    audience = CharField(max_length=10, default="community")  # who may borrow here
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_hut"
        indexes = ((("site", "id"), True), (("site", "code"), True), (("site", "state", "name"), False))


class SpecialDay(Owned):
    """A day on which a hut keeps other hours than its weekday says."""

    hut_id = IntegerField()
    day = CharField(max_length=10)  # 2026-12-31
    hours = TextField(default="[]")  # JSON: [from, to] in minutes of each time it is open; none: closed
    why = CharField(max_length=80, default="")

    class Meta:
        table_name = "huts_special_day"
        indexes = ((("site", "hut_id", "day"), True),)
        constraints = [same_site("hut_id", "huts_hut")]


class Item(Owned):
    """A kind of thing that a hut lends or gives away, with one unit or several. What a list shows stands here."""

    hut_id = IntegerField()  # its home
    category = CharField(max_length=40)  # a code of categories.toml
    name = CharField(max_length=80)
    summary = CharField(max_length=160, default="")  # size, weight, what it is good for
    text = TextField(default="")  # Markdown: how to use it
    rules = CharField(max_length=300, default="")  # what to mind, a line each
    inside = TextField(default="")  # what is in the kit, a line each
    asked_out = TextField(default="")  # questions at hand-over, a line each
    asked_back = TextField(default="")  # questions when it comes back
    picture = CharField(max_length=120, default="")
    picture_alt = CharField(max_length=200, default="")
    more_pictures = TextField(default="")  # JSON: see shelf/pictures.py
    owner = CharField(max_length=12, default="community")  # community, resident, organisation
    owner_id = IntegerField(null=True)  # the resident; empty once erased
    owner_name = CharField(max_length=60, default="")  # the organisation
    gives = BooleanField(default=False)  # given away: who takes it keeps it
    value_fen = IntegerField(default=0)
    deposit_fen = IntegerField(default=0)  # kept as a record; 0: as the rules say
    days = IntegerField(default=0)  # at most so many at a time, as its owner wishes; 0: as the rules say
    state = CharField(max_length=10, default="draft")  # draft, asked (by a resident), shown, withdrawn
    audience = CharField(max_length=10, default="community")
    units = IntegerField(default=0)  # that are not retired, lost or given away
    waiting = IntegerField(default=0)  # who wait for one without a date
    queue = IntegerField(default=0)  # the last number given to one who waits
    stamp = IntegerField(default=0)  # counted up by triggers with whatever lending changes of what a page shows
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_item"
        indexes = ((("site", "id"), True), (("site", "hut_id", "state", "name", "id"), False),
                   (("site", "state", "category", "name", "id"), False), (("site", "state", "name", "id"), False),
                   (("site", "owner_id"), False), (("site", "name", "id"), False))
        constraints = [same_site("hut_id", "huts_hut")]


class Unit(Owned):
    """One thing that can be taken home, with its own label."""

    item_id = IntegerField()
    hut_id = IntegerField(null=True)  # where it lies now; empty while it is out or lies in another site's hut
    home_id = IntegerField()
    code = CharField(max_length=12)  # its label: see codes.py
    condition = CharField(max_length=8, default="good")  # new, good, worn, damaged
    note = CharField(max_length=200, default="")
    state = CharField(max_length=8, default="in")  # see lending/states.py: in, set (aside), out, transit, repair, …
    version = IntegerField(default=1)
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_unit"
        indexes = ((("site", "id"), True), (("site", "code"), True), (("site", "item_id", "state"), False),
                   (("site", "hut_id", "state"), False), (("site", "state", "home_id"), False))
        constraints = [same_site("item_id", "huts_item"), same_site("hut_id", "huts_hut"),
                       same_site("home_id", "huts_hut")]


class Code(District):
    """Which site a label is of: a unit can be brought back to any hut."""

    code = CharField(max_length=12, unique=True)
    site_id = IntegerField()

    class Meta:
        table_name = "huts_code"


class BorrowerCode(District):
    """The code by which a counter knows somebody: in the whole house, since things of other sites are lent, too."""

    person_id = IntegerField(unique=True)
    code = CharField(max_length=12, unique=True)
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_borrower_code"


class Loan(Owned):
    """That somebody borrows, from the wish to the return: a state machine, see lending/states.py."""

    item_id = IntegerField()
    unit_id = IntegerField(null=True)  # none while waiting for one
    hut_id = IntegerField()  # where it is picked up
    person_id = IntegerField(null=True)  # empty once erased
    kin_id = IntegerField(null=True)  # the member of the household it is for; none: oneself
    state = CharField(max_length=9, default="asked")
    starts_at = BigIntegerField(null=True)  # [starts_at, ends_at) as asked for; none: as soon as one is free
    ends_at = BigIntegerField(null=True)
    number = IntegerField(null=True)  # grows along the queue of those who wait without a date
    ready_until = BigIntegerField(null=True)  # set aside for them up to here
    due_at = BigIntegerField(null=True)  # a closing time of the hut
    out_at = BigIntegerField(null=True)
    back_at = BigIntegerField(null=True)
    extended = IntegerField(default=0)  # how often
    answers = TextField(default="")  # JSON: what was answered at hand-over and at return
    photos = TextField(default="")  # JSON: names of stored pictures
    deposit_fen = IntegerField(default=0)  # as a record: what was left at the desk
    reason = CharField(max_length=200, default="")  # why staff went past a rule, why it was refused or disputed
    key = CharField(max_length=64, default="")  # of the form that asked for it: a second tap is the same loan
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_loan"
        indexes = ((("site", "id"), True), (("site", "person_id", "state"), False),
                   (("site", "item_id", "state", "number"), False), (("site", "unit_id", "state"), False),
                   (("site", "hut_id", "state", "due_at"), False))
        constraints = [same_site("item_id", "huts_item"), same_site("unit_id", "huts_unit"),
                       same_site("hut_id", "huts_hut")]


class Range(Owned):
    """[start, end) in which a unit is not free. No two of one unit overlap, whatever they are for."""

    unit_id = IntegerField()
    item_id = IntegerField()
    kind = CharField(max_length=7)  # loan, buffer, repair, holiday
    loan_id = IntegerField(null=True)
    starts_at = BigIntegerField()
    ends_at = BigIntegerField()

    class Meta:
        table_name = "huts_range"
        indexes = ((("site", "unit_id", "starts_at"), True), (("site", "item_id", "ends_at"), False),
                   (("site", "loan_id"), False))
        constraints = [same_site("unit_id", "huts_unit"), same_site("item_id", "huts_item"),
                       same_site("loan_id", "huts_loan"), Check("starts_at < ends_at")]


class Move(Owned):
    """A step of a loan: what it was, what it is, who did it, for whom and how."""

    loan_id = IntegerField()
    old = CharField(max_length=9, default="")
    new = CharField(max_length=9)
    why = CharField(max_length=200, default="")
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_move"
        indexes = ((("site", "loan_id", "id"), False), (("site", "person_id"), False))
        constraints = [same_site("loan_id", "huts_loan")]


class Borrower(Owned):
    """The one row of a person that is locked before their limit is counted, and what they may not do for now."""

    person_id = IntegerField(null=True)
    paused_until = BigIntegerField(null=True)  # ends by itself
    why = CharField(max_length=200, default="")

    class Meta:
        table_name = "huts_borrower"
        indexes = ((("site", "person_id"), True),)


class Rule(Owned):
    """How long, how many and with what: for a hut, a kind of item and a kind of person, or for all of them."""

    hut_id = IntegerField(null=True)
    category = CharField(max_length=40, default="")
    who = CharField(max_length=10, default="")  # a kind of person, see lending/rules.py
    terms = TextField(default="{}")  # JSON: days, extend_days, extends, most, pickup_days, buffer_hours, approval, …
    version = IntegerField(default=1)

    class Meta:
        table_name = "huts_rule"
        indexes = ((("site", "hut_id", "category", "who"), False),)
        constraints = [same_site("hut_id", "huts_hut")]


class Ticket(Owned):
    """A unit that is damaged, from the first look until it is back on the shelf or retired; see desk/tickets.py."""

    unit_id = IntegerField()
    loan_id = IntegerField(null=True)  # after which it was found
    state = CharField(max_length=9, default="assess")
    text = TextField()  # what is damaged
    photo = CharField(max_length=120, default="")
    ends_at = BigIntegerField(null=True)  # when it is likely to be back; none: nobody knows yet
    actor_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_ticket"
        indexes = ((("site", "id"), True), (("site", "state", "id"), False), (("site", "unit_id"), False))
        constraints = [same_site("unit_id", "huts_unit"), same_site("loan_id", "huts_loan")]


class TicketMove(Owned):
    """A step of a ticket: what it was, what it is, why, and who did it."""

    ticket_id = IntegerField()
    old = CharField(max_length=9, default="")
    new = CharField(max_length=9)
    why = CharField(max_length=200, default="")
    actor_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_ticket_move"
        indexes = ((("site", "ticket_id", "id"), False),)
        constraints = [same_site("ticket_id", "huts_ticket")]


class ItemSheet(Owned):
    """A spreadsheet of items that staff have uploaded. Its rows wait as parts until they are taken in."""

    hut_id = IntegerField()  # of rows that name none
    file = CharField(max_length=200, default="")
    digest = CharField(max_length=64)
    state = CharField(max_length=10, default="checking")  # see sheets/parts.py
    shows = BooleanField(default=False)  # or leave drafts
    problems = TextField(default="")  # JSON: (row, column, reason, values), the first of them
    wrong = IntegerField(default=0)  # how many problems there are
    total = IntegerField(default=0)  # items
    units = IntegerField(default=0)
    done = IntegerField(default=0)  # items that are stored
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_sheet"
        indexes = ((("site", "id"), True), (("site", "state"), False), (("site", "digest"), False))
        constraints = [same_site("hut_id", "huts_hut")]


class ItemSheetPart(Owned):
    """Some rows of a spreadsheet, as they will be stored."""

    sheet_id = IntegerField()
    n = IntegerField()
    data = TextField()  # JSON: rows.Line of each

    class Meta:
        table_name = "huts_sheet_part"
        indexes = ((("site", "sheet_id", "n"), True),)
        constraints = [same_site("sheet_id", "huts_sheet")]


class ItemSheetLine(Owned):
    """An item that a spreadsheet has brought, until residents see it and the search knows it."""

    sheet_id = IntegerField()
    item_id = IntegerField()

    class Meta:
        table_name = "huts_sheet_item"
        indexes = ((("site", "sheet_id", "item_id"), True),)
        constraints = [same_site("sheet_id", "huts_sheet"), same_site("item_id", "huts_item")]


class PrintedLabel(Owned):
    """That the label of a unit has been printed."""

    unit_id = IntegerField()
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_printed_label"
        indexes = ((("site", "unit_id"), True),)
        constraints = [same_site("unit_id", "huts_unit")]


class Miss(Owned):
    """How often in a week something was looked for in vain. It knows nobody: there is no person and no time of day."""

    week = CharField(max_length=8)  # 2026-W10
    reason = CharField(max_length=6)  # search: nothing was found; hold: none was free
    kind = CharField(max_length=40, default="")  # a code of categories.toml; else
    word = CharField(max_length=20, default="")  # what was typed, where it can be nobody's name or number
    n = IntegerField(default=0)

    class Meta:
        table_name = "huts_miss"
        indexes = ((("site", "week", "reason", "kind", "word"), True),)


class ThingReport(Owned):
    """That somebody finds that a skill or a want breaks a rule. One for each person and thing."""

    kind = CharField(max_length=5)  # skill or want: see reports/kinds.py
    thing_id = IntegerField()
    rule = CharField(max_length=12)  # see reports/kinds.py
    text = CharField(max_length=400, default="")
    state = CharField(max_length=10, default="waiting")  # waiting, hidden, dismissed
    decided_at = BigIntegerField(null=True)
    decided_by = IntegerField(null=True)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_report"
        indexes = ((("site", "kind", "thing_id", "person_id"), True), (("site", "state", "at"), False),
                   (("site", "person_id"), False))


class ThingHiding(Owned):
    """That a thing was hidden by a rule, with the author's appeal and what came of it. `actor_id` is who hid it."""

    kind = CharField(max_length=5)
    thing_id = IntegerField()
    rule = CharField(max_length=12)
    reason = CharField(max_length=200)
    author_id = IntegerField(null=True)
    appeal = CharField(max_length=10, default="")  # waiting, granted, refused
    appeal_text = CharField(max_length=1000, default="")
    appeal_at = BigIntegerField(null=True)
    answer = CharField(max_length=400, default="")
    decided_by = IntegerField(null=True)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_hiding"
        indexes = ((("site", "kind", "thing_id", "id"), False), (("site", "appeal", "id"), False),
                   (("site", "author_id"), False))


MODELS = (Hut, SpecialDay, Item, Unit, Code, BorrowerCode, Loan, Range, Move, Borrower, Rule, Ticket, TicketMove,
          ItemSheet, ItemSheetPart, ItemSheetLine, PrintedLabel, Miss, ThingReport, ThingHiding)
