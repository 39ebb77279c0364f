import subprocess
import sys
from pathlib import Path

import pytest

from errand.common.settings import SettingsError
from errand.images.storage.local import LocalStorage
from errand.images.storage.opening import open_storage


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "ein Ördner #1?"
    storage = open_storage(folder.as_uri())
    storage.put("ab" * 32, b"x")

    assert isinstance(storage, LocalStorage)
    assert (folder / "ab").is_dir()


def test_without_the_sdk_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "errand.images.storage.s3", raising=False)

    with pytest.raises(SettingsError, match=r"pip install errand-images\[s3\]"):
        open_storage("s3://bucket/prefix")


def test_the_sdk_is_not_loaded_for_a_folder(tmp_path: Path) -> None:
    code = (
        "import sys; from errand.images.storage.opening import open_storage;"
        f"open_storage({tmp_path.as_uri()!r}); sys.exit('boto3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
