"""Read a GGUF file: what it says of its model, and its weights as they count.

transformers reads these files, too, but takes twenty seconds for one of 98 MB, most of it for a
vocabulary that it reads three times over. The format is that of ggml's `docs/gguf.md`.
"""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autoagent.files import open_ordinary
from autoagent.llm.base import LLMError
from autoagent.llm.weights import check_gguf

NUMBERS = dict(enumerate(["B", "b", "H", "h", "I", "i", "f", "?"])) | {10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
PLAIN = {0: 4, 1: 2}
"""Bytes of a number in tensors that are not packed, by the number of their kind."""
VERSIONS = (2, 3)
BROKEN = (struct.error, TypeError, ValueError, OverflowError, MemoryError, RecursionError)
"""What reading a file that is something else raises."""
ALIGNMENT = 32


class GGUF:
    """An open GGUF file.

    Args:
        path: The file.

    Attributes:
        path: The file.
        metadata: What it says of its model, by key.
        shapes: The shape of each tensor by name, slowest dimension first.

    Raises:
        LLMError: There is no such file, or it is damaged or of another kind.
    """

    def __init__(self, path: Path) -> None:
        check_gguf(path)
        self.path = path
        try:
            with open_ordinary(path) as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read()
        except BROKEN as error:
            raise LLMError(
                f"{path} is damaged: {error}; fetch it again, or use another file"
            ) from error

    def is_cut(self) -> bool:
        """Tell whether a tensor of plain numbers reaches beyond the end of the file."""
        ends = (
            self._start + offset + PLAIN.get(number, 0) * math.prod(self.shapes[name])
            for name, (number, offset) in self._packing.items()
        )
        return max(ends, default=0) > len(self._data)

    def tensors(self) -> Iterator[tuple[str, Any]]:
        """Yield the tensors, each as its name and a new float32 array.

        Raises:
            LLMError: The file is cut short, or its weights are packed in an unknown way.
        """
        import numpy as np
        from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
        from gguf.quants import dequantize

        for name, shape in self.shapes.items():
            number, offset = self._packing[name]
            try:
                packing = GGMLQuantizationType(number)
                block, size = GGML_QUANT_SIZES[packing]
                width = shape[-1] // block * size
                rows = int(np.prod(shape[:-1], dtype=np.int64))
                raw = np.frombuffer(self._data, np.uint8, rows * width, self._start + offset)
                values = dequantize(raw.reshape(*shape[:-1], width), packing)
            except (ValueError, NotImplementedError, OverflowError, MemoryError) as error:
                raise LLMError(
                    f"{self.path} is damaged or packed in an unknown way, at tensor {name}: "
                    f"{error}; fetch it again, or use another file"
                ) from error
            yield name, np.array(values, np.float32).reshape(shape)

    def _read(self) -> None:
        self._at = 4
        version, tensors, pairs = self._unpack("<IQQ")
        if version not in VERSIONS:
            raise ValueError(f"its version is {version}, known are {VERSIONS}")
        self.metadata: dict[str, Any] = {}
        for _ in range(pairs):
            key = self._string()
            self.metadata[key] = self._value(*self._unpack("<I"))
        self.shapes: dict[str, tuple[int, ...]] = {}
        self._packing: dict[str, tuple[int, int]] = {}
        for _ in range(tensors):
            name, (dimensions,) = self._string(), self._unpack("<I")
            if not dimensions:
                raise ValueError(f"the tensor {name} has no dimensions")
            sizes = self._unpack(f"<{dimensions}Q")
            self.shapes[name] = sizes[::-1]
            number, offset = self._unpack("<IQ")
            self._packing[name] = number, offset
        alignment = self.metadata.get("general.alignment", ALIGNMENT)
        if type(alignment) is not int or alignment < 1:
            raise ValueError(f"its tensors are aligned to {alignment} bytes")
        self._start = -(-self._at // alignment) * alignment

    def _value(self, kind: int) -> Any:
        if kind == STRING:
            return self._string()
        if kind == ARRAY:
            inner, count = self._unpack("<IQ")
            if inner in NUMBERS:
                return list(self._unpack(f"<{count}{NUMBERS[inner]}"))
            return [self._value(inner) for _ in range(count)]
        if kind not in NUMBERS:
            raise ValueError(f"a value is of the unknown kind {kind}")
        return self._unpack("<" + NUMBERS[kind])[0]

    def _string(self) -> str:
        (size,) = self._unpack("<Q")
        text = self._data[self._at : self._at + size]
        if len(text) < size:
            raise ValueError("it is cut short")
        self._at += size
        return text.decode(errors="replace")

    def _unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values
