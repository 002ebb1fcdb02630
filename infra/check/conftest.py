"""Templates are read and translated once for all tests."""

import pytest

from system import REGIONS, load


@pytest.fixture(scope="session", params=sorted(REGIONS))
def system(request):
    """The templates of one partition; don't change it."""
    return load(request.param)
