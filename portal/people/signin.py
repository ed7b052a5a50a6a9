"""Signing in: codes to phones, passwords, sessions. The same answer and time for known and unknown."""

import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..base import clock, sites
from ..base.database import Repeated, current
from ..base.sites import Site, SiteView
from .models import Count, FormAnswer, HandOver, Membership, Person, Role, Session, SignInCode
from .roles import Viewer, roles_in

COOKIE = "portal"
CODE_MINUTES, CODE_TRIES = 5, 5
PROVED_MINUTES = 10  # to choose who one is, or to register, after the right code
PHONE_HOUR, PHONE_DAY = 5, 10  # codes to one phone
ADDRESS_TIMES = 10  # an address (a whole estate behind one) may ask this many times as often as one phone
SITE_DAY = 2000  # codes of one community a day
PASSWORD_TRIES = 10  # wrong passwords for one account in 15 minutes; ten times that from one address
TOUCH = 600  # seconds between two notes of when a session was last seen
SESSION_DAYS = 90
PROVED = "="  # before the phone in the row of a token that follows the right code; no number begins so
DEVICES = (("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"),
           ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"))
BROWSERS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("HuaweiBrowser", "Huawei"), ("MQQBrowser", "QQ"),
            ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))

_argon2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_one_at_a_time = threading.Lock()  # 19 MiB each


class TooMany(Exception):
    """A limit was reached; `minutes` until the next try makes sense."""

    def __init__(self, minutes: int):
        super().__init__(f"too many tries, wait {minutes} minutes")
        self.minutes = minutes


class Checked(NamedTuple):
    """What a code or password led to: the persons to choose from, or why not and how many tries are left."""

    people: tuple[tuple[int, str], ...] = ()
    wrong: bool = False
    left: int = 0


def phone_number(text: str) -> str | None:
    """A phone number in one form: mainland 11 digits as they are, others with +. None when it is none."""
    digits = re.sub(r"[\s\-.()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", digits)
    return digits if re.fullmatch(r"1[3-9][0-9]{9}|\+[1-9][0-9]{6,14}", digits) else None


