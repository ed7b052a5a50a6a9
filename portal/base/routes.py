"""Rules of addresses that cost a start little."""

from collections.abc import Callable

from werkzeug.routing import Rule


class LateRule(Rule):
    """A rule that is read once in a process, and prepares how its addresses are built when the first one is.

    Every app has its own map, and a plugin's rules are tried in a map that nobody uses before: doing all of it each
    time is most of a start.
    """

    _read: dict[tuple, tuple] = {}

    def _parse_rule(self, rule: str) -> list:
        key = rule, *self.map.converters.items()
        if key not in self._read:
            before = len(self._trace)
            parts = list(super()._parse_rule(rule))
            self._read[key] = parts, self._trace[before:], dict(self._converters)
            return parts
        parts, trace, converters = self._read[key]
        self._trace += trace
        self._converters |= converters
        self.arguments |= set(converters)
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        prepare, name = super()._compile_builder, "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, **values) -> tuple[str, str]:
            whole = prepare(append_unknown).__get__(rule, None)
            setattr(rule, name, whole)
            return whole(**values)
        return build
