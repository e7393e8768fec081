"""Machine code on the disk: made once, read again, and made anew where it is damaged."""

from pathlib import Path

import pytest

from glassnet.compile import is_available, jit
from glassnet.compile.emit import Code
from glassnet.ir.errors import GlassnetError

pytestmark = pytest.mark.skipif(not is_available(), reason="llvmlite has no wheel for this platform")


def test_damaged_code_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path))
    made = []
    real = jit._optimised
    monkeypatch.setattr(jit, "_optimised", lambda text: made.append(1) or real(text))

    def load() -> int:
        return jit.compiled([Code("nothing_at_all", ["ptr %x"])])["nothing_at_all"]

    assert load()
    assert load()
    assert len(made) == 1
    (path,) = tmp_path.rglob("*.o")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    whole = path.read_bytes()
    for damaged in (whole[:40], whole[:-1] + bytes([whole[-1] ^ 1]), b""):
        path.write_bytes(damaged)
        assert load()
        assert path.read_bytes() == whole
    assert len(made) == 4


def test_features_that_there_are_not_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip of the pen would be taken for all features, and measured as if it were not."""
    monkeypatch.setenv(jit.FEWER, "avx-2")
    with pytest.raises(GlassnetError, match="GLASSNET_CPU must be avx2 or sse2, got 'avx-2'"):
        jit.host.__wrapped__()


def test_code_that_cannot_be_read_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was removed by another process just now, or belongs to another user."""
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path))
    codes = [Code("nothing_at_all", ["ptr %x"])]
    assert jit.compiled(codes)["nothing_at_all"]

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert jit.compiled(codes)["nothing_at_all"]
