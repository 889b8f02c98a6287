"""What preflight says of the document parts (DPart)."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, String

from pipelines import config
from pipelines.press.preflight import preflight
from pipelines.press.rules import Rule
from tests.press.print_files import (
    Broken,
    Change,
    good,
    spoiled,
)


def leaf(pdf: pikepdf.Pdf, index: int) -> Object:
    return pdf.Root.DPartRoot.DPartRootNode.DParts[0][0].DParts[0][index]


def container(pdf: pikepdf.Pdf) -> Object:
    return pdf.Root.DPartRoot.DPartRootNode.DParts[0][0]


def setting(find: Callable[[pikepdf.Pdf], Object], key: str, value: object) -> Change:
    """Sets an entry of what `find` finds; takes it away when the value is None."""

    def change(pdf: pikepdf.Pdf) -> None:
        if value is None:
            del find(pdf)[key]
        else:
            find(pdf)[key] = value

    return change


def part_root(key: str, value: object) -> Change:
    return setting(lambda pdf: pdf.Root.DPartRoot, key, value)


class TestDocumentParts:
    def test_no_tree(self, broken: Broken) -> None:
        assert broken(lambda pdf: pdf.Root.__delitem__("/DPartRoot")) == {(Rule.DPART_TREE, 0)}

    def test_a_gap(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            leaf(pdf, 1).Start = pdf.pages[3].obj
            del leaf(pdf, 1)["/End"]

        assert broken(change) == {(Rule.DPART_RANGE, 4), (Rule.DPART_PIECES, 0)}

    def test_an_overlap(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            leaf(pdf, 0).End = pdf.pages[2].obj

        assert broken(change) >= {(Rule.DPART_RANGE, 3), (Rule.DPART_BACKLINK, 3)}

    def test_another_order(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            leaves = pdf.Root.DPartRoot.DPartRootNode.DParts[0][0].DParts[0]
            leaves[0], leaves[1] = leaves[1], leaves[0]

        assert broken(change) >= {(Rule.DPART_RANGE, 3), (Rule.DPART_PIECES, 0)}

    def test_a_leaf_that_is_missing_at_the_end(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            del pdf.Root.DPartRoot.DPartRootNode.DParts[0][0].DParts[0][2]

        assert broken(change) == {(Rule.DPART_RANGE, 0), (Rule.DPART_PIECES, 0)}

    @pytest.mark.parametrize("other", [None, 2])
    def test_a_missing_or_wrong_back_link(self, broken: Broken, other: int | None) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            if other is None:
                del pdf.pages[1].obj["/DPart"]
            else:
                pdf.pages[1].obj.DPart = leaf(pdf, other)

        assert broken(change) == {(Rule.DPART_BACKLINK, 2)}

    def test_a_flat_array_of_parts(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            container = pdf.Root.DPartRoot.DPartRootNode.DParts[0][0]
            container.DParts = container.DParts[0]

        assert (Rule.DPART_TREE, 0) in broken(change)

    @pytest.mark.parametrize(
        "change",
        [
            lambda pdf: leaf(pdf, 0).__setitem__("/Parent", pdf.Root.DPartRoot),
            lambda pdf: leaf(pdf, 0).__delitem__("/Type"),
            lambda pdf: pdf.Root.DPartRoot.DPartRootNode.__setitem__("/Start", pdf.pages[0].obj),
        ],
    )
    def test_nodes_that_are_not_as_they_must_be(self, broken: Broken, change: Change) -> None:
        assert broken(change) == {(Rule.DPART_TREE, 0)}

    def test_an_end_on_a_leaf_of_one_page(self, tmp_path: Path) -> None:
        path = tmp_path / "simplex.pdf"
        expect = good(path, config.Vendor(duplex=False))

        def change(pdf: pikepdf.Pdf) -> None:
            leaf(pdf, 0).End = leaf(pdf, 0).Start

        breaches = preflight(spoiled(path, tmp_path / "spoiled.pdf", change), expect)
        assert [(b.rule, b.page) for b in breaches] == [(Rule.DPART_TREE, 1)]

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("/NodeNameList", Array([Name.Lot, Name.Piece])),
            ("/NodeNameList", Array([Name.Lot, Name.Tray, Name("/1st piece")])),
            ("/NodeNameList", String("Lot Container Piece")),
            ("/RecordLevel", 3),
            ("/RecordLevel", String("2")),
        ],
    )
    def test_names_and_levels(self, broken: Broken, key: str, value: object) -> None:
        change = part_root(key, value)
        assert broken(change) == {(Rule.DPART_NAMES, 0), (Rule.DPART_RECORD, 0)}

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("/NodeNameList", Array([Name.Batch, Name.Tray, Name.Letter])),
            ("/NodeNameList", Array([Name.Container, Name.Lot, Name.Piece])),
            ("/RecordLevel", 1),
            ("/RecordLevel", None),
        ],
    )
    def test_names_and_levels_that_are_not_the_agreed_ones(
        self, broken: Broken, key: str, value: object
    ) -> None:
        assert broken(part_root(key, value)) == {(Rule.DPART_RECORD, 0)}

    def test_a_root_of_another_type(self, broken: Broken) -> None:
        assert broken(part_root("/Type", Name.DPart)) == {(Rule.DPART_TREE, 0)}

    def test_a_piece_that_is_in_no_container(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            lot = pdf.Root.DPartRoot.DPartRootNode
            moved = leaf(pdf, 2)
            del lot.DParts[0][0].DParts[0][2]
            moved.Parent = lot
            lot.DParts[0].append(moved)

        assert broken(change) == {(Rule.DPART_RECORD, 0), (Rule.DPART_FACTS, 0)}

    def test_a_part_that_stands_in_the_tree_twice(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            container(pdf).DParts[0].append(leaf(pdf, 0))

        assert broken(change) == {(Rule.DPART_TREE, 0)}

    def test_a_tree_that_bites_its_tail(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            container(pdf).DParts.append(Array([pdf.Root.DPartRoot.DPartRootNode]))

        assert (Rule.DPART_TREE, 0) in broken(change)

    @pytest.mark.parametrize(
        "make",
        [
            lambda _: Dictionary({"/2nd": 1}),
            lambda _: Dictionary({"/With blank": 1}),
            lambda _: Dictionary({"/Brvp_Outer": Dictionary({"/In ner": 1})}),
            lambda pdf: Dictionary({"/Brvp_Stream": pdf.make_stream(b"")}),
            lambda _: Dictionary({"/Customer": Dictionary({"/Number": 1})}),
            lambda _: Dictionary({"/GTS_Own": True}),
        ],
    )
    def test_metadata_of_a_part(self, broken: Broken, make: Callable[[pikepdf.Pdf], Object]) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            for key, value in make(pdf).items():
                leaf(pdf, 0).DPM[key] = value

        assert broken(change) == {(Rule.DPART_METADATA, 0)}

    def test_metadata_that_the_standards_allow(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            more = {"/GTS_Managed": True, "/CIP4_Root": Dictionary(A=Array([1, 2.5, Name.B, String("c")]))}
            for key, value in more.items():
                leaf(pdf, 0).DPM[key] = value

        assert broken(change) == set()

    def test_metadata_that_are_no_dictionary(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            leaf(pdf, 0).DPM = String("no dictionary")

        assert broken(change) == {(Rule.DPART_METADATA, 0), (Rule.DPART_FACTS, 1)}

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("/ID", String("piece-2")),
            ("/ID", 1),
            ("/Sequence", 7),
            ("/Sheets", 2),
            ("/Pages", 1),
            ("/Pages", String("2")),
            ("/Pages", None),
        ],
    )
    def test_a_piece_that_says_otherwise_of_itself(self, broken: Broken, key: str, value: object) -> None:
        assert broken(setting(lambda pdf: leaf(pdf, 0).DPM.Brvp_Piece, key, value)) == {(Rule.DPART_FACTS, 1)}

    @pytest.mark.parametrize(("key", "value"), [("/ID", None), ("/ID", String("")), ("/Pieces", 2)])
    def test_a_container_that_says_otherwise_of_itself(self, broken: Broken, key: str, value: object) -> None:
        change = setting(lambda pdf: container(pdf).DPM.Brvp_Container, key, value)
        assert broken(change) == {(Rule.DPART_FACTS, 0)}

    @pytest.mark.parametrize(("key", "value"), [("/ID", 7), ("/Pieces", None), ("/Job", 1)])
    def test_a_lot_that_says_otherwise_of_itself(self, broken: Broken, key: str, value: object) -> None:
        change = setting(lambda pdf: pdf.Root.DPartRoot.DPartRootNode.DPM.Brvp_Lot, key, value)
        assert broken(change) == {(Rule.DPART_FACTS, 0)}

    def test_two_pieces_in_one_part(self, broken: Broken) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            leaf(pdf, 0).End = pdf.pages[3].obj
            for page in list(pdf.pages)[2:4]:
                page.obj.DPart = leaf(pdf, 0)
            del pdf.Root.DPartRoot.DPartRootNode.DParts[0][0].DParts[0][1]

        assert broken(change) == {(Rule.DPART_PIECES, 0)}
