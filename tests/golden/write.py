"""Writes torch.npz, what PyTorch computes for every case of tests/oracles: python -m tests.golden.write

One array a case and dtype, its parts in a row in the order in which they are computed, one a schedule, and the slopes
of one function each at its corners.
"""

import zipfile
from pathlib import Path

import numpy as np

from tests.oracles.cases import CASES, SCHEDULES, torch
from tests.oracles.kinks import KINKED, twin_slopes
from tests.oracles.sides import RUNS, twin, twin_rates

PATH = Path(__file__).with_name("torch.npz")


def main() -> None:
    golden = {f"{name} {dtype}": flat(twin(CASES[name], dtype)).astype(dtype) for name, dtype in RUNS}
    golden |= {f"schedule {name}": twin_rates(case) for name, case in SCHEDULES.items()}
    golden |= {f"slopes {name}": twin_slopes(case) for name, case in KINKED.items()}
    with zipfile.ZipFile(PATH, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, array in golden.items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # without the time: equal numbers, equal file
            entry.compress_type = zipfile.ZIP_DEFLATED
            with file.open(entry, "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    print(f"{PATH}: {len(golden)} golden of PyTorch {torch.__version__}, {PATH.stat().st_size:,} bytes")


def flat(results: dict[str, np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(part) for part in results.values()])


if __name__ == "__main__":
    main()
