import pytest

from handsel.conversions.tests.shop import Shop
from handsel.programs.models import Program


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(program)
