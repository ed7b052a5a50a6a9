"""Guests, found again by their phone however they wrote it."""

import pytest
from portal.plugins.activities.models import SignUp


@pytest.fixture
def signed_up(noon, town, announce):
    """`signed_up("139 …")`: a guest signs up with this phone; the answer."""
    page = f"/north/activities/{announce('开放日', [5], capacity=2, guests=True)}"

    def sign_up(phone: str):
        return town.visitor().submit(page, f"{page}/sign-up", name="何阿姨", phone=phone)
    return sign_up


@pytest.mark.parametrize("typed", ["139 0000 1111", "+86 139 0000 1111", "0086-139-0000-1111", "139.0000.1111",
                                   "(139)00001111", "１３９００００１１１１"])
def test_a_phone_is_the_same_however_it_is_written(town, signed_up, typed):
    assert signed_up(typed).status_code == 303
    visitor = town.visitor(town.person("何阿姨", home="north", phone="13900001111"))
    visitor.submit("/north/me", "/north/activities/guest-joins")
    assert "开放日" in visitor.get("/north/activities/mine").text


def test_a_phone_at_home_will_do(town, signed_up):
    assert signed_up("0757 8234-5678").status_code == 303
    with town.unit("north"):
        assert SignUp.get().guest_phone == "075782345678"


@pytest.mark.parametrize("typed", ["", "12345", "没有", "٠١٢٣٤٥٦٧٨", "1" * 16, "+"])
def test_what_is_no_phone_is_refused(town, signed_up, typed):
    assert signed_up(typed).status_code == 422
    with town.unit("north"):
        assert not SignUp.select().exists()
