"""The list of guards is true to the code: each patch finds what it takes away (`python -m tests.guards` tries)."""

from tests.guards import GUARDS
from tests.support.guarding import PROJECT, wrong_patches


def test_every_guard_stands_where_its_patch_looks():
    assert list(wrong_patches(GUARDS)) == []
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)


def test_every_guard_names_a_test_that_is_there():
    for guard in GUARDS:
        file, _, name = guard.test.partition("::")
        assert f"def {name.partition('[')[0]}" in (PROJECT / file).read_text("utf-8"), guard.test
