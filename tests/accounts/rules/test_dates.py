from datetime import date

import pytest

from accounts.rules.dates import is_possible_birth_date

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born_on", "possible"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), False),
        (date(1906, 1, 1), True),
        (date(1905, 12, 31), False),
    ],
)
def test_is_possible_birth_date_at_its_edges(born_on, possible):
    assert is_possible_birth_date(born_on, today=TODAY) is possible
