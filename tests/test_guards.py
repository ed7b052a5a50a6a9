"""The list of guards is true to the code: each patch finds what it takes away (`python -m tests.guards` tries)."""

from tests.guards import GUARDS
from tests.support.guarding import wrong_patches


def test_every_guard_stands_where_its_patch_looks():
    assert list(wrong_patches(GUARDS)) == []
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)
