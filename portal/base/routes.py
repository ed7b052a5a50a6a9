"""Rules of addresses that cost a start little."""

from collections.abc import Callable

from werkzeug.routing import Rule


class LateRule(Rule):
    """Prepares how its addresses are built when the first one is: doing that for every rule is most of a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        prepare, name = super()._compile_builder, "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, **values) -> tuple[str, str]:
            whole = prepare(append_unknown).__get__(rule, None)
            setattr(rule, name, whole)
            return whole(**values)
        return build
