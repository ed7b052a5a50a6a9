"""The guards of what an operator or a returning resident meets, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

FORMS, SETTINGS = "portal/pages/forms.py", "portal/base/settings.py"
COMMUNITY, PERSON = "portal/cli/community.py", "portal/cli/person.py"
SIGNING = "tests/test_signin.py"
ODD = "tests/test_commands.py::test_odd_arguments_are_refused_in_a_sentence"
WRONG = "tests/test_settings.py::test_what_cannot_work_is_refused_in_a_sentence"

HOUSE = (
    Guard("sign-in: the cookie of an ended session", FORMS,
          "return _token_of(cookie, current_app.secret_key) if cookie else generate_csrf()", "return generate_csrf()",
          f"{SIGNING}::test_a_device_that_was_signed_out_from_elsewhere_signs_in_again"),
    Guard("forms: another photo is another form", "portal/requests.py", "return file.filename, found",
          'return file.filename, ""',
          "tests/test_requests.py::test_another_photo_of_the_same_name_is_another_form"),
    Guard("settings: a database that would forget its rows", SETTINGS, "(?!/*$|:memory:)", "", WRONG),
    Guard("settings: a sender that no mail server takes", SETTINGS, "if not MAILBOX.fullmatch(settings.mail_from):",
          "if False:", WRONG),
    Guard("settings: a host that nobody asks for", SETTINGS, "if not HOST.fullmatch(host):", "if False:", WRONG),
    Guard("sites: an address that cannot be reached", COMMUNITY, "SLUG.fullmatch(slug)", "SLUG.match(slug)", ODD),
    Guard("sites: a host that is the house's own", COMMUNITY, " or host in houses(opened.settings)", "", ODD),
    Guard("people: they live in communities", PERSON, 'site.kind != "community"', "False", ODD),
    Guard("settings: a password at the end of an address", SETTINGS,
          r"""re.sub(r"(password=)[^&]*", r"\1********", text)""", "text",
          "tests/test_settings.py::test_secrets_are_not_shown"),
    Guard("upgrade: the role of the app, by any address", "portal/house.py",
          'return conninfo_to_dict(url).get("user") or ""',
          'return url.partition("://")[2].partition(":")[0]',
          "tests/test_upgrade.py::test_the_plain_role_gets_its_rights_however_its_address_names_it"),
    Guard("sites: found from a host of one's own", "portal/views/front.py",
          'above=[(f"{root_of(kin)}/", kin.name)', 'above=[(f"/{kin.slug}/", kin.name)',
          "tests/test_host.py::test_sites_above_and_below_are_found_from_a_host_of_ones_own"),
    Guard("mail: a password over TLS only", "portal/people/mail.py", "if url.username and not safe:", "if False:",
          "tests/test_notices.py::test_a_password_is_not_said_in_the_clear"),
)
