"""What the tests of resuming share."""

import numpy as np
import pytest

from tests.train import job
from tests.train.job import CrashAt


@pytest.fixture(scope="session")
def never_stopped() -> dict[str, np.ndarray]:
    """What comes of the job where nothing stops it."""
    net = job.network()
    return job.outcome(net, job.train(net, extra=[CrashAt()]))
