"""The guards of what an operator or a returning resident meets, part of the list in `tests/guards.py`."""

from tests.support.guarding import Guard

FORMS = "portal/pages/forms.py"
SIGNING = "tests/test_signin.py"

HOUSE = (
    Guard("sign-in: the cookie of an ended session", FORMS,
          "return _token_of(cookie, current_app.secret_key) if cookie else generate_csrf()", "return generate_csrf()",
          f"{SIGNING}::test_a_device_that_was_signed_out_from_elsewhere_signs_in_again"),
)
