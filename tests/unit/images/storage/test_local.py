import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from errand.common.errors import Unavailable
from errand.images.storage.local import PARTIAL, LocalStorage

CONTENT = b"a picture"
DIGEST = hashlib.sha256(CONTENT).hexdigest()

# Dies when all is written but its name.
WRITER = f"""
import os
from pathlib import Path
from errand.images.storage.local import LocalStorage

Path.replace = lambda self, target: os._exit(9)
LocalStorage(Path.cwd()).put("{DIGEST}", b"a picture")
"""


def files(folder: Path) -> list[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


def test_a_file_lies_in_a_folder_by_its_digest(tmp_path: Path) -> None:
    LocalStorage(tmp_path / "new" / "folder").put(DIGEST, CONTENT)

    assert files(tmp_path) == [Path("new/folder") / DIGEST[:2] / DIGEST]


def test_many_threads_may_store_the_same(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)

    def work(_: int) -> bytes:
        storage.put(DIGEST, CONTENT)
        return storage.read(DIGEST)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(work, range(40))) == {CONTENT}
    assert files(tmp_path) == [Path(DIGEST[:2]) / DIGEST]


def test_what_a_killed_writer_left_is_not_seen_and_swept_up(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    assert subprocess.run([sys.executable, "-c", WRITER], cwd=tmp_path).returncode == 9
    (left,) = files(tmp_path)

    assert left.parts[0] == PARTIAL
    storage.sweep(3600)
    assert files(tmp_path) == [left]
    storage.put(DIGEST, CONTENT)
    assert storage.read(DIGEST) == CONTENT
    os.utime(tmp_path / left, (0, 0))
    storage.sweep(3600)
    assert [path.name for path in files(tmp_path)] == [DIGEST]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / PARTIAL).mkdir()
    (tmp_path / DIGEST[:2] / DIGEST[2:4]).mkdir(parents=True)

    with pytest.raises(Unavailable):
        LocalStorage(tmp_path).put(DIGEST, CONTENT)

    assert not files(tmp_path)


def test_a_folder_that_is_none_may_be_later(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    storage = LocalStorage(tmp_path / "file")

    with pytest.raises(Unavailable):
        storage.put(DIGEST, CONTENT)
    with pytest.raises(Unavailable):
        storage.read(DIGEST)
