import importlib
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local import commands, services
from deploy.local.services import Surroundings, UnknownService
from errand.common.identity import new_keys
from errand.common.settings import load

AROUND = Surroundings(
    python=Path("/venv/bin/python"),
    database_url="postgresql:///errand",
    redis_url="redis://localhost",
    keys={"ERRAND_SIGNING_KEY": "private", "ERRAND_IDENTITY_PUBLIC_KEY": "public", "ERRAND_FILES_KEY": "secret"},
    base_port=8000,
    files=Path("/state/files"),
)


def errand_settings(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("ERRAND_")}


@pytest.fixture
def settings(checkout: Path) -> dict[str, dict[str, str]]:
    programs = services.programs(services.discover(checkout), AROUND)
    return {program.name: errand_settings(dict(program.environment)) for program in programs}


def test_every_service_has_an_api_and_the_domain_services_a_worker(settings: dict[str, dict[str, str]]) -> None:
    assert list(settings) == ["gateway", "incidents-api", "incidents-worker"]


def test_the_signing_key_goes_to_the_gateway_alone(settings: dict[str, dict[str, str]]) -> None:
    assert [name for name, values in settings.items() if "ERRAND_SIGNING_KEY" in values] == ["gateway"]
    assert settings["incidents-api"]["ERRAND_IDENTITY_PUBLIC_KEY"] == "public"


def test_the_gateway_knows_where_every_service_listens(settings: dict[str, dict[str, str]]) -> None:
    assert settings["gateway"]["ERRAND_PORTS"] == "8000,8001"
    assert settings["gateway"]["ERRAND_UPSTREAMS"] == "incidents=http://127.0.0.1:8102"
    assert settings["incidents-api"]["ERRAND_PORT"] == "8102"
    assert settings["incidents-worker"]["ERRAND_HEALTH_PORT"] == "8112"


def test_every_service_accepts_what_it_gets() -> None:
    signing_key, public_key = new_keys()
    keys = dict(zip(AROUND.keys, (signing_key, public_key, public_key), strict=True))

    for program in services.programs(services.discover(commands.ROOT), replace(AROUND, keys=keys)):
        module = importlib.import_module(f"{program.argv[2]}.settings")
        load(module.Settings, program.environment)


def test_a_setting_of_the_shell_reaches_no_process_that_would_refuse_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERRAND_TEST_ENGINES", "embedded")
    monkeypatch.setenv("ERRAND_LOG_LEVEL", "debug")

    settings = errand_settings(services.environment({"ERRAND_PORT": "1"}))

    assert settings == {"ERRAND_PORT": "1", "ERRAND_LOG_LEVEL": "debug", "ERRAND_LOG_FORMAT": "console"}


def test_a_service_without_a_port_is_refused_with_the_place_to_add_it(checkout: Path) -> None:
    (checkout / "services" / "billing").mkdir()
    (checkout / "services" / "billing" / "pyproject.toml").touch()

    with pytest.raises(UnknownService, match=r"deploy/local/ports\.py"):
        services.discover(checkout)
