"""Templates are read and translated once for all tests."""

import pytest

from system import REGIONS, load


@pytest.fixture(scope="session", params=sorted(REGIONS))
def system(request):
    """The templates of one partition; don't change it."""
    return load(request.param)


@pytest.fixture(scope="session")
def sound():
    """The templates of the global regions, to be damaged as a copy."""
    return load("aws")
