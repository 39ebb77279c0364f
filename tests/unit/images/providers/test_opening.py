import json
import subprocess
import sys
from contextlib import closing

import pytest

from errand.common.settings import SettingsError, load
from errand.images.providers import Provider
from errand.images.providers.opening import open_provider
from errand.images.rendering.studio import Studio
from errand.images.settings import Settings

NEEDED = {
    "ERRAND_DATABASE_URL": "postgresql://localhost/x",
    "ERRAND_REDIS_URL": "redis://localhost/0",
    "ERRAND_IDENTITY_PUBLIC_KEY": "key",
    "ERRAND_FILES_KEY": "A" * 43 + "=",
    "ERRAND_FILES_URL": "file:///tmp/images",
}
OPENAI = {"PROVIDER": "openai", "MODEL": "gpt-image-2.6-flare", "API_KEY": "sk-secret-4711"}


def settings(**given: str) -> Settings:
    return load(Settings, NEEDED | {f"ERRAND_IMAGE_{name}": value for name, value in given.items()})


def opened(**given: str) -> Provider:
    with closing(Studio(1)) as studio:
        return open_provider(settings(**given), studio)


def test_without_settings_images_are_drawn_here() -> None:
    provider = opened()

    assert (provider.name, provider.composition_lock) == ("offline", "exact")
    assert provider.model.startswith("scenes-")


def test_a_model_is_opened_without_a_connection() -> None:
    provider = opened(**OPENAI, BASE_URL="http://nowhere.invalid")

    assert (provider.name, provider.model) == ("openai", "gpt-image-2.6-flare")
    assert provider.composition_lock == "reference"


def test_a_local_model_needs_no_key() -> None:
    assert opened(PROVIDER="openai", MODEL="sd-3.5", BASE_URL="http://localhost:8080/v1").model == "sd-3.5"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (OPENAI | {"MODEL": ""}, "ERRAND_IMAGE_MODEL is not set"),
        (OPENAI | {"API_KEY": ""}, "ERRAND_IMAGE_API_KEY is not set"),
        (OPENAI | {"PROVIDER": "oracle"}, r"\$\.image_provider"),
    ],
)
def test_settings_that_make_no_provider_are_refused(given: dict[str, str], fault: str) -> None:
    with pytest.raises(SettingsError, match=fault):
        opened(**given)


def test_a_missing_sdk_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, "errand.images.providers.openai", raising=False)

    with pytest.raises(SettingsError, match=r"pip install errand-images\[openai\]"):
        opened(**OPENAI)


def test_importing_the_port_imports_no_sdk() -> None:
    code = "import json, sys; import errand.images.providers.opening; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.check_output([sys.executable, "-c", code]))

    assert "errand.images.providers.opening" in loaded
    assert not {"openai", "pydantic", "httpx2", "httpx", "boto3"} & set(loaded)
