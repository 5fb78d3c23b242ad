"""The wheel alone is enough: built from the sdist, installed outside the checkout, asked and rebuilt there.

The dependencies come from the running environment by a .pth file that stands behind the wheel's own folder. A folder
that a .pth names is not searched for further .pth files, so an editable install in the running environment has no say.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

import itgraph
from itgraph import resources

ROOT = Path(__file__).resolve().parent.parent
WIDGETS = {"graph.js", "editor.js", "editor.css", "THIRD-PARTY-LICENSES.txt"}
CARRIED = {"data": {".md", ".tsv", ".yaml"}, "ontology": {".json", ".jsonld", ".rq", ".ttl"}, "queries": {".rq"}}


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    """Run a command with nothing of what the caller's environment says about Python or itgraph; return its output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ITGRAPH", "VIRTUAL"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def sources() -> set[str]:
    """Return the files of the checkout from which a package is made."""
    tops = [ROOT / name for name in ("src", "data", "ontology", "queries", "widgets")]
    return {
        path.relative_to(ROOT).as_posix()
        for top in tops
        for path in top.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sdist of the checkout, and the wheel that was built from that sdist alone."""
    out = tmp_path_factory.mktemp("dist")
    command: list[str | Path] = [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT]
    run(*command, cwd=out, ITGRAPH_REQUIRE_WIDGETS="1")
    return out


@pytest.fixture(scope="module")
def wheel(packages: Path) -> Path:
    (path,) = packages.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bin folder of an environment that holds the wheel, and the dependencies behind it."""
    venv = tmp_path_factory.mktemp("elsewhere") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv.parent)
    python = venv / "bin" / "python"
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    run(*pip, wheel, cwd=venv.parent)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=venv.parent).strip())
    dependencies = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    (site / "dependencies.pth").write_text("\n".join(dependencies) + "\n", encoding="utf-8")
    return venv / "bin"


def test_building_writes_nothing_into_the_source_tree(tmp_path: Path) -> None:
    before = sources()
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    assert sources() == before
    assert not (ROOT / "src" / "itgraph" / "_resources").exists()


def test_the_wheel_holds_the_package_and_its_resources_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {name.removeprefix("src/") for name in sources() if name.startswith("src/itgraph/")}
    resource_files = {
        f"itgraph/_resources/{name}"
        for name in sources()
        if Path(name).suffix in CARRIED.get(name.split("/", 1)[0], set()) and not Path(name).name.startswith(".")
    }
    made = {f"itgraph/_resources/release/{name}" for name in ("itgraph.nq", "manifest.json", "search.sqlite")}
    widgets = {f"itgraph/_resources/widgets/{name}" for name in WIDGETS}
    assert names == package | resource_files | made | widgets


def test_the_wheel_names_its_version_and_carries_both_licences(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    info = f"itgraph-{itgraph.__version__}.dist-info"
    assert "License-Expression: Apache-2.0 AND CC-BY-4.0 AND MIT" in archive.read(f"{info}/METADATA").decode()
    for name in ("LICENSE", "LICENSE-DATA"):
        assert archive.read(f"{info}/licenses/{name}") == (ROOT / name).read_bytes()


def test_the_sdist_holds_no_build_junk(packages: Path) -> None:
    (path,) = packages.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = [name.split("/", 1)[1] for name in archive.getnames()]
    junk = {
        "build",
        "dist",
        ".venv",
        ".git",
        "__pycache__",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
    }
    assert [name for name in names if junk & set(name.split("/"))] == []


def test_the_sdist_holds_what_the_wheel_is_built_from(packages: Path) -> None:
    (path,) = packages.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert sources() | {"hatch_build.py", "hatch_widgets.py"} <= names


def test_the_widgets_of_the_wheel_are_found_and_small(installed: Path, wheel: Path, tmp_path: Path) -> None:
    code = "import itgraph.resources as r; print(*sorted(p.name for p in r.widgets_dir().iterdir()), sep='\\n')"
    assert set(run(installed / "python", "-c", code, cwd=tmp_path).splitlines()) == WIDGETS
    carried = [info for info in zipfile.ZipFile(wheel).infolist() if "/_resources/widgets/" in info.filename]
    assert sum(info.file_size for info in carried) < 1_500_000


def test_the_package_is_read_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    code = (
        "import sys, itgraph, itgraph.resources as r\n"
        "print(itgraph.__file__, r.checkout(), r.data_dir(), *sys.path, sep='\\n')"
    )
    package, checkout, data, *path = run(installed / "python", "-c", code, cwd=tmp_path).splitlines()
    environment = installed.parent.resolve()
    assert Path(package).resolve().is_relative_to(environment)
    assert checkout == "None"
    assert Path(data).is_relative_to(environment)
    assert str(ROOT / "src") not in path


def test_lineage_answers_far_from_any_checkout(installed: Path, tmp_path: Path) -> None:
    command: list[str | Path] = [installed / "itgraph", "lineage", "model/llama", "--down", "--format", "json"]
    answer = json.loads(run(*command, cwd=tmp_path))
    assert answer["entity"].endswith("model/llama")
    of_survey = [n for n in answer["nodes"] if any(s.startswith("survey/") for e in n["via"] for s in e["sources"])]
    assert len(of_survey) == 16
    assert sum(node["hops"] == 1 for node in of_survey) == 14
    assert all(step["sources"] for node in answer["nodes"] for step in node["via"])


def test_the_carried_entries_build_the_carried_release(installed: Path, wheel: Path, tmp_path: Path) -> None:
    run(installed / "itgraph", "build", "--out", tmp_path / "again", cwd=tmp_path)
    carried = zipfile.ZipFile(wheel)
    for name in ("itgraph.nq", "manifest.json", "search.sqlite"):
        assert (tmp_path / "again" / name).read_bytes() == carried.read(f"itgraph/_resources/release/{name}"), name


def test_the_checkout_is_not_taken_for_an_installation() -> None:
    assert resources.checkout() == ROOT
