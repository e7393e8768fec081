"""Downloads against a local server that behaves and misbehaves, and from two processes at once."""

import gzip
import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from glassnet.data import store
from glassnet.data.store import RemoteFile, fetch
from glassnet.ir.errors import DataError
from tests.data.mirror import Mirror, serving

CONTENT = gzip.compress(np.random.default_rng(0).bytes(200_000), mtime=0)
FILE = RemoteFile("numbers.gz", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def mirror(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / FILE.name).write_bytes(CONTENT)
    with serving(folder) as mirror:
        yield mirror


@pytest.fixture
def cache(tmp_path) -> Path:
    return tmp_path / "cache"


SILENT = {"never-answers", "stalls", "drips"}
"""Behaviours that the client gives up on. The others, which may answer late on a busy machine, it waits for."""


def get(mirror: Mirror, cache: Path, *behaviours: str, **options) -> bytes:
    timeout = 3 if SILENT.intersection(behaviours) else 60
    path = fetch(FILE, [mirror.url(behaviour) for behaviour in behaviours], cache, timeout=timeout, **options)
    assert path == cache / FILE.name
    assert not path.with_name(FILE.name + ".part").exists()
    return path.read_bytes()


def leave_part(cache: Path, content: bytes) -> Path:
    cache.mkdir()
    part = cache / (FILE.name + ".part")
    part.write_bytes(content)
    return part


def test_a_good_mirror_and_then_none_needed(mirror, cache):
    assert get(mirror, cache, "good") == CONTENT
    assert get(mirror, cache, "good") == CONTENT
    assert mirror.asked("good") == [None]


def test_progress_runs_from_nothing_to_the_whole(mirror, cache):
    seen = []
    get(mirror, cache, "good", progress=lambda *step: seen.append(step))
    assert seen[0] == (FILE.name, 0, FILE.size)
    assert seen[-1] == (FILE.name, FILE.size, FILE.size)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


def test_a_damaged_file_in_the_cache_is_fetched_again(mirror, cache):
    cache.mkdir()
    (cache / FILE.name).write_bytes(CONTENT[:-1] + b"x")
    assert get(mirror, cache, "good") == CONTENT


def test_resumes_where_an_earlier_call_stopped(mirror, cache):
    leave_part(cache, CONTENT[:1234])
    assert get(mirror, cache, "good") == CONTENT
    assert mirror.asked("good") == ["bytes=1234-"]


def test_a_complete_part_needs_no_request(mirror, cache):
    leave_part(cache, CONTENT)
    assert get(mirror, cache, "good") == CONTENT
    assert mirror.requests == []


@pytest.mark.parametrize("part", [CONTENT[:500] + b"x", bytes(len(CONTENT)), CONTENT + b"x"])
def test_a_wrong_part_is_thrown_away(mirror, cache, part):
    leave_part(cache, part)
    assert get(mirror, cache, "good") == CONTENT
    assert mirror.asked("good")[-1] is None


def test_a_server_that_ignores_ranges_starts_over(mirror, cache):
    leave_part(cache, b"x" * 1000)
    assert get(mirror, cache, "ignores-range") == CONTENT
    assert mirror.asked("ignores-range") == ["bytes=1000-"]


def test_cut_off_again_and_again_still_arrives(mirror, cache):
    assert get(mirror, cache, "cuts-off") == CONTENT
    third = len(CONTENT) // 3
    assert mirror.asked("cuts-off")[:3] == [None, f"bytes={third}-", f"bytes={2 * third}-"]


def test_one_mirror_goes_on_where_another_stopped(mirror, cache):
    assert get(mirror, cache, "stalls", "good") == CONTENT
    assert mirror.asked("good") == ["bytes=100-"]


BAD = {
    "another-range": "sent the range 'bytes 1-",
    "breaks-chunks": "broke off",
    "broken": "answered HTTP 503",
    "cuts-off-at-half": "cut off after 100,",
    "drips": "slower than 1024 bytes a second",
    "endless": "sent more than the 200,",
    "never-answers": "no answer in time",
    "not-found": "answered HTTP 404",
    "not-http": "SSH-2.0",
    "portal": "cut off after 26 of",
    "says-less": "bytes where",
    "says-more": "bytes where",
    "says-nonsense": "announced -5 bytes",
    "stalls": "no answer in time",
    "wrong-file": "SHA-256",
}


@pytest.mark.parametrize("behaviour", BAD)
def test_a_bad_mirror_alone_is_named_with_its_reason(mirror, cache, behaviour):
    with pytest.raises(DataError, match=f"could not be downloaded.*/{behaviour}: .*{BAD[behaviour]}"):
        get(mirror, cache, behaviour)
    assert not (cache / FILE.name).exists()
    part = cache / (FILE.name + ".part")
    assert not part.exists() or part.stat().st_size < FILE.size


@pytest.mark.parametrize("behaviour", BAD)
def test_after_a_bad_mirror_a_good_one_delivers(mirror, cache, behaviour):
    assert get(mirror, cache, behaviour, "good") == CONTENT


def test_a_mirror_that_is_not_there(cache):
    with pytest.raises(DataError, match=r"127\.0\.0\.1:9: .*refused"):
        fetch(FILE, ["http://127.0.0.1:9"], cache, timeout=60)


def test_patience_ends_before_the_list_of_mirrors_does(mirror, cache):
    with pytest.raises(DataError):
        get(mirror, cache, "never-answers", "good", patience=0.1)
    assert mirror.asked("good") == []


def test_https_never_falls_back_to_http():
    """The redirect handler is the one in use: a request that claims https is refused a plain address."""
    from urllib.request import Request

    handlers = [h for h in store._opener().handlers if type(h).__name__ == "StayEncrypted"]
    request = Request("https://example.org/a")
    with pytest.raises(OSError, match="redirects from https to http://"):
        handlers[0].redirect_request(request, None, 302, "Found", {}, "http://example.org/a")


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match=r"cannot keep numbers.gz in .*file.*GLASSNET_CACHE"):
        fetch(FILE, [], tmp_path / "file" / "cache")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_told_from_a_bad_mirror(mirror, cache):
    cache.mkdir()
    (cache / (FILE.name + ".part")).symlink_to("/dev/full")
    with pytest.raises(DataError, match=r"No space left.*free some space"):
        get(mirror, cache, "good", "good")
    assert len(mirror.requests) == 1


