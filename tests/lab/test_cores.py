"""A limit on cores holds for libraries that are loaded, for those that come later, and for the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

LOOK = """
import json
import sys
import numpy
from glassnet.lab.cores import limit_cores
limit_cores(int(sys.argv[1]))
import scipy.linalg  # brings its own library for products of matrices
from threadpoolctl import threadpool_info
from glassnet.compile import processors
print(json.dumps([[pool["num_threads"] for pool in threadpool_info()], processors()]))
"""


@pytest.mark.parametrize("cores", [1, 2])
def test_a_computation_takes_no_more_cores_than_it_may(cores: int) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", LOOK, str(cores)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    pools, processors = json.loads(done.stdout)
    most = min(cores, os.cpu_count() or 1)
    assert set(pools) == {most}
    assert processors <= most
