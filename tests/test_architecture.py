"""The rules of the tree that a machine can hold: see ARCHITECTURE.md."""

import ast
import itertools
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DISTRIBUTIONS = {path.parent.name: path.parent for path in sorted(ROOT.glob("*/*/pyproject.toml"))}
SERVICES = sorted(set(DISTRIBUTIONS) - {"common"})
SOURCES = sorted(path for folder in DISTRIBUTIONS.values() for path in folder.glob("src/**/*.py"))


def module_name(path: Path) -> str:
    """`errand.incidents.app` for services/incidents/src/errand/incidents/app.py."""
    parts = path.with_suffix("").parts
    return ".".join(parts[parts.index("src", len(ROOT.parts)) + 1 :])


MODULES = {module_name(path): path for path in SOURCES}

# A module may import those below it, and its own kind.
LAYERS = ["domain", "models", "schemas", "repository", "service", "controllers actors", "app worker"]
IO = {"aiohttp", "alembic", "argon2", "dramatiq", "litestar", "psycopg", "redis", "sqlalchemy", "uvicorn"}
IMPORT_NAMES = {
    "pyjwt": "jwt",
    "argon2-cffi": "argon2",
    "errand-common": "errand",
    "opentelemetry-api": "opentelemetry",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
    "opentelemetry-sdk": "opentelemetry",
    "langgraph-checkpoint-postgres": "langgraph",
    "pillow": "PIL",
    "prometheus-client": "prometheus_client",
    "psycopg-pool": "psycopg_pool",
    "resvg-py": "resvg_py",
}
LOADED_BY_NAME = {"httptools", "uvloop", "psycopg"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def layer_of(module: str) -> int | None:
    """The layer of a module, or of the package of that name which it grew into."""
    parts = module.split(".")[2:]
    return next((rank for rank, names in enumerate(LAYERS) for part in parts if part in names.split()), None)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_service_imports_another_and_common_imports_none(module: str) -> None:
    owner = module.split(".")[1]
    allowed = {owner, "common"}

    foreign = [
        name for name in imports(MODULES[module]) if name.startswith("errand.") and name.split(".")[1] not in allowed
    ]
    assert not foreign


@pytest.mark.parametrize("module", [module for module in sorted(MODULES) if module.split(".")[1] in SERVICES])
def test_imports_point_one_way(module: str) -> None:
    rank, service = layer_of(module), module.split(".")[1]
    if rank is None:
        return
    upward = [
        name
        for name in imports(MODULES[module])
        if name.startswith(f"errand.{service}.") and (layer_of(name) or 0) > rank
    ]
    assert not upward


@pytest.mark.parametrize(
    "module", [module for module in sorted(MODULES) if re.search(r"\.(domain|analysis)\b", module)]
)
def test_rules_do_no_io(module: str) -> None:
    assert not {name.split(".")[0] for name in imports(MODULES[module])} & IO


@pytest.mark.parametrize("worker", [module for module in sorted(MODULES) if module.endswith(".worker")])
def test_what_a_workers_threads_run_converts_in_one_place(worker: str) -> None:
    """See `errand.common.conversion`. Settings are loaded before there are threads."""
    elsewhere = reachable(worker) - {"errand.common.conversion", "errand.common.settings"}

    assert not [module for module in sorted(elsewhere) if converts(MODULES[module])]


def reachable(module: str) -> set[str]:
    """The modules of ours that this one imports, and those that they import."""
    found, left = {module}, [module]
    while left:
        new = {name for name in imports(MODULES[left.pop()]) if name in MODULES} - found
        found |= new
        left += new
    return found


def converts(path: Path) -> bool:
    """Whether it has msgspec convert or decode to a type."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return any(
        ast.unparse(call.func).startswith("msgspec.")
        and (
            call.func.attr in ("convert", "Decoder")
            or (call.func.attr == "decode" and any(keyword.arg == "type" for keyword in call.keywords))
        )
        for call in calls
        if isinstance(call.func, ast.Attribute)
    )


@pytest.mark.parametrize("name", sorted(DISTRIBUTIONS))
def test_a_distribution_declares_what_it_imports_and_no_more(name: str) -> None:
    used = {module.split(".")[0] for path in DISTRIBUTIONS[name].glob("src/**/*.py") for module in imports(path)}
    own, inherited = declared(name), set() if name == "common" else declared("common")

    assert used - set(sys.stdlib_module_names) - {"errand"} <= own | inherited
    assert own <= used | LOADED_BY_NAME


def declared(name: str) -> set[str]:
    """The import names of what a distribution depends on, extras included."""
    project = tomllib.loads((DISTRIBUTIONS[name] / "pyproject.toml").read_text())["project"]
    extras = itertools.chain.from_iterable(project.get("optional-dependencies", {}).values())
    names = {re.split(r"[\[><=;~ ]", dependency)[0] for dependency in [*project["dependencies"], *extras]}
    return {IMPORT_NAMES.get(entry, entry) for entry in names}


@pytest.mark.parametrize(
    ("sdk", "adapters"),
    [
        ("anthropic", {"errand.common.llm.vendors.anthropic"}),
        ("openai", {"errand.common.llm.vendors.openai", "errand.images.providers.openai"}),
        ("httpx2", {"errand.common.llm.vendors.tls"}),
        ("boto3", {"errand.images.storage.s3"}),
        ("botocore", {"errand.images.storage.s3"}),
    ],
)
def test_what_is_an_extra_is_imported_by_its_adapters_alone(sdk: str, adapters: set[str]) -> None:
    users = {module for module, path in MODULES.items() if sdk in {name.split(".")[0] for name in imports(path)}}

    assert users == adapters


def test_errand_is_a_namespace_that_belongs_to_no_distribution() -> None:
    assert not [folder for folder in DISTRIBUTIONS.values() if (folder / "src/errand/__init__.py").exists()]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_files(service: str) -> None:
    source = DISTRIBUTIONS[service] / "src/errand" / service
    for name in ("__main__", "app", "settings", "models"):
        assert (source / f"{name}.py").exists(), name
    assert (DISTRIBUTIONS[service] / "README.md").exists()


@pytest.mark.parametrize("path", [str(path.relative_to(ROOT)) for path in SOURCES if "versions" not in path.parts])
def test_files_and_functions_stay_small(path: str) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= 400
    long = [f.name for f in functions(ROOT / path) if (f.end_lineno or 0) - f.lineno >= 60]
    assert not long