def test_an_interrupted_download_keeps_its_part_and_frees_the_lock(mirror, cache):
    def interrupt(name: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(mirror, cache, "good", progress=interrupt)
    assert 0 < (cache / (FILE.name + ".part")).stat().st_size < FILE.size
    assert get(mirror, cache, "good") == CONTENT


FETCH = """
import sys
from pathlib import Path
from glassnet.data.store import RemoteFile, fetch
url, cache, size, sha256 = sys.argv[1:]
print(fetch(RemoteFile("numbers.gz", int(size), sha256), [url], Path(cache)))
"""


def start(url: str, cache: Path) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", FETCH, url, str(cache), str(FILE.size), FILE.sha256]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def test_two_processes_at_once_download_once(mirror, cache):
    processes = [start(mirror.url("good"), cache) for _ in range(2)]
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert out.strip() == str(cache / FILE.name)
    assert mirror.asked("good") == [None]
    assert (cache / FILE.name).read_bytes() == CONTENT


def test_the_lock_of_a_killed_process_is_free(mirror, cache):
    process = start(mirror.url("never-answers"), cache)
    while not mirror.requests and process.poll() is None:
        threading.Event().wait(0.02)
    process.kill()
    process.communicate()
    assert get(mirror, cache, "good") == CONTENT


def test_the_lock_holds_a_second_one_up(tmp_path):
    order = []

    def second() -> None:
        with store.locked(tmp_path / ".lock"):
            order.append("second")

    with store.locked(tmp_path / ".lock"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
