"""Settings: one dataclass, filled from defaults, a TOML file and PORTAL_* variables, in that order."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

DEVELOPMENT_SECRET = "development-only-secret-never-for-a-town"
WEAKEST_SECRET = 32  # characters

DATABASE = re.compile(r"sqlite:///(?!/*$|:memory:)|postgres(ql)?://")
HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
MAILBOX = re.compile(r"([^\x00-\x1f<>]* )?<?[^@\s<>]+@[^@\s<>]+>?")


class SettingsError(Exception):
    """A setting that cannot be used; the text is the sentence to show."""


@dataclass(frozen=True)
class Settings:
    """All that a machine's owner can set. Every field is also `PORTAL_<NAME>` in the environment."""

    env: str = "development"  # development | production
    data: Path = Path("portal-data")  # pictures and files
    database: str = ""  # sqlite:////srv/town.db or postgresql://…; empty: portal.db inside `data`
    database_owner: str = ""  # who owns the tables on PostgreSQL; empty: the same as `database`
    secret_key: str = DEVELOPMENT_SECRET
    trusted_hosts: tuple[str, ...] = ()  # the portal's own host names; a site's own host is in its row
    proxies: tuple[str, ...] = ("127.0.0.1/32", "::1/128")  # whose X-Forwarded-For and -Proto are believed
    base_url: str = "http://127.0.0.1:8000"  # how links in e-mails begin
    zone: str = "Asia/Shanghai"
    sms: str = "console"  # console | file:PATH | hook
    smtp: str = ""  # smtp://user:password@host:25; empty: e-mails stay in the outbox
    mail_from: str = "xiaowu@localhost"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    log: str = "info"  # debug | info | warning | error
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def production(self) -> bool:
        return self.env == "production"


NAMES = tuple(f.name for f in fields(Settings) if f.name != "sources")
SECRET = frozenset({"secret_key", "smtp", "database", "database_owner"})
_KINDS = {f.name: f.type for f in fields(Settings)}


