"""Public holidays of a country, from the package `holidays`, which only the author's machine needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from schedule_catalog.wording import suggestion


class CountryError(ValueError):
    """No holidays are known: of this country or subdivision, or because the package is missing."""


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> tuple[tuple[date, str], ...]:
    """Return the days with their names, in order; in English if the package has that. Raises CountryError."""
    try:
        import holidays
    except ModuleNotFoundError as error:
        raise CountryError('the package "holidays" is missing: pip install "schedule-catalog[holidays]"') from error
    package: Any = holidays
    known: dict[str, list[str]] = package.list_supported_countries(include_aliases=False)
    if country not in known:
        raise CountryError(f'no holidays are known of the country "{country}": write an ISO 3166 code such as KR')
    if subdivision is not None and subdivision not in known[country]:
        hint = suggestion(subdivision, known[country])
        raise CountryError(f'no holidays are known of the subdivision "{subdivision}" of {country}: {hint}')
    found = package.country_holidays(country, subdiv=subdivision, years=years, language="en_US")
    return tuple(sorted((day, str(name)) for day, name in found.items()))
