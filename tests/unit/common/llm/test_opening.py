import json
import subprocess
import sys

import pytest

from errand.common.llm.opening import open_provider
from errand.common.llm.settings import ModelSettings
from errand.common.llm.vendors.openai import OFFICIAL_URL, limit_name
from errand.common.settings import SettingsError, describe, load

NEEDED = {
    "ERRAND_DATABASE_URL": "postgresql://localhost/x",
    "ERRAND_REDIS_URL": "redis://localhost/0",
    "ERRAND_IDENTITY_PUBLIC_KEY": "key",
}
OPENAI = {"MODEL_PROVIDER": "openai", "MODEL_NAME": "gpt-6-luna", "MODEL_API_KEY": "sk-secret-4711"}


def settings(**given: str) -> ModelSettings:
    return load(ModelSettings, NEEDED | {f"ERRAND_{name}": value for name, value in given.items()})


def test_without_settings_there_is_no_model() -> None:
    assert open_provider(settings()) is None


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_a_model_is_opened_without_a_connection(name: str) -> None:
    provider = open_provider(settings(**OPENAI | {"MODEL_PROVIDER": name, "MODEL_BASE_URL": "http://nowhere.invalid"}))

    assert provider
    assert (provider.name, provider.model) == (name, "gpt-6-luna")


def test_a_local_model_needs_no_key() -> None:
    assert open_provider(settings(MODEL_PROVIDER="openai", MODEL_NAME="m", MODEL_BASE_URL="http://localhost:11434/v1"))


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (OPENAI | {"MODEL_NAME": ""}, "ERRAND_MODEL_NAME is not set"),
        (OPENAI | {"MODEL_API_KEY": ""}, "ERRAND_MODEL_API_KEY is not set"),
        (OPENAI | {"MODEL_API_KEY": "sk-sécret"}, r"\$\.model_api_key"),
        (OPENAI | {"MODEL_API_KEY": "sk-secret\n"}, r"\$\.model_api_key"),
        (OPENAI | {"MODEL_PROVIDER": "oracle"}, r"\$\.model_provider"),
        (OPENAI | {"MODEL_TIMEOUT_S": "0"}, r"\$\.model_timeout_s"),
    ],
)
def test_settings_that_make_no_model_are_refused(given: dict[str, str], fault: str) -> None:
    with pytest.raises(SettingsError, match=fault):
        open_provider(settings(**given))


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_a_missing_sdk_is_named_with_its_remedy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, f"errand.common.llm.vendors.{name}", raising=False)

    with pytest.raises(SettingsError, match=rf"pip install errand-common\[{name}\]"):
        open_provider(settings(**OPENAI | {"MODEL_PROVIDER": name}))


def test_the_key_is_not_shown_with_the_settings() -> None:
    loaded = settings(**OPENAI)

    assert "sk-secret-4711" not in f"{loaded!r} {loaded}"
    assert "gpt-6-luna" in repr(loaded)


def test_every_setting_is_described() -> None:
    assert all(text for _, _, text in describe(ModelSettings))


def test_a_job_has_a_limit_even_where_no_price_is_known() -> None:
    budget = settings(JOB_BUDGET_USD="0.25").job_budget()

    assert budget.limit_usd == 0.25
    assert budget.max_calls


def test_importing_the_port_imports_no_sdk() -> None:
    modules = ["answers", "budgets", "errors", "messages", "opening", "prices", "provider", "records", "schemas"]
    modules += ["settings", "tools", "vendors"]
    code = f"""
import importlib, json, sys
for name in {modules}: importlib.import_module("errand.common.llm." + name)
print(json.dumps(sorted(sys.modules)))
"""
    loaded = json.loads(subprocess.check_output([sys.executable, "-c", code]))

    assert "errand.common.llm.provider" in loaded
    assert not {"openai", "anthropic", "pydantic", "httpx2", "httpx"} & set(loaded)


@pytest.mark.parametrize(
    ("base_url", "limit"),
    [
        ("", "max_completion_tokens"),
        ("https://errand.openai.azure.com/openai/v1/", "max_completion_tokens"),
        ("http://localhost:11434/v1", "max_tokens"),
        ("https://example.com/api.openai.com/v1", "max_tokens"),
    ],
)
def test_the_limit_of_tokens_has_the_name_that_the_host_knows(base_url: str, limit: str) -> None:
    assert limit_name(base_url or OFFICIAL_URL) == limit
