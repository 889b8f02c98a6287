"""The closed lists of reasons why a claim is quarantined or held.

`docs/quarantine.md` is written from here (`make docs`), and a test keeps the two the same.
"""

from enum import StrEnum


class Scope(StrEnum):
    """What a reason takes with it."""

    CLAIM = "claim"
    """This claim only; the recipient's other claims go on."""
    RECIPIENT = "recipient"
    """All claims of the debtor_id."""
    PIECE = "piece"
    """All claims of the mail piece."""


class Reason(StrEnum):
    """Why a claim must not be printed. The value is what stands in `quarantine.parquet`."""

    scope: Scope
    meaning: str

    def __new__(cls, value: str, scope: Scope, meaning: str) -> "Reason":
        member = str.__new__(cls, value)
        member._value_ = value
        member.scope = scope
        member.meaning = meaning
        return member

    # The order is the precedence: a claim with several defects gets the first.
    DUPLICATE_CLAIM = (
        "duplicate_claim",
        Scope.CLAIM,
        "the claim_id stands in more than one row; every such row is quarantined",
    )
    MISSING_FIELD = ("missing_field", Scope.CLAIM, "a needed field of the claim is empty")
    BAD_VALUE = (
        "bad_value",
        Scope.CLAIM,
        "a field cannot be read as the contract's type or lies outside its range",
    )
    UNKNOWN_COUNTRY = ("unknown_country", Scope.CLAIM, "no rule set for this country")
    UNKNOWN_KIND = ("unknown_kind", Scope.CLAIM, "neither demand nor invoice")
    UNKNOWN_CURRENCY = ("unknown_currency", Scope.CLAIM, "not a currency that can be paid in the country")
    UNKNOWN_LANGUAGE = ("unknown_language", Scope.CLAIM, "no texts in this language for the country")
    AMOUNT_NOT_POSITIVE = (
        "amount_not_positive",
        Scope.CLAIM,
        "an amount is negative, or principal, interest and fees sum to zero or less",
    )
    IMPOSSIBLE_DATE = (
        "impossible_date",
        Scope.CLAIM,
        "a date that cannot be: before 1900, due before the invoice, a demand that is not overdue, "
        "interest or a debt from the future",
    )
    REFERENCE_CHECK_FAILED = (
        "reference_check_failed",
        Scope.CLAIM,
        "the check digits of the given payment reference fail",
    )
    LEGAL_FIELD_MISSING = (
        "legal_field_missing",
        Scope.CLAIM,
        "the country's rule set demands a field that is empty",
    )
    TEXT_NOT_SETTABLE = (
        "text_not_settable",
        Scope.CLAIM,
        "a text has control characters or characters that the fonts lack",
    )
    PAID = ("paid", Scope.CLAIM, "the claim is marked paid")
    DISPUTED = ("disputed", Scope.CLAIM, "the claim is marked disputed")
    PROTECTED = ("protected", Scope.RECIPIENT, "the recipient's address is protected")
    DECEASED = ("deceased", Scope.RECIPIENT, "the recipient is deceased")
    MINOR = ("minor", Scope.RECIPIENT, "the recipient is under age on the day of the letter")
    RECIPIENT_INCOMPLETE = (
        "recipient_incomplete",
        Scope.RECIPIENT,
        "name, street, postcode, city or kind of the recipient is empty or unknown; `protected` or "
        "`deceased` is empty or cannot be read; `birth_date` cannot be read",
    )
    BAD_POSTCODE = ("bad_postcode", Scope.RECIPIENT, "the postcode is not one of the country's form")
    IMPOSSIBLE_BIRTH_DATE = ("impossible_birth_date", Scope.RECIPIENT, "born in the future or before 1900")
    ADDRESS_CONFLICT = (
        "address_conflict",
        Scope.RECIPIENT,
        "the same debtor_id has two different names or addresses",
    )
    ADDRESS_NOT_SETTABLE = (
        "address_not_settable",
        Scope.RECIPIENT,
        "name or address has control characters or characters that the fonts lack",
    )
    ADDRESS_TOO_LONG = (
        "address_too_long",
        Scope.RECIPIENT,
        "name or address does not fit the envelope's window",
    )
    AMOUNT_NOT_PAYABLE = (
        "amount_not_payable",
        Scope.PIECE,
        "the sum of the piece is beyond every way to pay",
    )
    TOO_MANY_SHEETS = (
        "too_many_sheets",
        Scope.PIECE,
        "the piece has more sheets than its envelope or mark can hold",
    )
    LAYOUT_INCOMPLETE = (
        "layout_incomplete",
        Scope.PIECE,
        "the letter lacks a part that the rule set demands",
    )
    COMPOSITION_FAILED = (
        "composition_failed",
        Scope.PIECE,
        "the layout could not set the letter; a bug, or data it was not made for",
    )


class Hold(StrEnum):
    """Why a claim waits for a later run. The value is what stands in `held.parquet`."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Hold":
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    PAYDAY_TOO_NEAR = (
        "payday_too_near",
        "no hand-in day left before the recipient's payday; waits for the next one",
    )
    NO_DELIVERY_DAY = (
        "no_delivery_day",
        "the recipient's delivery group gets no letters on payday nor in the days before it that count as near",
    )
    CAPACITY = ("capacity", "the print site is full on every day that would do")
    CLASS_NOT_ALLOWED = (
        "class_not_allowed",
        "no postal product of the country may carry this kind of letter; choose another product",
    )
    PIECE_TOO_LARGE = (
        "piece_too_large",
        "no postal product of the country takes the weight, thickness or envelope; choose another product",
    )
    LOT_BELOW_MINIMUM = (
        "lot_below_minimum",
        "the lots that would do have fewer pieces than their postal product takes, or paying for the "
        "missing ones costs more than waiting",
    )
    EMBARGO = ("embargo", "the only days that would do are days on which nothing is handed in")
    LOT_STOPPED = (
        "lot_stopped",
        "preflight or the comparison of the lanes stopped the lot; a person has to look before it can be sent",
    )


PRECEDENCE: tuple[Reason, ...] = tuple(Reason)
"""All reasons, the one that counts first first."""
