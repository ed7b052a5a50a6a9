"""The blueprint of the plugin; `routes` imports every file that adds pages to it."""

from flask import Blueprint

pages = Blueprint("huts", __name__)
