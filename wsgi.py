"""The application for any WSGI server: `granian --interface wsgi wsgi:app`."""

from portal.app import create_app
from portal.base.settings import load

app = create_app(load())
