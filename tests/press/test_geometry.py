"""Boxes on the page, and the windows of the countries."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import AssetError
from pipelines.press import geometry
from pipelines.press.geometry import A4, Box, points

COORDINATES = st.floats(-1000, 1000).map(lambda value: round(value, 3))
BOXES = st.builds(
    lambda x, y, w, h: Box(x, y, x + abs(w), y + abs(h)), COORDINATES, COORDINATES, COORDINATES, COORDINATES
)


class TestBox:
    def test_millimetres_from_the_top_left_become_points_from_the_lower_left(self) -> None:
        box = Box.from_top_left(0, 297 - 25.4, 25.4, 25.4)
        assert (box.left, box.bottom, box.right, box.top) == pytest.approx((0, 0, 72, 72))

    @given(BOXES, BOXES)
    @settings(deadline=None)
    def test_boxes_that_meet_share_an_area(self, one: Box, other: Box) -> None:
        shared = one.clipped(other)
        assert one.meets(other) == other.meets(one)
        if one.meets(other) and min(one.width, one.height, other.width, other.height) > 0:
            assert shared.width > 0
            assert shared.height > 0
            assert one.holds(shared)
            assert other.holds(shared)

    @given(BOXES)
    @settings(deadline=None)
    def test_turning_the_sheet_twice_changes_nothing(self, box: Box) -> None:
        again = box.mirrored().mirrored()
        assert (again.left, again.right) == pytest.approx((box.left, box.right), abs=1e-9)
        assert (again.bottom, again.top) == (box.bottom, box.top)

    def test_boxes_that_only_touch_do_not_meet(self) -> None:
        assert not Box(0, 0, 10, 10).meets(Box(10, 0, 20, 10))


class TestWindows:
    def test_the_shipped_windows_lie_on_the_page_with_their_drift(self) -> None:
        for window in geometry.windows().values():
            assert A4.holds(window.guarded)
            assert window.guarded.holds(window.box)
            assert window.inset >= 0

    def test_the_swedish_window_is_right_and_its_drift_ends_at_the_edge(self) -> None:
        window = geometry.windows()["SE"]
        assert window.box.left == pytest.approx(points(110))
        assert window.guarded.left == pytest.approx(points(100))
        assert window.guarded.right == A4.right

    def test_drift_is_read_from_the_file(self, tmp_path: Path) -> None:
        file = tmp_path / "geometry.toml"
        file.write_text(
            "drift = 0\n[windows.NO]\nx = 15\ny = 44\nw = 105\nh = 40\ninset = 1\nverified = true\n"
        )
        window = geometry.windows(file)["NO"]
        assert window.box == window.guarded == Box.from_top_left(15, 44, 105, 40)
        assert window.verified

    @pytest.mark.parametrize("text", ["", "drift = 1\n[windows.NO]\nx = 15\n", "drift = [", "drift = 'x'"])
    def test_a_file_that_lacks_a_measure_is_named(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "geometry.toml"
        file.write_text(text)
        with pytest.raises(AssetError, match=r"^geometry\.toml: "):
            geometry.windows(file)
