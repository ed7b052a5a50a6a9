"""`portal huts import`: items from a spreadsheet, with progress and every error by row."""

import json
from functools import partial
from pathlib import Path

import click

from portal import find_site, ngettext, unit, use, within

from ..models import Hut, ItemSheet
from . import parts, pictures

NOBODY = {"actor_id": None, "person_id": None}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--community", required=True, help="The slug of the site.")
@click.option("--hut", "code", required=True, help="The code of the hut of rows that name none.")
@click.option("--pictures", "packed", type=FILE, help="A ZIP file with the pictures that rows name, at most 200 MB.")
@click.option("--drafts", is_flag=True, help="Leave the items as drafts; otherwise residents see them at the end.")
@click.option("--dry-run", is_flag=True, help="Only check; nothing is kept.")
@click.pass_obj
def take_in(opened, file: Path, community: str, code: str, packed: Path | None, drafts: bool, dry_run: bool):
    """Take in items from a spreadsheet (.xlsx or .csv): all of them, or none where one row is wrong."""
    if packed and packed.stat().st_size > pictures.LARGEST:
        raise click.ClickException(f"{packed.name} is larger than 200 MB.")
    with opened.app.app_context(), use(opened.app.portal.db):
        site_id, hut_id = _place(community, code)
        with within(site_id):
            data = file.read_bytes()
            with unit(write=True):
                sheet_id = parts.begin(data, file.name, hut_id, NOBODY).id
            try:
                sheet = _checked(site_id, sheet_id, data, packed, dry_run)
                if not dry_run:
                    _apply(sheet, not drafts)
            finally:
                with unit(write=True):
                    parts.drop(sheet_id)
    click.echo(f"{sheet.total} items with {sheet.units} units: " + ("all is right, nothing is kept." if dry_run
                                                                     else "taken in."))


def _place(community: str, code: str) -> tuple[int, int]:
    """The site and the hut that are named."""
    with unit():
        site = find_site(slug=community)
        if site is None:
            raise click.ClickException(f"There is no site {community}.")
        if "huts" not in site.plugins:
            raise click.ClickException(f"huts is off in {community}. Switch it on: "
                                       f"portal plugin enable huts --community {community}")
        with within(site.id):
            hut_id = Hut.select(Hut.id).where(Hut.code == code.upper()).scalar()
    if hut_id is None:
        raise click.ClickException(f"{community} has no hut with the code {code}.")
    return site.id, hut_id


def _checked(site_id: int, sheet_id: int, data: bytes, packed: Path | None, dry: bool) -> ItemSheet:
    """The spreadsheet once it is checked; with what is wrong, row by row, the command ends."""
    source = partial(pictures.stored, packed, site_id, partial(_told, "pictures"), dry) if packed else None
    parts.stage(site_id, sheet_id, data, source)
    with unit():
        sheet = ItemSheet.get_by_id(sheet_id)
    if sheet.state != "refused":
        return sheet
    for row, column, reason, values in json.loads(sheet.problems):
        where = " ".join(filter(None, (f"row {row}" if row else "", column)))
        click.echo(f"{where}: {reason % values}" if where else reason % values, err=True)
    more = sheet.wrong - parts.KEPT_PROBLEMS
    click.echo(f"… and {more} more." if more > 0 else "", err=True, nl=more > 0)
    raise click.ClickException(ngettext("%(n)s thing is wrong. Nothing was taken in.",
                                        "%(n)s things are wrong. Nothing was taken in.", sheet.wrong))


def _apply(sheet: ItemSheet, shows: bool) -> None:
    """Store it in short transactions; what is interrupted, the portal's worker goes on with."""
    with unit(write=True):
        parts.start(sheet.id, shows)
    going, said = True, 0
    while going:
        with unit(write=True):
            going = parts.step(sheet.id)
        with unit():
            done = ItemSheet.select(ItemSheet.done).where(ItemSheet.id == sheet.id).scalar()
        if done // 1000 > said // 1000 or not going:
            _told("items", done, sheet.total)
        said = done


def _told(what: str, n: int, of: int) -> None:
    if what == "items" or n % 100 == 0 or n == of:
        click.echo(f"{n} of {of} {what}")
