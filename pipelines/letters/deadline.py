"""Until when a letter asks to be paid."""

from datetime import date


def deadline(kind: str, planned: date, latest: date) -> date:
    """The due date of a mail piece.

    A demand is due on the plan's day: its debts are overdue. A bill is never due before the
    latest of the due dates that its creditors gave; one letter has one day.

    Args:
        kind: `demand` or `invoice`.
        planned: of the piece's cohort, from its delivery day and the rules' minimum.
        latest: the latest original due date of the piece's claims.
    """
    return max(planned, latest) if kind == "invoice" else planned