def masked_phone(phone: str | None) -> str:
    """138****0426"""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def address_key(address: str) -> str:
    """What limits count for an address: an IPv6 subscriber holds a whole /64."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else str(IPv6Address(int(parsed) >> 64 << 64))


def count(what: str, most: int, seconds: int) -> None:
    """Count one more of something limited. Raises TooMany when `most` within `seconds` are reached."""
    now, key = clock.now(), digest(what)
    fresh = Count.insert(what=key, n=1, since=now).on_conflict(conflict_target=[Count.what], action="IGNORE")
    if fresh.as_rowcount().execute():
        return
    Count.update(n=0, since=now).where((Count.what == key) & (Count.since <= now - seconds)).execute()
    if not Count.update(n=Count.n + 1).where((Count.what == key) & (Count.n < most)).execute():
        _refuse_spent(what, most, seconds)


def _refuse_spent(what: str, most: int, seconds: int) -> None:
    """Raises TooMany when `most` are reached already; counts nothing."""
    row = Count.get_or_none((Count.what == digest(what)) & (Count.n >= most))
    left = row.since + seconds - clock.now() if row else 0
    if left > 0:
        raise TooMany(max(1, (left + 59) // 60))


def _uncount(what: str) -> None:
    Count.delete().where(Count.what == digest(what)).execute()


def new_code(phone: str, address: str, site_id: int | None, secret: str) -> str:
    """Make a code for a phone, known or not, under the limits; the caller sends it. Raises TooMany.

    A refused one is counted nowhere: whoever hammers one phone cannot use up a whole community's day.
    """
    limits = ((f"code address {address_key(address)}", PHONE_HOUR * ADDRESS_TIMES, 3600),
              (f"code site {site_id}", SITE_DAY, 86400),
              (f"code phone day {phone}", PHONE_DAY, 86400), (f"code phone hour {phone}", PHONE_HOUR, 3600))
    for limit in limits:
        _refuse_spent(*limit)
    for limit in limits:
        count(*limit)
    code = f"{secrets.randbelow(10 ** 6):06d}"
    SignInCode.update(used=True).where((SignInCode.phone == phone) & ~SignInCode.used).execute()
    SignInCode.create(phone=phone, code=_sealed(phone, code, secret), expires_at=clock.now() + CODE_MINUTES * 60)
    return code


def check_code(phone: str, code: str, secret: str) -> Checked:
    """Whether this is the code just sent; it counts as used then. Its tries are counted even when it is wrong."""
    row = (SignInCode.select().where((SignInCode.phone == phone) & ~SignInCode.used
                                     & (SignInCode.expires_at > clock.now()))
           .order_by(SignInCode.id.desc()).first())
    if row is None:
        return Checked(wrong=True)
    counted = SignInCode.update(tries=SignInCode.tries + 1).where(
        (SignInCode.id == row.id) & (SignInCode.tries < CODE_TRIES)).execute()
    typed = re.sub(r"\s", "", unicodedata.normalize("NFKC", code))
    if not counted or not hmac.compare_digest(row.code, _sealed(phone, typed, secret)):
        return Checked(wrong=True, left=max(0, CODE_TRIES - row.tries - 1))
    return Checked(people=people_of(phone)) if _use_up(row.id) else Checked(wrong=True)


def _use_up(code_id: int) -> bool:
    """Take a code out of use; only one of several at once succeeds."""
    return bool(SignInCode.update(used=True).where((SignInCode.id == code_id) & ~SignInCode.used).execute())


def people_of(phone: str) -> tuple[tuple[int, str], ...]:
    """(id, name) of all residents with this phone."""
    return tuple(Person.select(Person.id, Person.name).where(Person.phone == phone).order_by(Person.id).tuples())


def prove(phone: str, secret: str) -> str:
    """A token that says “this browser holds that phone”, for one sign-in within minutes. Only its hash is kept."""
    token, mark = secrets.token_urlsafe(24), f"{PROVED}{phone}"
    SignInCode.update(used=True).where((SignInCode.phone == mark) & ~SignInCode.used).execute()
    SignInCode.create(phone=mark, code=_sealed(PROVED, token, secret), expires_at=clock.now() + PROVED_MINUTES * 60)
    return token


def proved(token: str, secret: str, redeem: bool = False) -> str | None:
    """The phone that the token stands for, if it is still good; `redeem` uses it up, once."""
    row = SignInCode.get_or_none((SignInCode.code == _sealed(PROVED, token, secret)) & ~SignInCode.used
                                 & SignInCode.phone.startswith(PROVED) & (SignInCode.expires_at > clock.now()))
    if row is None or (redeem and not _use_up(row.id)):
        return None
    return row.phone.removeprefix(PROVED)


def check_password(email: str, password: str, address: str = "") -> Checked:
    """The person with this e-mail and password. An unknown e-mail costs the same time. Raises TooMany."""
    email = email.strip().lower()
    if address:
        count(f"password address {address_key(address)}", PASSWORD_TRIES * ADDRESS_TIMES, 900)
    count(f"password {email}", PASSWORD_TRIES, 900)
    person = Person.get_or_none(Person.email == email)
    dummy = _dummy()
    right = _verified(person.password if person and person.password else dummy, password)
    if not right or person is None:
        return Checked(wrong=True)
    _uncount(f"password {email}")
    return Checked(people=((person.id, person.name),))


def is_password_of(person: Person, password: str) -> bool:
    """Whether a person who is signed in typed their own password. Raises TooMany."""
    count(f"password of {person.id}", PASSWORD_TRIES, 900)
    right = bool(person.password) and _verified(person.password, password)
    if right:
        _uncount(f"password of {person.id}")
    return right


def _verified(stored: str, password: str) -> bool:
    with _one_at_a_time:
        try:
            return _argon2.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def hash_password(password: str) -> str:
    """An argon2id hash at 19 MiB, two passes."""
    with _one_at_a_time:
        return _argon2.hash(password)


def start(person_id: int, device: str = "") -> str:
    """Open a session; returns the token for the cookie. Only its hash is stored."""
    token = secrets.token_urlsafe(32)
    Session.create(token=digest(token), person=person_id, device=device[:80])
    return token


def end(session_id: int, person_id: int) -> bool:
    """Close one of a person's own sessions; whether there was one."""
    return bool(Session.delete().where((Session.id == session_id) & (Session.person == person_id)).execute())


def end_others(session_id: int, person_id: int) -> int:
    """Close all sessions of a person but this one; how many there were."""
    return Session.delete().where((Session.id != session_id) & (Session.person == person_id)).execute()


def device_name(agent: str) -> str:
    """What a person calls the device behind a User-Agent: “iPhone · WeChat”."""
    device = next((name for word, name in DEVICES if word in agent), "")
    browser = next((name for word, name in BROWSERS if word in agent), "")
    return " · ".join(filter(None, (device, browser)))


