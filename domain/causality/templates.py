"""Features as templates over fields: spelled out to be fitted, and looked up in arrays of weights to be summed.

A template such as "{place}:prev+kind={prev}+{kind}" names one feature for each value of its fields. What is said of
many places at once is a column of codes for each field: a value's code in the field's alphabet, from 1 on; 0 says that
the field has no value here (or none that any weight knows), so that the feature is absent.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Columns: TypeAlias = Mapping[str, Array]
Alphabet: TypeAlias = dict[str, int]
"""Value -> code."""

_FIELD = re.compile(r"\{(\w+)\}")


def alphabet(values: Iterable[object]) -> Alphabet:
    """The values, as they are spelled, numbered from 1 in order."""
    return {str(value): code for code, value in enumerate(values, 1)}


class Weighed:
    """Weights by the names of features, as arrays by the codes of their fields; each has its alphabet."""

    def __init__(
        self, templates: Sequence[str], weights: Mapping[str, float], alphabets: Mapping[str, Alphabet]
    ) -> None:
        self._fields = [_FIELD.findall(template) for template in templates]
        self._tables = [np.zeros([len(alphabets[field]) + 1 for field in fields]) for fields in self._fields]
        patterns = defaultdict(list)
        for number, template in enumerate(templates):
            patterns[_head(template)].append((number, re.compile(_FIELD.sub("(.*?)", _escaped(template)))))
        for name, weight in weights.items():
            for number, pattern in patterns[_head(name)]:
                if values := pattern.fullmatch(name):
                    fields = zip(self._fields[number], values.groups(), strict=True)
                    codes = tuple(alphabets[field].get(value, 0) for field, value in fields)
                    if all(codes):
                        self._tables[number][codes] = weight

    def __call__(self, columns: Columns) -> Array:
        """The sum of the weights at each place, a number for each row of the columns."""
        total = np.zeros(len(next(iter(columns.values()))))
        for fields, table in zip(self._fields, self._tables, strict=True):
            at = columns[fields[0]]
            for field, size in zip(fields[1:], table.shape[1:], strict=True):
                at = at * size + columns[field]
            total += table.ravel()[at]
        return total


def names(templates: Sequence[str], columns: Columns, alphabets: Mapping[str, Alphabet]) -> list[list[str]]:
    """The features of each row of the columns."""
    spelled = {field: ["", *alphabets[field]] for field in columns}
    needed = [(template, _FIELD.findall(template)) for template in templates]
    out = []
    for codes in zip(*(column.tolist() for column in columns.values()), strict=True):
        row = {field: spelled[field][code] for field, code in zip(columns, codes, strict=True) if code}
        out.append([template.format_map(row) for template, fields in needed if row.keys() >= set(fields)])
    return out


def _head(name: str) -> str:
    """What a template and the names that it gives have in common, to look few of them up for each name."""
    said, equals, _ = name.partition(":")[2].partition("=")
    return said if equals else said.partition("_")[0]


def _escaped(template: str) -> str:
    return re.sub(r"[+^$.*?()|\[\]\\]", r"\\\g<0>", template)
