from __future__ import annotations

from importlib.metadata import version

import pytest

# Below these there are published vulnerabilities.
FLOORS = {
    "daphne": (4, 2, 2),
    "Django": (5, 2, 19),
    "djangorestframework": (3, 18, 2),
}


@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_what_is_installed_has_no_known_hole(
    package: str, floor: tuple[int, ...]
) -> None:
    installed = tuple(int(number) for number in version(package).split(".")[:3])

    assert installed >= floor
