"""Orders by machine code: NumPy's, to the last number."""

import numpy as np
import pytest

from glassnet.compile import is_available, shuffled

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 8, 9, 31, 32, 33, 1000, 4096, 70_001])
def test_the_order_is_that_of_numpy(count: int) -> None:
    for seed in range(20 if count < 5000 else 2):
        sequence = np.random.SeedSequence([seed, 2, count])
        expected = np.random.Generator(np.random.Philox(sequence)).permutation(count)
        np.testing.assert_array_equal(shuffled(count, sequence), expected)
