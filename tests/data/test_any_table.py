"""Whatever is in a file or a frame: a table of finite numbers, or an error in words; and the same from every source."""

import contextlib
import warnings

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import table
from glassnet.data.records import read_records
from glassnet.ir.errors import DataError

TEXTS = """x|y|1|2,5|1.250|1,250.5|−3|-|NA|none|yes|true|€ 5|5 €|5%|12 kg|inf|2020-01-31|2020-01-31T12:00Z|31.1.2020
1e999|#|# a|#N/A|"|'|\x1b[31m|000000000000000000|(1)|$|+|1,2,3|1e5|.|9007199254740993"""
PIECES = st.sampled_from(TEXTS.replace("\n", "|").split("|"))
MARKS = st.sampled_from([",", ";", "\t", "|", " ", "\n", "\n", "\r\n", "", '"'])


@given(st.lists(st.tuples(PIECES, MARKS), max_size=60), st.sampled_from([None, True, False]))
def test_any_file(tmp_path_factory, parts, header):
    path = tmp_path_factory.mktemp("any") / "t.csv"
    path.write_text("".join(piece + mark for piece, mark in parts), encoding="utf-8", newline="")
    with contextlib.suppress(DataError):
        records = read_records(path, header=header)
        assert all(len(cells) == len(records) for cells in records.columns.values())
        for target in records.columns:
            with contextlib.suppress(DataError):
                check(table(path, target, header=header))


CELLS = st.one_of(PIECES, st.none(), st.booleans(), st.floats(), st.integers(), st.dates(), st.datetimes(), st.text())


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12))
def test_any_frame_and_dictionary(rows):
    source = {"x": [x for x, _ in rows], "y": [y for _, y in rows]}
    found = []
    for wrapped in (source, pd.DataFrame(source, dtype=object), [{"x": x, "y": y} for x, y in rows]):
        try:
            t = table(wrapped, "y")
        except DataError:
            found.append(None)
            continue
        check(t)
        found.append((t.x.tolist(), t.y.tolist(), t.encoding))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = len(rows) == len(t.x)
            if whole:
                np.testing.assert_array_equal(t.encoding.encode(wrapped), t.x)
    assert found[0] == found[1] == found[2]


def check(t):
    assert np.isfinite(t.x).all()
    assert np.isfinite(t.y).all()
    assert len(t.x) == len(t.y) >= 2
    assert t.x.shape[1] == len(t.encoding.features)
    if t.task == "classification":
        assert set(t.y.tolist()) <= set(range(len(t.encoding.target.labels)))
