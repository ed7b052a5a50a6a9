"""Huts: things that neighbours share, from the shelf to the loan and back. This file is the plugin's face."""

from portal import Action, hookimpl

from . import models as tables

N_ = str  # marks a text that is translated where it is shown


@hookimpl
def title():
    return N_("Shared huts")


@hookimpl
def describe():
    return N_("Huts whose things neighbours borrow: shelves, opening hours, holds, the counter, skills and wants.")


@hookimpl
def blueprint():
    from .pages import pages
    return pages


@hookimpl
def models():
    return tables.MODELS


@hookimpl
def actions():
    return [Action("huts.edit", N_("Look after huts and their things"), ("staff",)),
            Action("huts.desk", N_("Lend and take back at the counter"), ("staff",)),
            Action("huts.figures", N_("See the figures of huts"), ("staff",))]