def sweep() -> None:
    """Forget what has served: old codes, counts, kept answers, hand-overs and sessions."""
    now = clock.now()
    SignInCode.delete().where(SignInCode.expires_at < now - 3600).execute()
    Count.delete().where(Count.since < now - 2 * 86400).execute()
    FormAnswer.delete().where(FormAnswer.at < now - 86400).execute()
    HandOver.delete().where(HandOver.expires_at < now - 3600).execute()
    Session.delete().where(Session.created_at <= now - SESSION_DAYS * 86400).execute()


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_PACK = {"sqlite": "group_concat({0} || ':' || {1})", "postgresql": "string_agg({0} || ':' || {1}, ',')"}
_ARRIVAL = """SELECT t.id, t.version, {counts}, s.id, s.seen_at, s.acting_channel, p.id, p.name, p.unread, p.locale,
 p.large, a.id, a.name,
 (SELECT {homes} FROM membership JOIN site h ON h.id = site_id WHERE person_id = coalesce(a.id, p.id)),
 (SELECT {roles} FROM role WHERE person_id = p.id)
 FROM site t LEFT JOIN session s ON s.token = {mark} AND s.created_at > {mark} LEFT JOIN person p ON p.id = s.person_id
 LEFT JOIN person a ON a.id = s.acting_for_id AND s.acting_site_id = t.id
 WHERE t.{by} = {mark} ORDER BY t.id LIMIT 1"""
_queries: dict[tuple[str, str], str] = {}


def arrive(token: str, slug: str | None, host: str | None) -> tuple[SiteView | None, Viewer | None, bool]:
    """The site of an address, who holds this session as seen from it, and whether the session's last-seen time should
    be noted. One query."""
    db, now = current.obj, clock.now()
    by, value = sites.named(slug, host)
    ask = _queries.get((db.kind, by)) or _arrival(db, by)
    row = db.execute_sql(ask, (digest(token), now - SESSION_DAYS * 86400, value)).fetchone()
    if row is None:
        return None, None, False
    site = sites.known(by, value, *row[:3])
    return site, *(_viewer(site, now, row[3:]) if row[3] else (None, False))


def _arrival(db, by: str) -> str:
    pack = _PACK[db.kind]
    _queries[db.kind, by] = Repeated(_ARRIVAL.format(
        homes=pack.format("h.path", "state"), roles=pack.format("site_id", "role"), counts=sites.COUNTS[db.kind],
        by=by, mark=db.param))
    return _queries[db.kind, by]


def viewer_of(person_id: int, site: SiteView) -> Viewer | None:
    """Somebody as the site sees them when they are signed in, without a session: for commands."""
    person = Person.get_or_none(Person.id == person_id)
    if person is None:
        return None
    homes = Membership.select(Site.path, Membership.state).join(Site).where(Membership.person == person).tuples()
    roles = Role.select(Role.site, Role.role).where(Role.person == person).tuples()
    held, lives = roles_in(site, *(",".join(f"{a}:{b}" for a, b in rows) for rows in (homes, roles)))
    return Viewer(person_id=person.id, name=person.name, roles=held, unread=person.unread, locale=person.locale,
                  large=person.large, actor_id=person.id, channel="import", homes=lives)


def _viewer(site: SiteView, now: int, row: tuple) -> tuple[Viewer, bool]:
    session_id, seen, channel, me, name, unread, locale, large, other, other_name, homes, roles = row
    acting = other is not None  # who acts for a resident has that resident's rights, not their own
    held, lives = roles_in(site, homes, "" if acting else roles)
    return Viewer(
        person_id=other if acting else me, name=other_name if acting else name, roles=held, unread=unread,
        locale=locale, large=bool(large), session_id=session_id, actor_id=me, channel=channel if acting else "web",
        acting=other_name if acting else "", homes=lives), now - seen > TOUCH


def touch(session_id: int) -> None:
    """Note that a session is in use."""
    Session.update(seen_at=clock.now()).where(Session.id == session_id).execute()


def form_token(token: str, secret: str) -> str:
    """What the forms of a session carry against forged requests."""
    return hmac.new(secret.encode(), f"form {token}".encode(), "sha256").hexdigest()


def _sealed(phone: str, code: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"{phone} {code}".encode(), "sha256").hexdigest()


_dummy_hash: list[str] = []


def _dummy() -> str:
    if not _dummy_hash:
        _dummy_hash.append(_argon2.hash(secrets.token_hex(8)))
    return _dummy_hash[0]
