"""The plan on a terminal and in a log."""

import io
from dataclasses import replace

import pytest

from pipelines.config import Capacity
from pipelines.postal.comparing import difference
from pipelines.report.plan_figures import PlanFigures, figures, said
from pipelines.report.plan_terminal import MOST_MOVES, WIDTH, show
from tests.report.small_plan import free, plan_of, tight


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def plain(shown: PlanFigures) -> str:
    stream = io.StringIO()
    show(shown, stream)
    return stream.getvalue()


def test_without_a_terminal_it_is_plain_text_of_80_columns() -> None:
    for shown in (free(), tight()):
        text = plain(shown)
        assert "\x1b" not in text
        assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_numbers_of_a_large_run_are_whole_in_80_columns() -> None:
    shown = figures(plan_of(Capacity(pieces=654_321), [("SE", None, "41101", 1_234_567, 2)]))
    text = plain(shown)
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    for days in shown.days:
        for row in days.rows:
            assert f"{row.pieces:,} " in text
            assert f"{row.sheets:,} " in text
    assert "654,321" in text


def test_every_hand_in_day_has_its_row_with_load_capacity_price_and_delivery() -> None:
    shown = tight()
    lines = plain(shown).splitlines()
    for days in shown.days:
        start = lines.index(f"{days.country}: {days.product}, printed by {days.vendor}")
        for row in days.rows:
            line = next(line for line in lines[start:] if line.startswith(f"  {said(row.day)} "))
            assert line.split()[3:6] == [f"{row.pieces:,}", f"{row.sheets:,}", "600"]
            assert said(row.deliveries[0][0]) in line
    full = next(line for line in lines if "100%" in line)
    assert "████████" in full
    assert any(line.strip().startswith("price: ") for line in lines)


def test_what_waits_what_it_costs_and_what_more_would_give_are_told() -> None:
    shown = tight()
    text = " ".join(plain(shown).split())
    assert "payday_too_near 5 2026" in text
    worth = shown.plan.worth
    assert f"expected cost {worth.cost:,.2f}, {100 * shown.saved:.1f} % less than" in text
    assert f"latest promised day {worth.greedy_cost:,.2f}" in text
    assert f"{shown.early_days:.2f} days before payday" in text
    assert f"{100 * worth.late_share:.1f} % of the pieces" in text
    assert "the run a working day sooner: nothing" in text
    assert "one more shift at strand" in text
    for remark in shown.plan.remarks:
        assert remark in text


def test_a_difference_shows_days_moves_cost_and_capacity() -> None:
    text = " ".join(plain(tight()).split())
    assert "Difference from the other plan to this one" in text
    assert "no limit → 600 pieces" in text
    assert "SE salary" in text
    assert "what differs in plan.json: " in text


def test_no_difference_is_one_line() -> None:
    plan = plan_of()
    lines = plain(figures(plan, against=difference(plan, plan))).splitlines()
    assert [line.strip() for line in lines[-2:]] == [
        "Difference from the other plan to this one",
        "no difference",
    ]


def test_a_long_list_of_moves_is_cut_and_says_so() -> None:
    shown = tight()
    assert shown.against is not None
    many = replace(shown.against, moved=shown.against.moved * (MOST_MOVES + 7))
    text = plain(replace(shown, against=many))
    assert f"and {len(many.moved) - MOST_MOVES} more" in text


def test_a_plan_of_nothing_is_shown() -> None:
    assert "expected cost" in plain(figures(plan_of(rows=[])))


def test_square_brackets_are_text_and_no_markup() -> None:
    shown = free()
    marked = replace(shown, plan=replace(shown.plan, remarks=("[bold]lot[/bold] [red]x",)))
    assert "[bold]lot[/bold] [red]x" in plain(marked)


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    show(tight(), stream)
    assert "\x1b[" in stream.getvalue()


def test_a_stream_without_blocks_gets_signs() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    shown = replace(tight(), against=None)
    show(shown, stream)
    stream.flush()
    assert b"########" in raw.getvalue()
