"""The portal: a way to pay that every country has, behind one opaque address a piece."""

from pipelines.config import Accounts
from pipelines.letters.references.country import Bill, channel
from pipelines.model import WayToPay


def way(number: int, bill: Bill, accounts: Accounts) -> WayToPay:
    """The portal as way `number`: a QR with the piece's own address and channel code."""
    code = channel(bill, number)
    return WayToPay(
        number=number,
        method="portal",
        channel=code,
        payee=accounts.payee,
        account="",
        reference=accounts.portal.removeprefix("https://").rstrip("/"),
        symbol="qr",
        payload=f"{accounts.portal}{bill.token}?k={code}",
    )
