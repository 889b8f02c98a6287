"""Symbols as a camera sees them."""

import numpy as np
import zxingcpp

from pipelines.press.symbols.modules import Matrix, Modules


def scanned(modules: Modules, quiet: int = 4) -> zxingcpp.Barcode:
    """What a reader gives for a symbol with `quiet` light modules around, four pixels a module."""
    matrix = modules.matrix
    tall = np.repeat(matrix, 40, axis=0) if len(matrix) == 1 else matrix
    grey = np.where(np.pad(tall, quiet), 0, 255).astype(np.uint8)
    (found,) = zxingcpp.read_barcodes(grey.repeat(4, 0).repeat(4, 1), text_mode=zxingcpp.TextMode.Plain)
    return found


def drawn(barcode: zxingcpp.Barcode) -> Matrix:
    """The modules of a symbol that zxing-cpp has made."""
    return np.asarray(barcode.to_image(scale=1, add_quiet_zones=False)) == 0
