"""`portal halls map`: the opinion map of a file, without a database."""

import json
from pathlib import Path

import click


@click.command("map")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--k", type=click.IntRange(1, 9), help="How many groups; as many as the votes show without it.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
def opinion_map(file: Path, k: int | None, as_json: bool):
    """Draw the opinion map of a Polis participants-votes.csv: its groups, and what all of them share."""
    from .opinions import chart
    from .opinions.votes import NotVotes, read
    try:
        found = chart(read(file), k)
    except NotVotes as e:
        raise click.ClickException(f"{file.name}: {e}") from None
    except OSError as e:
        raise click.ClickException(f"{file}: {e.strerror or e}.") from None
    click.echo(json.dumps(_told(found), ensure_ascii=False) if as_json else "\n".join(_lines(found)))


def _told(found) -> dict:
    """Groups are numbered by size from 0; whoever saw too little is in none and is not named."""
    told = found.to_dict(people=False)
    return {"k": found.k, "silhouette": found.silhouette,
            "groups": {name: group for name, (group, _x, _y) in found.people.items() if group is not None},
            "sizes": [group.size for group in found.groups],
            "consensus": list(dict.fromkeys(stance.statement for stance in found.consensus)),
            "shared": told["consensus"], "represents": told["represents"], "statements": told["statements"]}


def _lines(found):
    from .opinions.svg import letter
    outside = len(found.people) - sum(group.size for group in found.groups)
    yield f"{found.k} groups of {len(found.people)} people; silhouette {found.silhouette:.2f}"
    for n, group in enumerate(found.groups):
        says = ", ".join(f"{s.statement} {s.says}" for s in (found.represents[n] if found.represents else ()))
        yield f"  {letter(n)}: {group.size} people{'; ' if says else ''}{says}"
    yield f"  in no group, having seen too little: {outside}"
    shared = ", ".join(f"{s.statement} {s.says}" for s in found.consensus)
    yield f"What all groups share: {shared or 'nothing beyond chance'}"
