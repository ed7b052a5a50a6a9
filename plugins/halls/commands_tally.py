"""`portal halls tally`: counts an election file."""

import json

import click


@click.command()
@click.argument("file")
@click.option("--rule", required=True, help="One of the voting rules; a wrong one lists them all.")
@click.option("--seats", type=int, help="How many are elected; as in the file unless given.")
@click.option("--seed", default="", help="What lots are drawn from.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def tally(file: str, rule: str, seats: int | None, seed: str, as_json: bool):
    """Count an election file by a voting rule: BLT, PrefLib, ABIF, Pabulib, tables of scot-elex.

    Neither a database nor settings are needed; `python -m tally` does the same without the portal.
    """
    from .tally import NotAnElection, report
    try:
        count, names = report.counted(file, rule, seats, seed)
    except NotAnElection as e:
        raise click.ClickException(str(e)) from None
    except OSError as e:
        raise click.ClickException(f"{file}: {e.strerror or e}.") from None
    said = report.as_json(count, names)
    click.echo(json.dumps(said, ensure_ascii=False, indent=1) if as_json else report.as_text(count, names))
