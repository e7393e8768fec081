"""What the regression is given: nothing missing becomes a number or a level, nothing is read by its place alone."""

import copy
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest

from glassnet.ir.errors import DataError, GlassnetError
from glassnet.regression import Categorical, LinearRegression, Polynomial

X = [0.0, 1, 2, 3, 4, 999]
Y = [1.0, 3, 5, 7, 9, 11]
MASKED = np.ma.masked_greater(X, 100)
TERMS = [Categorical("c")]


# ── missing numbers ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("x", "y", "weights", "message"),
    [
        (MASKED, Y, None, "x has masked cells, the first in row 5"),
        (Y, MASKED, None, "y has masked cells, the first in row 5"),
        (Y, Y, MASKED, "weights has masked cells, the first in row 5"),
        ({"size": MASKED}, Y, None, "size has masked cells, the first in row 5"),
        (
            np.ma.masked_greater(np.column_stack([Y, X]), 100),
            Y,
            None,
            "x has masked cells, the first in row 5, column 1",
        ),
        (list(MASKED), Y, None, "x, row 5 .* is --"),
        (pd.DataFrame({"a": pd.array([1, 2, None, 4, 5, 6], dtype="Int64")}), Y, None, "a, row 2 .* is (<NA>|nan)"),
        (pl.DataFrame({"a": [1.5, None, 3, 4, 5, 6]}), Y, None, "a, row 1 .* is nan"),
        ([1, 2, 3, Decimal("NaN"), 5, 6], Y, None, "x, row 3 .* is NaN"),
        ([1, 2, 3, " ", 5, 6], Y, None, "x, row 3 .* is empty"),
        ([1, pd.NaT, 3, 4, 5, 6], Y, None, "x, row 1 .* is NaT"),
    ],
)
@pytest.mark.parametrize("precision", ["float64", "exact"])
def test_a_missing_number_is_refused_with_its_place(x, y, weights, message, precision):
    with pytest.raises(DataError, match=message):
        LinearRegression(precision=precision, terms=[next(iter(x))] if isinstance(x, dict) else None).fit(x, y, weights)


def test_predict_refuses_what_is_missing_too():
    line = LinearRegression().fit(X[:5], Y[:5])
    with pytest.raises(DataError, match="x has masked cells, the first in row 5"):
        line.predict(MASKED)
    with pytest.raises(DataError, match=r"x, row 0 .* is empty"):
        line.predict(None)


def test_a_mask_that_hides_nothing_is_no_matter():
    assert LinearRegression().fit(np.ma.masked_array(X, mask=False), X).equation == "y = x"


# ── missing categories ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["a", "b", None, "b", "a", "b"], "c, row 2 .* is empty"),
        (["a", "b", "a", "b", "a", float("nan")], "c, row 5 .* is nan"),
        (["a", "b", "a", "", "a", "b"], "c, row 3 .* is empty"),
        (["a", np.ma.masked, "a", "b", "a", "b"], "c, row 1 .* is --"),
        (pd.Series(["a", None, "b"] * 2), "c, row 1 .* is (empty|nan)"),
        (pd.Series(["a", "b", None] * 2, dtype="category"), "c, row 2 .* is nan"),
        (pd.Series(["a", "b", None] * 2, dtype="string"), "c, row 2 .* is <NA>"),
        (pl.Series(["a", "b", None] * 2), "c, row 2 .* is empty"),
        (np.array(["a", "b", np.nan] * 2), "c, row 2 .* is 'nan', which is what NumPy makes of a missing value"),
        (np.array(["a", None, "b"] * 2, dtype=object), "c, row 1 .* is empty"),
        (np.ma.masked_array(["a", "b", "c"] * 2, [0, 0, 0, 1, 0, 0]), "c has masked cells, the first in row 3"),
        ([True, False, pd.NaT] * 2, "c, row 2 .* is NaT"),
    ],
)
def test_a_missing_category_is_refused_with_its_row(cells, message):
    with pytest.raises(DataError, match=message):
        LinearRegression(terms=TERMS).fit({"c": cells}, Y)
    fit = LinearRegression(terms=TERMS).fit({"c": ["a", "b"] * 3}, Y)
    with pytest.raises(DataError, match=message):
        fit.predict({"c": cells})


def test_words_that_are_values_stay_values():
    words = ["none", "NA", "null", "none", "NA", "nan"]
    assert LinearRegression(terms=TERMS).fit({"c": words}, Y).names == ["intercept", "c=nan", "c=none", "c=null"]


def test_a_whole_number_is_one_level_however_it_is_stored():
    fit = LinearRegression(terms=TERMS).fit({"c": [1, 2, 1, 2, 1, 2]}, Y)
    for twos in ([2.0], np.float32([2]), [np.int8(2)], ["2"], [Decimal(2)], [Fraction(2)]):
        assert fit.predict({"c": twos}) == pytest.approx(7)


