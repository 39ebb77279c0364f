from typing import Annotated

import pytest
from msgspec import Meta, Struct

from errand.common.settings import SettingsError, describe, load


class Settings(Struct, frozen=True, kw_only=True):
    name: Annotated[str, Meta(description="What it is called")]
    port: Annotated[int, Meta(ge=1)] = 8000
    strict: bool = False
    origins: Annotated[tuple[str, ...], Meta(description="Who may call")] = ()
    ports: tuple[int, ...] = (1, 2)


def test_settings_come_from_the_environment_in_their_types() -> None:
    settings = load(
        Settings,
        {
            "ERRAND_NAME": "gateway",
            "ERRAND_PORT": "9000",
            "ERRAND_STRICT": "true",
            "ERRAND_ORIGINS": "http://a, http://b",
            "ERRAND_PORTS": "80,81",
            "PATH": "/bin",
        },
    )

    assert settings == Settings(
        name="gateway", port=9000, strict=True, origins=("http://a", "http://b"), ports=(80, 81)
    )


def test_what_is_not_set_has_its_default() -> None:
    assert load(Settings, {"ERRAND_NAME": "gateway"}).port == 8000


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        ({}, "ERRAND_NAME is not set"),
        ({"ERRAND_NAME": "x", "ERRAND_PROT": "1"}, r"ERRAND_PROT is not a setting; did you mean ERRAND_PORT\?"),
        ({"ERRAND_NAME": "x", "ERRAND_QQQQQQ_QQQ": "1"}, "ERRAND_QQQQQQ_QQQ is not a setting$"),
        ({"ERRAND_NAME": "x", "ERRAND_PORT": "0"}, "port"),
        ({"ERRAND_NAME": "x", "ERRAND_STRICT": "perhaps"}, "strict"),
    ],
)
def test_an_environment_that_does_not_fit_is_refused(environ: dict[str, str], fault: str) -> None:
    with pytest.raises(SettingsError, match=fault):
        load(Settings, environ)


def test_a_struct_describes_itself() -> None:
    assert describe(Settings)[:4] == [
        ("ERRAND_NAME", None, "What it is called"),
        ("ERRAND_PORT", "8000", ""),
        ("ERRAND_STRICT", "false", ""),
        ("ERRAND_ORIGINS", "", "Who may call"),
    ]
