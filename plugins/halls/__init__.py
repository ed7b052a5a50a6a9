"""Halls: from the first complaint to a counted decision and the promise after it. This file is the plugin's face."""

from portal import hookimpl

N_ = str  # marks a text that is translated where it is shown


@hookimpl
def title():
    return N_("Hall")


@hookimpl
def describe():
    return N_("Topics with statements, an opinion map, proposals and polls, whose counts anybody can repeat.")


@hookimpl(specname="commands")  # not its own name: the module `commands` takes that when it is imported
def its_commands():
    from .commands import ALL
    return ALL
