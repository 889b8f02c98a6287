"""Payment references and ways to pay: one module per country behind one interface.

A new country is a module with a `PaymentCountry` and a line here.
"""

from collections.abc import Mapping

from pipelines.config import Config
from pipelines.errors import ConfigError
from pipelines.letters.references.country import Bill, PaymentCountry, Reading, compact
from pipelines.letters.references.fi import Finland
from pipelines.letters.references.se import Sweden

__all__ = ["COUNTRIES", "Bill", "PaymentCountry", "Reading", "check_accounts", "compact", "of"]

COUNTRIES: Mapping[str, PaymentCountry] = {"FI": Finland(), "SE": Sweden()}
"""Countries whose payments we know, by ISO 3166-1 alpha-2."""


def of(country: str) -> PaymentCountry:
    """The payments of `country`. Raises ConfigError when we do not know them."""
    try:
        return COUNTRIES[country]
    except KeyError:
        known = ", ".join(sorted(COUNTRIES))
        raise ConfigError(f"countries.{country}: no payments known", f"known are {known}") from None


def check_accounts(config: Config) -> None:
    """Raises ConfigError when a country's accounts cannot be paid to: one line, key and remedy."""
    for code, country in sorted(config.countries.items()):
        payments = of(code)
        accounts = country.accounts
        for key, text in (("payee", accounts.payee), ("portal", accounts.portal)):
            if not text.isprintable() or not text.strip():
                raise ConfigError(f"countries.{code}.accounts.{key}: empty or not plain", "write plain text")
        if not accounts.portal.startswith("https://"):
            raise ConfigError(f"countries.{code}.accounts.portal: not https", "begin it with https://")
        payments.check_accounts(accounts)
