"""`python -m tally FILE --rule RULE`: counts an election file by itself; the folder `tally` is all that is needed."""

import argparse
import json
import sys

from .election import NotAnElection
from .report import as_json, as_text, counted
from .rules import RULES


def main(words: list[str] | None = None) -> int:
    """The exit code: 0, or 1 where the file or the rule cannot be counted, with a sentence about it."""
    parser = argparse.ArgumentParser(prog="tally", description="Counts an election file, stage by stage.")
    parser.add_argument("file")
    parser.add_argument("--rule", required=True, help=", ".join(RULES))
    parser.add_argument("--seats", type=int, help="as in the file unless given")
    parser.add_argument("--seed", default="", help="what lots are drawn from")
    parser.add_argument("--json", action="store_true", help="as JSON")
    asked = parser.parse_args(words)
    try:
        count, names = counted(asked.file, asked.rule, asked.seats, asked.seed)
    except NotAnElection as e:
        print(e, file=sys.stderr)
        return 1
    except OSError as e:
        print(f"{asked.file}: {e.strerror or e}.", file=sys.stderr)
        return 1
    print(json.dumps(as_json(count, names), ensure_ascii=False, indent=1) if asked.json else as_text(count, names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
