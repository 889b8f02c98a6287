"""Letters for the hard layouts: names, sums, texts and numbers of rows by lot, the same for the same seed."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from pipelines.model import Letter

LAYOUTS = Path(__file__).parent / "layouts"
THEMES = tuple(sorted(path.parent.name for path in LAYOUTS.glob("se/*/layout.toml")))
UNPRINTABLE = ("foreign", "scripts")
"""Themes whose letters need characters that the press's fonts lack: they must fail, not print."""

_FIRST = ("Åsa", "Bo", "Pär-Anders", "Zoë", "Wilhelmina", "Ýrsa", "Björn", "Liv", "Fjäll", "AVA", "Łukasz")
_LAST = (
    "Öhman",
    "af Ugglas",
    "Ek",
    "Järvinen-Lindqvist",
    "Þórðardóttir",
    "Ó Súilleabháin",
    "Wåhlström",
    "Li",
)
_STREETS = ("Storgatan", "Övre Fjällvägen", "Västra Järnvägsgatan", "Kajen", "S:t Eriksgatan")
_TOWNS = ("GÖTEBORG", "ÖRNSKÖLDSVIK", "ÅMÅL", "VÄRMLANDS NYSÄTER")
_COMPANIES = (
    "Norrsken Mobil AB", "Kraft", "Vattenfallet & Söner", "AVTAL i Väst", "Ö", "Tågtrafikförvaltningen Norra",
    "Fläktverkstadens Försäljningsaktiebolag", "Wi-Fi 4 U", "”Hörnan”", "To Yo, AV & TV", "A/S 1 000 Ting",
)  # fmt: skip
_WORDS = (
    "räkningen", "gäller", "ett", "avtal", "från", "hösten", "som", "du", "tecknade", "med", "oss", "om",
    "förskott", "flytt", "och", "affärer", "betalningen", "ska", "vara", "framme", "i", "tid", "AVTAL",
    "Tel.", "1 234,50 kr", "50 %", "”citat”",
    "e-post", "och/eller", "självfallet", "betalningspåminnelsen", "Yta",
)  # fmt: skip
_FOREIGN = ("דוד כהן", "محمد علي", "春子", "Δημήτρης Παπαδόπουλος", "สมชาย", "🙂")
_MARKS = (
    "A\u030asa",
    "O\u0308hman",
    "Zoe\u0308",
    "Jose\u0301",
    "n\u0303",
    "Sv\u00adensk",
    "fi\u200cnn",
    "a\u0323\u0302",
)


def letters(theme: str, count: int, seed: int = 1) -> list[Letter]:
    """So many letters of the layout `se/{theme}`; the first have up to ten rows, later ones up to 30."""
    draw = Random(f"{theme} {seed}")
    return [_letter(theme, number, draw) for number in range(1, count + 1)]


def _letter(theme: str, number: int, draw: Random) -> Letter:
    name = f"{draw.choice(_FIRST)} {draw.choice(_LAST)}"
    lines = (
        name,
        f"{draw.choice(_STREETS)} {draw.randint(1, 240)}",
        f"{draw.randint(100, 999)} {draw.randint(10, 99)}  {draw.choice(_TOWNS)}",
    )
    rows = tuple(_row(i, draw) for i in range(1, draw.randint(1, min(30, 10 * number)) + 1))
    reference = f"{draw.randint(10**11, 10**12 - 1)}"
    payload = f"C1237856901;{number}.00;{reference}%20A1;0"
    context = {
        "country": "SE",
        "sender": {"name": "Lindvall Inkasso"},
        "name": name,
        "lines": lines,
        "rows": rows,
        "count": len(rows),
        "amount": sum((row["amount"] for row in rows), Decimal(0)),
        "due": date(2027, 3, 1) + timedelta(days=draw.randint(0, 60)),
        "note": _text(draw, 3, 40),
        "paras": tuple(_text(draw, 20, 120) for _ in range(draw.randint(1, 4))),
        "reference": reference,
        "payload": payload,
        "foreign": draw.choice(_FOREIGN),
        "accented": _accented(draw, draw.randint(3, 60)),
    }
    return Letter(
        piece_id=f"{theme}-{number:04d}",
        layout=f"se/{theme}",
        language="sv",
        context=context,
        address_lines=lines,
        codes=(payload, reference) if theme in ("images", "pictures") else (),
        amount_text="",
        reference_text="",
    )


def _row(number: int, draw: Random) -> dict[str, Any]:
    what = " ".join(draw.sample(_COMPANIES, draw.choice((1, 1, 1, 2, 3))))
    return {
        "number": number,
        "what": what,
        "day": date(2026, 1, 1) + timedelta(days=draw.randint(0, 300)),
        "amount": Decimal(draw.choice((0, 1, 1, 11, 1111, 99999))) + Decimal(draw.randint(0, 9999)) / 100,
        "note": _text(draw, 2, 30) if draw.random() < 0.4 else "",
        "urgent": draw.random() < 0.2,
        "accented": _accented(draw, 3),
    }


def _text(draw: Random, least: int, most: int) -> str:
    """A sentence or more of so many words."""
    words = " ".join(draw.choice(_WORDS) for _ in range(draw.randint(least, most)))
    return words[:1].upper() + words[1:] + "."


def _accented(draw: Random, count: int) -> str:
    return " ".join(draw.choice((*_MARKS, *_WORDS)) for _ in range(count))