def load(file: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process.

    `file` is a TOML file; without it `PORTAL_CONFIG`, then `portal.toml` in the working folder if it is there.
    Raises SettingsError with one sentence for an unknown name, a value of the wrong kind or an unsafe production.
    """
    values: dict[str, object] = {}
    sources = dict.fromkeys(NAMES, "default")
    path = file or environ.get("PORTAL_CONFIG") or ("portal.toml" if Path("portal.toml").is_file() else None)
    if path:
        for name, value in _read(Path(path)).items():
            values[name], sources[name] = _convert(name, value, str(path)), str(path)
    for name in NAMES:
        variable = f"PORTAL_{name.upper()}"
        if variable in environ:
            values[name], sources[name] = _convert(name, environ[variable], variable), variable
    settings = _complete(Settings(**values, sources=sources))
    _refuse_unsafe(settings)
    return settings


def shown(settings: Settings) -> list[tuple[str, str, str]]:
    """(name, value, source) of every setting; what is secret is masked."""
    rows = []
    for name in NAMES:
        value = getattr(settings, name)
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        rows.append((name, _mask(name, text), settings.sources.get(name, "default")))
    return rows


def _read(path: Path) -> dict[str, object]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as e:
        raise SettingsError(f"The settings file {path} cannot be read: {e.strerror}.") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise SettingsError(f"The settings file {path} is not TOML: {e}.") from e
    unknown = sorted(set(values) - set(NAMES))
    if unknown:
        raise SettingsError(f"The settings file {path} names an unknown setting: {unknown[0]}.")
    return values


def _convert(name: str, value: object, source: str) -> object:
    kind = _KINDS[name]
    try:
        if kind is int:
            return int(str(value))
        if kind is Path:
            return Path(str(value))
        if name == "trusted_hosts":
            return _listed(value)
        if name == "proxies":
            return tuple(str(ip_network(p, strict=False)) for p in _listed(value))
    except (TypeError, ValueError) as e:
        if name == "proxies":
            raise SettingsError(f"{source} gives proxies what is no address or network: {value}.") from e
        raise SettingsError(f"{source} gives {name} a value that is not a {kind.__name__}: {value}.") from e
    return str(value)


def _listed(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else list(value)
    return tuple(str(p).strip().lower() for p in parts if str(p).strip())


def _complete(settings: Settings) -> Settings:
    if settings.env not in ("development", "production"):
        raise SettingsError(f"env is development or production, not {settings.env}.")
    way, _, path = settings.sms.partition(":")
    if settings.sms not in ("console", "hook") and not (way == "file" and path):
        raise SettingsError(f"sms is console, file:PATH or hook, not {settings.sms}.")
    _refuse_impossible(settings)
    data = settings.data.absolute()
    database = settings.database or f"sqlite:///{data / 'portal.db'}"
    owner = settings.database_owner or database
    values = {name: getattr(settings, name) for name in NAMES}
    return Settings(**values | {"data": data, "database": database, "database_owner": owner}, sources=settings.sources)


def _refuse_impossible(settings: Settings) -> None:
    """What would only be noticed by a server that runs, or by the first e-mail."""
    if not 1 <= settings.port <= 65535:
        raise SettingsError(f"port is from 1 to 65535, not {settings.port}.")
    for name in ("workers", "threads"):
        if getattr(settings, name) < 1:
            raise SettingsError(f"{name} is 1 or more, not {getattr(settings, name)}.")
    if settings.log.lower() not in ("debug", "info", "warning", "error"):
        raise SettingsError(f"log is debug, info, warning or error, not {settings.log}.")
    _refuse_wrong_texts(settings)
    for name, schemes in (("base_url", ("http", "https")), ("smtp", ("smtp", "smtps"))):
        if (url := getattr(settings, name)) and not _is_url(url, schemes):
            raise SettingsError(f"{name} begins with {schemes[0]}:// and names a host; this one does not.")
    try:
        ZoneInfo(settings.zone)
    except (KeyError, ValueError, OSError):
        raise SettingsError(f"zone is the name of a time zone like Asia/Shanghai, not {settings.zone}.") from None


def _refuse_wrong_texts(settings: Settings) -> None:
    """What would lose rows or letters, or answer no visitor, without a word."""
    for name in ("database", "database_owner"):
        if (url := getattr(settings, name)) and not DATABASE.match(url):  # never shown: it may hold a password
            raise SettingsError(f"{name} is sqlite:////srv/town.db, with four slashes before a whole path, or "
                                "postgresql://…; this one is neither.")
    for host in settings.trusted_hosts:
        if not HOST.fullmatch(host):
            raise SettingsError(f"trusted_hosts lists names such as town.example, no https:// and no port; not {host}.")
    if not MAILBOX.fullmatch(settings.mail_from):
        raise SettingsError(f"mail_from is an address such as town@example.org, not {settings.mail_from!r}.")


def _is_url(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        url = urlsplit(text)
        return url.scheme in schemes and bool(url.hostname) and url.port != 0
    except ValueError:
        return False


def _refuse_unsafe(settings: Settings) -> None:
    if not settings.production:
        return
    if settings.secret_key == DEVELOPMENT_SECRET or len(settings.secret_key) < WEAKEST_SECRET \
            or len(set(settings.secret_key)) < 10:
        raise SettingsError(
            f"In production PORTAL_SECRET_KEY must be {WEAKEST_SECRET} random characters or more, of your own.")
    if not settings.trusted_hosts:
        raise SettingsError("In production PORTAL_TRUSTED_HOSTS must list the host names of the portal.")


def _mask(name: str, text: str) -> str:
    if name == "secret_key":
        return "********"
    if name in SECRET:
        text = re.sub(r"(password=)[^&]*", r"\1********", text)
    if name in SECRET and "@" in text:
        head, _, tail = text.rpartition("@")
        return f"{head.split('//')[0]}//********@{tail}"
    return text
