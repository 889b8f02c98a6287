"""Codes: CPU of a symbol made in a batch, against zxing-cpp and segno, in one run on one core.

    python benchmarks/codes.py [--json FILE]

Figures are microseconds a symbol, the best of some rounds: payload in, packed modules out. Every
payload is another one, as in a run. `operators` is what a letter pays for a prepared symbol, and
`mark` the whole inserter mark of a sheet, from its numbers to its operators.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import segno
import zxingcpp

from pipelines import config
from pipelines.press import codes, marks
from pipelines.press.symbols import code128, data_matrix, qr

T = TypeVar("T")

ROUNDS = 7
BATCHES = (1, 100, 1000)
SEGNO_SYMBOLS = 20  # a symbol takes milliseconds
ZXING_SYMBOLS = 200


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    figures = measure()
    for name, value in figures.items():
        print(f"{name:<28} {value:>10,.1f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1))


def measure() -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, payloads in {"swish": swish(1000), "portal": portal(1000), "epc": epc(1000)}.items():
        for size in BATCHES:
            figures[f"{name}_batch_{size}"] = cost(qr.encode, payloads[:size])
        figures[f"{name}_zxing"] = cost(each(zxing_qr), payloads[:ZXING_SYMBOLS])
        figures[f"{name}_segno"] = cost(each(segno_qr), payloads[:SEGNO_SYMBOLS])
    bars, mark = barcodes(1000), config.Mark()
    figures["code128"] = cost(each(code128.encode), bars)
    figures["code128_zxing"] = cost(each(zxing_code128), bars[:ZXING_SYMBOLS])
    texts = [marks.payload(mark, 20270222, sequence, 1, 2) for sequence in range(1, 1001)]
    size = data_matrix.SIZES[4]
    figures["data_matrix"] = cost(each(lambda text: data_matrix.encode(text, size)), texts)
    figures["data_matrix_zxing"] = cost(each(zxing_data_matrix), texts[:ZXING_SYMBOLS])
    figures["mark"] = cost(
        lambda sequences: [marks.mark_ops(mark, 20270222, sequence, 1, 2) for sequence in sequences],
        range(1, 1001),
    )
    payloads = epc(1000)
    codes.prepare("qr", payloads)
    figures["operators"] = cost(
        lambda known: [codes.symbol("qr", text).operators(50.0, 60.0, 96.0, 96.0) for text in known], payloads
    )
    return figures


def cost(make: Callable[[Sequence[T]], object], batch: Sequence[T]) -> float:
    """Microseconds of CPU for one of the batch."""
    repeats = max(1, 100 // len(batch))
    best = float("inf")
    make(batch[:1])
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(repeats):
            make(batch)
        best = min(best, time.process_time() - start)
    return best / repeats / len(batch) * 1e6


def each(make: Callable[[str], object]) -> Callable[[Sequence[str]], object]:
    return lambda batch: [make(payload) for payload in batch]


def zxing_qr(payload: str) -> object:
    options = {} if payload.isascii() else {"eci": "UTF-8"}
    return zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="M", **options).to_image(
        scale=1, add_quiet_zones=False
    )


def zxing_code128(payload: str) -> object:
    made = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.Code128)
    return made.to_image(scale=1, add_quiet_zones=False)


def zxing_data_matrix(payload: str) -> object:
    made = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    return made.to_image(scale=1, add_quiet_zones=False)


def segno_qr(payload: str) -> object:
    return segno.make(payload, error="M", boost_error=False, micro=False, encoding="utf-8").matrix


def swish(count: int) -> list[str]:
    return [
        f"C1237856901;{number * 7919 % 20000},{number % 100:02};{number * 104729 % 10**16:016}%20A1;0"
        for number in range(1, count + 1)
    ]


def portal(count: int) -> list[str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return [
        "https://betala.lindvall.example/"
        + "".join(letters[(number * 0x9E3779B97F4A7C15 >> 5 * i) % 32] for i in range(26))
        + "?k=A3"
        for number in range(1, count + 1)
    ]


def epc(count: int) -> list[str]:
    return [
        "BCD\n001\n1\nSCT\nHELSFIHH\nLindvall Perintä Oy Asiakasvarat\nFI7944052020036082\n"
        f"EUR{number * 7919 % 5000}.{number % 100:02}\n\n"
        f"RF{number % 97 + 1:02}{number * 104729 % 10**15:015}\n\nReqdExctnDt/2027-06-12"
        for number in range(1, count + 1)
    ]


def barcodes(count: int) -> list[str]:
    return [
        f"479440520200360820{number * 7919 % 10**8:08}000{number * 104729 % 10**19:019}270612"
        for number in range(1, count + 1)
    ]


if __name__ == "__main__":
    main()
