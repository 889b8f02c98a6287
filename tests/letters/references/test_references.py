import pytest

from pipelines.errors import ConfigError
from pipelines.letters import references
from tests.letters.desk import CONFIG


def test_the_default_configuration_can_be_paid_to() -> None:
    references.check_accounts(CONFIG)


def test_a_country_without_payments_is_a_wrong_configuration() -> None:
    with pytest.raises(ConfigError, match=r"countries\.XX: no payments known"):
        references.of("XX")


@pytest.mark.parametrize(
    ("change", "key"),
    [({"portal": "http://x.example/"}, "portal"), ({"payee": " "}, "payee"), ({"payee": "a\nb"}, "payee")],
)
def test_payee_and_portal_are_checked_for_every_country(change: dict[str, str], key: str) -> None:
    sweden = CONFIG.countries["SE"]
    accounts = sweden.accounts.model_copy(update=change)
    countries = {"SE": sweden.model_copy(update={"accounts": accounts})}
    with pytest.raises(ConfigError, match=f"countries.SE.accounts.{key}"):
        references.check_accounts(CONFIG.model_copy(update={"countries": countries}))