# ── bytes, and things that are no columns ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cells", [[b"1", b"2", b"3"], np.array([b"1", b"2", b"3"]), [b"12", b"34", b"56"]])
def test_bytes_are_refused_and_never_taken_apart(cells):
    for x, y, terms in ((cells, [1, 2, 4], None), ([1, 2, 4], cells, None), ({"c": cells}, [1, 2, 4], TERMS)):
        with pytest.raises(DataError, match=r"row 0 .* is the bytes b'1.*': decode"):
            LinearRegression(terms=terms).fit(x, y)


@pytest.mark.parametrize("x", [b"123", bytearray(b"123"), memoryview(b"123"), "123", {1, 2, 3}, iter([1, 2, 3])])
def test_what_is_no_column_is_refused_by_its_type(x):
    with pytest.raises(DataError, match=f"expected a list, array or frame .* for x, got {type(x).__name__}"):
        LinearRegression().fit(x, [1, 2, 4])
    with pytest.raises(DataError, match=f"for a, got {type(x).__name__}|single value"):
        LinearRegression().fit({"a": x, "b": [1, 2, 4]}, [1, 2, 4])


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "x",
    [
        pd.DataFrame(np.c_[X, np.square(X)], columns=["a", "a"]),
        {1: X, "1": np.square(X)},
        [{1: a, "1": a * a} for a in X],
        pd.DataFrame(np.c_[X, np.square(X)], columns=[2, "2"]),
    ],
)
def test_two_columns_of_one_name_are_refused(x):
    with pytest.raises(DataError, match=r"x has more than one column named '(a|1|2)'; rename one"):
        LinearRegression().fit(x, Y)


def test_numbers_as_names_keep_their_coefficients():
    """The constant has no name that a column could have: column 1 of a frame is not lost."""
    rng = np.random.default_rng(0)
    x = pd.DataFrame(rng.normal(size=(9, 3)))
    fit = LinearRegression().fit(x, x @ [2.0, 3.0, 4.0] + 5)
    assert fit.equation == "y = 2·'0' + 3·'1' + 4·'2' + 5"
    assert LinearRegression(terms=[1, Polynomial(2, 0)]).fit(x, x[1]).names == ["intercept", "1", "0", "0²"]
    with pytest.raises(GlassnetError, match=r"'1' = 2·'0' \+ 3\."):
        LinearRegression().fit(pd.DataFrame({0: [1.0, 2, 4], 1: [5.0, 7, 11]}), [1, 2, 3])


def test_numbers_as_names_are_not_read_as_numbers():
    """y = 2·0 + 3·1 − 3, with the columns 0 and 1 of a frame made of an array, would be y = 0."""
    a = np.arange(6.0)
    fit = LinearRegression().fit(pd.DataFrame(np.c_[a, a**2 + 1]), 2 * a + 3 * a**2)
    assert fit.equation == "y = 2·'0' + 3·'1' − 3"
    assert "The model y = b₀ + b₁·'0' + b₂·'1'" in str(fit.explain())
    assert "Σ'0'·'1' = (0)(1) + (1)(2)" in str(fit.explain())
    assert r"\sum \text{'1'} = 1 + 2" in fit.explain().latex
    odd = LinearRegression().fit({"2_n&d \\ %": a}, a).explain().latex
    assert r"\sum \text{'2\_n\&d \textbackslash{} \%'} = 0 + 1" in odd
    assert LinearRegression().fit({"2019": a}, a).equation == "y = '2019'"
    assert LinearRegression().fit({"-1": a, "2nd try": a**2}, -a - 2 * a**2).equation == "y = −'-1' − 2·'2nd try'"
    assert LinearRegression().fit({"a": a}, pd.Series(2 * a, name="2020")).equation == "'2020' = 2·a"
    with pytest.raises(DataError, match="not unique: '2020' = 2·'2019'"):
        LinearRegression().fit({"2019": a, "2020": 2 * a}, a)


def test_a_column_may_not_be_called_as_the_constant():
    columns = {"intercept": [1, 2, 4], "x": [1, 3, 2]}
    with pytest.raises(GlassnetError, match='called "intercept", as the constant is: rename it'):
        LinearRegression().fit(columns, [1, 2, 3])
    assert LinearRegression(intercept=False).fit(columns, [1, 3, 2]).names == ["intercept", "x"]


@pytest.mark.parametrize("terms", ["ab", Polynomial(2), Categorical("a")])
def test_terms_are_a_list(terms):
    with pytest.raises(GlassnetError, match=r"terms is a list; for this one term write terms=\["):
        LinearRegression(terms=terms)


def test_a_category_is_named_once():
    with pytest.raises(GlassnetError, match="name the category c twice"):
        LinearRegression(terms=[Categorical("c"), Categorical("c", reference="b")]).fit({"c": ["a", "b", "c"] * 2}, Y)


