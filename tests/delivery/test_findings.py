import pickle
import re
from pathlib import Path

from pipelines.delivery.findings import FACTS_A_PLACE, Code, Finding, Notes


def test_findings_come_sorted_whatever_the_order_in_which_they_were_made() -> None:
    one, other = Notes(), Notes()
    facts = [(Code.MARKS, "b", "x"), (Code.FILE_BYTES, "z", "y"), (Code.MARKS, "a", "x")]
    for fact in facts:
        one.add(*fact)
    for fact in reversed(facts):
        other.add(*fact)
    assert one.sorted() == other.sorted() == tuple(sorted(Finding(*fact) for fact in facts))


def test_of_many_alike_a_few_are_told_and_the_rest_counted() -> None:
    notes = Notes()
    for number in range(300):
        notes.add(Code.TEXT_READ, "file", f"piece {number:03}")
    found = notes.sorted()
    assert len(found) == FACTS_A_PLACE + 1
    assert found[-1].fact == "… and 295 more of this kind"


def test_what_other_processes_found_is_told_and_counted_as_if_one_had_found_it() -> None:
    whole, parts = Notes(), [Notes() for _ in range(3)]
    for number in range(100):
        fact = f"piece {number * 7 % 100:02}"
        whole.add(Code.TEXT_READ, "file", fact)
        parts[number % 3].add(Code.TEXT_READ, "file", fact)
    together = Notes()
    for part in parts:
        together.take(pickle.loads(pickle.dumps(part)))
    assert together.sorted() == whole.sorted()
    assert together.sorted()[-1].fact == "… and 95 more of this kind"


def test_every_code_is_explained_to_the_operator() -> None:
    page = (Path(__file__).parents[2] / "docs" / "recovery.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z.]+)` \|", page, re.MULTILINE)) == set(Code)
    assert all(code.meaning in page for code in Code)
