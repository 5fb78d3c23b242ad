"""What the files around the code promise: versions agree, named targets exist, examples run, the house rules hold."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import itgraph
from itgraph import namespaces, resources
from itgraph.cli.reference import reference

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src" / "itgraph").rglob("*.py"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), ROOT / "data" / "README.md", *(ROOT / "docs").rglob("*.md")])
MAX_LINES = 300

# A path below a folder that belongs to one machine: it is true nowhere else.
MACHINE_PATH = re.compile(r"(?<![\w.~/<>-])/(?:home|root|tmp|work|Users)/[\w.-]")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def fenced(text: str, language: str) -> list[str]:
    """Return the code blocks of a Markdown text in one language, without the indentation of the list they stand in."""
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return ["".join(line.removeprefix(indent) for line in body.splitlines(keepends=True)) for indent, body in blocks]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))


def kept_files() -> Iterator[Path]:
    """Yield every text file that the repository keeps, or would keep if it were added now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: which files are kept is not known")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix != ".png":
            yield path


def run(*command: str, **variables: str) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run_itgraph(*words: str | Path) -> str:
    return run(sys.executable, "-m", "itgraph", *map(str, words))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the top package of every import of a module, at its line, late imports included."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], node.lineno


def test_one_version_everywhere() -> None:
    newest = re.search(r"^## \[(.+?)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    citation = yaml.safe_load(read("CITATION.cff"))
    assert newest[1] == itgraph.__version__ == str(citation["version"])


def test_the_citation_file_has_what_the_format_requires() -> None:
    # Citation File Format 1.2.0, "Required keys", and those of a reference and a person.
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"authors", "message", "title"} <= citation.keys()
    for work in (citation, *citation["references"]):
        assert {"authors", "title"} <= work.keys()
        assert all(author.keys() <= {"family-names", "given-names"} or "name" in author for author in work["authors"])
    assert citation["license"] == ["Apache-2.0", "CC-BY-4.0"]


def test_the_readme_opens_with_the_two_commands() -> None:
    text = read("README.md")
    first = fenced(text, "console")[0]
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["$ make serve", "$ make test"]
    assert text.index(first) < text.index("\n## ")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_make_targets_that_a_document_names_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = "\n".join([*fenced(text, "console"), *re.findall(r"`([^`\n]+)`", text)])
    named = {target for words in re.findall(r"\bmake((?: [a-z][a-z-]*)+)", code) for target in words.split()}
    assert named <= targets()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_files_that_a_document_links_to_exist(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readme_shows_what_the_command_prints_today(release: Path) -> None:
    """Every line of the README is a line of the answer, which may have grown."""
    printed = run_itgraph("lineage", "model/llama", "--down", "--release", release).splitlines()
    shown = [line for line in fenced(read("README.md"), "text")[0].splitlines() if "(model/" in line]
    assert len(shown) == 17
    assert [re.sub(r"^[│├└─ ]*", "", line) for line in shown] == [
        line for line in (re.sub(r"^[│├└─ ]*", "", line) for line in printed) if any(line in known for known in shown)
    ]


@pytest.mark.parametrize("line", re.findall(r"^\$ (itgraph .+)$", read("README.md"), re.MULTILINE))
def test_commands_of_the_readme_run(line: str, release: Path) -> None:
    _, *words = shlex.split(line, comments=True)
    assert run_itgraph(*words, "--release", release)


def test_the_python_of_the_readme_runs(release: Path) -> None:
    (code,) = fenced(read("README.md"), "python")
    run(sys.executable, "-W", "error", "-c", code, ITGRAPH_RELEASE=str(release))


def test_the_query_of_the_readme_finds_the_models_built_directly_on_llama(release: Path) -> None:
    (query,) = fenced(read("README.md"), "sparql")
    store = ox.Store()
    store.bulk_load(path=str(release / "itgraph.nq"), format=ox.RdfFormat.N_QUADS)
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    rows = [(row["name"].value, row["source"].value) for row in solutions]
    # Of the survey: whoever adds a model need not come here.
    assert len({name for name, source in rows if source.startswith("https://w3id.org/itgraph/survey/")}) == 14
    assert all(source.startswith("https://w3id.org/itgraph/") for _, source in rows)


def test_the_model_that_contributing_adds_passes_and_has_a_lineage(tmp_path: Path) -> None:
    entry = fenced(read("CONTRIBUTING.md"), "yaml")[0]
    (slug,) = set(re.findall(r"registry/model/([a-z-]+)", entry))
    data = tmp_path / "data"
    shutil.copytree(resources.data_dir(), data)
    (data / "models" / f"{slug}.yaml").write_text(entry, encoding="utf-8")
    built = tmp_path / "release"
    run_itgraph("validate", "--data", data)
    run_itgraph("build", "--no-shacl", "--data", data, "--out", built)
    lineage = json.loads(run_itgraph("lineage", f"model/{slug}", "--up", "--release", built, "--format", "json"))
    assert {"model/llama"} == {node["id"].removeprefix(namespaces.BASE) for node in lineage["nodes"]}


def test_the_command_reference_is_what_the_command_says_today() -> None:
    assert read("docs/cli.md") == reference(), "docs/cli.md is stale: make docs"


def test_every_third_party_import_is_a_declared_dependency() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name != "dev" for line in lines]
    declared = {canonicalize_name(Requirement(line).name) for line in [*project["dependencies"], *extras]}
    distributions = metadata.packages_distributions()
    undeclared = [
        f"{name_of(path)}:{line}: {package}"
        for path in SOURCES
        for package, line in imported(path)
        # _typeshed: what the standard library has for the type checker alone; compression: what it has from 3.14 on.
        if package not in {"itgraph", "_typeshed", "compression"} and package not in sys.stdlib_module_names
        if not declared & {canonicalize_name(name) for name in distributions.get(package, [])}
    ]
    assert undeclared == []


def test_every_declared_dependency_is_imported() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    distributions = metadata.packages_distributions()
    used = {
        canonicalize_name(name)
        for path in SOURCES
        for package, _ in imported(path)
        for name in distributions.get(package, [])
    }
    assert [line for line in project["dependencies"] if canonicalize_name(Requirement(line).name) not in used] == []


def opens_a_store(path: Path) -> bool:
    """Return whether a module calls pyoxigraph's Store, under whichever name it imported it."""
    tree = ast.parse(path.read_bytes())
    names = {"ox.Store", "pyoxigraph.Store"} | {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "pyoxigraph"
        for alias in node.names
        if alias.name == "Store"
    }
    return any(isinstance(node, ast.Call) and ast.unparse(node.func) in names for node in ast.walk(tree))


def test_the_serve_side_opens_a_store_in_one_module() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (sources,) = (contract["source_modules"] for contract in contracts if contract["id"] == "serve-side")
    parts = [*sources, "itgraph.cli"]
    modules = [
        path
        for path in SOURCES
        if ".".join(path.relative_to(ROOT / "src").with_suffix("").parts[:2]) in parts and opens_a_store(path)
    ]
    assert [name_of(path) for path in modules] == ["src/itgraph/store.py"]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in kept_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line) or str(ROOT) in line
    ]
    assert found == []
