"""The picture of the map: small, without scripts and styles, and told in words."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from portal.plugins.halls.opinions import chart, placing
from portal.plugins.halls.opinions.svg import HEIGHT, SHAPES, WIDTH, describe, draw

from portal.pages import colours
from tests.halls.opinions import planted, votes

CSS = Path(__file__).parents[2] / "plugins/halls/static/map.css"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def big():
    return chart(planted(2000, 60, 3, 9, seen=0.3)[0])


def parsed(drawing: str):
    return ElementTree.fromstring(drawing.replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))


def test_two_thousand_people_in_forty_kilobytes(big):
    told = json.loads(json.dumps(big.to_dict(people=False)))
    drawing = draw(told, (0, 200, 140))
    assert len(drawing.encode()) <= 40_000
    root = parsed(drawing)
    dots = [len(group) for group in root.iter(f"{SVG}g") if group.get("class", "").startswith("dots")]
    assert len(dots) == 3 and 100 < sum(dots) <= 400
    assert len([p for p in root.iter(f"{SVG}path") if p.get("class", "").startswith("hull")]) == 3
    assert [t.text for t in root.iter(f"{SVG}text")] == ["You", "A", "B", "C"]


def test_nothing_that_the_policy_refuses(big):
    drawing = draw(big.to_dict())
    assert not re.search(r"style|script|href|\son\w+=", drawing)
    assert len(CSS.read_bytes()) <= 3000 and "url(" not in CSS.read_text()


def test_the_same_map_is_the_same_picture(big):
    assert draw(big.to_dict()) == draw(chart(planted(2000, 60, 3, 9, seen=0.3)[0]).to_dict())


def test_every_dot_lies_on_the_sheet(big):
    assert (placing.WIDTH, placing.HEIGHT) == (WIDTH, HEIGHT)
    for _group, x, y in big.people.values():
        assert 0 < x < WIDTH and 0 < y < HEIGHT


def test_groups_differ_by_shape_letter_and_colour():
    assert len(set(SHAPES)) == 5
    tones = re.findall(r"--g:light-dark\((#\w+),(#\w+)\)", CSS.read_text())
    assert len(set(tones)) == 5
    for light, dark in tones:
        assert colours.contrast(light, "#ffffff") >= 3 and colours.contrast(dark, "#1c2125") >= 3


def test_it_is_told_in_words():
    group = {"size": 12, "centre": (60, 40), "hull": [(60, 40)], "dots": [(60, 40)]}
    found = {"groups": [group, group | {"size": 7, "centre": (350, 250)}]}
    words = describe(found, (1, 340, 140))
    assert words == ("Group A: 12 people, at the top left. Group B: 7 people, at the bottom right. "
                     "You are in group B, on the right.")
    assert describe(found, (None, 200, 140)).endswith("You are in the middle, in no group yet.")
    root = parsed(draw(found, (1, 340, 140), name="m"))
    assert root.get("aria-labelledby") == "m-t m-d" and root.find(f"{SVG}desc").text == words


def test_no_groups_is_a_picture_too():
    drawing = draw(chart(votes([[1, 0]])).to_dict())
    assert parsed(drawing).find(f"{SVG}desc").text == "There are no groups yet."


def test_words_are_escaped():
    drawing = draw(chart(votes([[1, 0]])).to_dict(), say=lambda text: f"<b>{text}&")
    assert "<b>" not in drawing and parsed(drawing).find(f"{SVG}title").text == "<b>Opinion map&"


def test_the_hull_holds_its_points():
    points = [(0, 0), (4, 0), (4, 4), (0, 4), (2, 2), (2, 0), (0, 0)]
    assert set(placing.hull(points)) == {(0, 0), (4, 0), (4, 4), (0, 4)}
    assert placing.hull([(1, 1), (1, 1)]) == ((1, 1),)
    assert placing.hull([(0, 0), (1, 1), (2, 2)]) == ((0, 0), (2, 2))