# ── one observation ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_observation_to_predict():
    fit = LinearRegression().fit({"a": X, "b": np.square(Y)}, np.add(X, np.square(Y)))
    for one in ({"a": 1, "b": 2}, {"b": "2", "a": np.float32(1)}, {"a": np.array(1.0), "b": Decimal(2)}, [[1, 2]]):
        assert fit.predict(one) == pytest.approx([3])
    assert fit.predict([{"a": 1, "b": 2}, {"b": 3, "a": 1}]) == pytest.approx([3, 4])
    assert fit.prediction_interval({"a": 1, "b": 2}).shape == (1, 2)
    cities = LinearRegression(terms=["a", Categorical("c")]).fit({"a": [1, 2, 3, 5], "c": ["x", "y"] * 2}, [1, 2, 3, 4])
    assert cities.predict({"a": 2, "c": "y"}) == pytest.approx(cities.predict({"a": [2], "c": ["y"]}))
    with pytest.raises(DataError, match="a is a single value and b is not; give every input one value an observation"):
        fit.predict({"a": 1, "b": [2, 3]})
    line = LinearRegression().fit([1, 2, 3], [2, 4, 6])
    for one in (5, "5", np.float32(5), np.int64(5), np.array(5.0), Fraction(5), Decimal(5)):
        assert line.predict(one) == pytest.approx([10])


def test_rows_with_names():
    fit = LinearRegression().fit([{"a": 1, "b": 3}, {"b": 1, "a": 2}, {"a": 4, "b": 4}], [7, 4, 12])
    assert fit.equation == "y = a + 2·b"
    with pytest.raises(DataError, match="row 1 of x has the names a, row 0 has a, b"):
        LinearRegression().fit([{"a": 1, "b": 3}, {"a": 2}], [7, 4])


# ── what happens to the data afterwards ─────────────────────────────────────────────────────────────────────────────


def containers():
    a, b = np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 3, 4])
    frame, rows = pd.DataFrame({"x": [1.0, 2, 3, 4]}), [[1.0], [2.0], [3.0], [4.0]]
    series, column = pd.Series([1.0, 2, 3, 4]), [1.0, 2, 3, 4]
    records = [{"x": value} for value in (1.0, 2, 3, 4)]
    return [
        (a, lambda: a.__imul__(10)),
        ({"x": b}, lambda: b.__imul__(10)),
        (frame, lambda: frame.mul(10).pipe(lambda f: frame.__setitem__("x", f["x"]))),
        (series, lambda: series.__setitem__(slice(None), 70.0)),
        (column, lambda: column.__setitem__(0, 70.0)),
        (rows, lambda: rows[0].__setitem__(0, 70.0)),
        (records, lambda: records[0].__setitem__("x", 70.0)),
    ]


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("precision", ["float64", "exact"])
def test_data_changed_after_the_fit_change_nothing(place, precision):
    x, change = containers()[place]
    y, weights = np.array([2.0, 4, 5, 8]), np.array([1.0, 1, 2, 1])
    fit = LinearRegression(precision=precision).fit(x, y, weights)

    def seen():
        figure = fit.plot("squares")
        points = figure.axes[0].lines[1].get_xydata().tolist()
        return fit.summary(), str(fit.explain()), points, fit.predict([[5.0]]).tolist()

    before = seen()
    change()
    y *= 3
    weights += 1
    assert seen() == before


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("precision", ["float64", "exact"])
def test_what_is_handed_out_is_the_callers(intercept, precision):
    fit = LinearRegression(intercept, precision=precision).fit([[1, 2], [2, 1], [3, 5], [4, 4]], [2, 4, 5, 8])
    names = ["parameters", "coefficients", "fitted", "residuals", "standard_errors", "t", "p"]
    for name in names:
        before = getattr(fit, name).copy()
        getattr(fit, name)[:] = 7
        assert (getattr(fit, name) == before).all()
    fit.names.append("other")
    assert "other" not in fit.names
    with pytest.raises(AttributeError):
        fit.found.target = "other"  # frozen


def test_settings_changed_after_the_fit_wait_for_the_next():
    terms = ["a"]
    fit = LinearRegression(terms=terms).fit({"a": [1, 2, 4], "b": [1, 3, 1]}, [1, 2, 4])
    before = fit.summary()
    terms.append("b")
    fit.use_intercept = False
    assert fit.summary() == before
    assert fit.fit({"a": [1, 2, 4], "b": [1, 3, 1]}, [1, 2, 4]).names == ["a"]


@pytest.mark.parametrize("precision", ["float64", "exact"])
def test_a_fit_is_copied_and_pickled(precision):
    fit = LinearRegression(precision=precision, terms=["a", Categorical("c")])
    fit.fit({"a": [1, 2, 4, 3], "c": ["x", "y", "x", "y"]}, [1, 2, 4, 5])
    for twin in (copy.copy(fit), copy.deepcopy(fit), pickle.loads(pickle.dumps(fit))):
        assert twin.summary() == fit.summary()
        assert str(twin.explain()) == str(fit.explain())
        assert twin.predict({"a": 1, "c": "y"}) == fit.predict({"a": 1, "c": "y"})
    twin = copy.deepcopy(fit)
    fit.fit({"a": [1, 2, 4, 3], "c": ["x", "y"] * 2}, [4, 2, 4, 5])
    assert twin.summary() != fit.summary()
