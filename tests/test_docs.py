"""The pages below docs/: each command, each query and each line of Python in them runs, and prints what they say."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pyoxigraph as ox
import pytest
from nbclient import NotebookClient

from itgraph import resources
from itgraph.build import build
from itgraph.cli import questions

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = ["files.md", "links.md", "python.md", "site.md", "sparql.md"]
#: Where the pages say that an endpoint is; the tests have one elsewhere.
ENDPOINT = "http://127.0.0.1:8080"
#: A line of a page that stands for any number of lines.
ANY = "…"
#: Examples in the help and commands of the pages that are not run here, and why.
NOT_RUN = {
    "itgraph link wikidata": "asks Wikidata; its own tests run the examples against a stand-in",
    "itgraph link check": "asks Wikidata too",
    "itgraph serve": "does not end; its own tests run it",
    "itgraph import": "needs the survey's README, which is no part of the repository",
    "itgraph build": "writes into the checkout; every test uses what it writes",
    "itgraph validate": "is run by its own tests over the same entries",
}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start()) + 2)
        for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    ]


@dataclass(frozen=True)
class Command:
    """A command of a console block, with what the page says that it prints (nothing: not told)."""

    text: str
    printed: list[str]
    line: int


def commands(page: str) -> Iterator[Command]:
    for block in blocks(page):
        if block.language == "console":
            assert block.text.startswith("$ "), f"{page}:{block.line}"
            for found in re.finditer(r"^\$ (.+\n)((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE):
                yield Command(
                    found[1].strip(), found[2].splitlines(), block.line + block.text.count("\n", 0, found.start())
                )


def fits(printed: list[str], expected: list[str]) -> bool:
    """Tell whether the lines are those that are expected; a line that is ``…`` stands for any lines."""
    pattern = "".join(r"(?:.*\n)*" if line == ANY else re.escape(line.rstrip()) + r"[ ]*\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


@pytest.fixture(scope="module")
def endpoint(release: Path) -> Iterator[str]:
    """Return the address of a server over the release, without a path."""
    with subprocess.Popen(
        [sys.executable, "-m", "itgraph", "serve", "--port", "0", "--release", str(release)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            process.terminate()
            process.communicate()


@pytest.fixture(scope="module")
def folder(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two releases: of the entries, and of these with the model that CONTRIBUTING.md adds."""
    out = tmp_path_factory.mktemp("docs")
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    entry = next(re.finditer(r"^   ```yaml\n(.*?)^   ```$", contributing, re.MULTILINE | re.DOTALL))
    data = tmp_path_factory.mktemp("entries") / "data"
    shutil.copytree(resources.data_dir(), data)
    (data / "models" / "quokka-chat.yaml").write_text(
        re.sub("^   ", "", entry[1], flags=re.MULTILINE), encoding="utf-8"
    )
    build(data, out / "release-2", shacl=False)
    (out / "release-1").symlink_to(release)
    return out


def run(command: str, folder: Path, release: Path, endpoint: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{command.replace(ENDPOINT, endpoint)}"],
        cwd=folder,
        env=os.environ
        | {"ITGRAPH_RELEASE": str(release), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_python_of_a_page_print_what_it_says(
    page: str, folder: Path, release: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = []
    for command in commands(page):
        if command.text.startswith(tuple(NOT_RUN)):
            continue
        done = run(command.text, folder, release, endpoint)
        printed = done.stdout.replace(endpoint, ENDPOINT).splitlines()
        if done.returncode or (command.printed and not fits(printed, command.printed)):
            wrong.append(f"{page}:{command.line}: {command.text}\n{done.stdout}{done.stderr}[{done.returncode}]")
    assert not wrong, "\n".join(wrong)
    monkeypatch.setenv("ITGRAPH_RELEASE", str(release))
    monkeypatch.chdir(folder)
    session = ""
    for block in blocks(page):
        if block.language == "pycon":
            # In its place, so that an error names the line of the page.
            session += "\n" * (block.line - session.count("\n") - 1) + block.text
    test = doctest.DocTestParser().get_doctest(session.replace(ENDPOINT, endpoint), {}, page, str(DOCS / page), 0)
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=told.append)
    assert result.failed == 0, "".join(told)
    assert result.attempted == session.count(">>> ")


@pytest.mark.parametrize(
    ("page", "place"), [(p, n) for p in PAGES for n, b in enumerate(blocks(p)) if b.language == "sparql"]
)
def test_queries_of_a_page_run_on_any_engine_and_answer_what_it_says(
    page: str, place: int, folder: Path, release: Path, endpoint: str
) -> None:
    here = blocks(page)
    query = here[place]
    # No prefix and no base is declared for it: this fails where the query leans on the project's own.
    ox.Store().query(query.text)
    (folder / "query.rq").write_text(query.text, encoding="utf-8")
    done = run("itgraph query query.rq --iris", folder, release, endpoint)
    assert done.returncode == 0, done.stderr
    told = here[place + 1] if place + 1 < len(here) and here[place + 1].language == "text" else None
    if told is None:
        assert len(done.stdout.splitlines()) > 1, f"{page}:{query.line}: no rows"
    else:
        assert fits(done.stdout.splitlines(), told.text.splitlines()), f"{page}:{query.line}:\n{done.stdout}"


def test_the_table_of_saved_queries_is_that_of_today() -> None:
    text = (DOCS / "sparql.md").read_text(encoding="utf-8")
    assert text == questions.page(text), "docs/sparql.md is stale: make docs"


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the mark"):
        questions.page("# A page\n")


def examples() -> list[str]:
    """Return the examples that the help of the commands gives."""
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    found = re.findall(r"^ {4}((?:itgraph|echo) .+)$", page, re.MULTILINE)
    return sorted(set(found))


def test_examples_in_the_help_run(folder: Path, release: Path, endpoint: str) -> None:
    wrong, skipped = [], set()
    for command in examples():
        reason = next((start for start in NOT_RUN if command.startswith(start)), None)
        if reason is not None:
            skipped.add(reason)
            continue
        # What comes after is not ours: Graphviz, or a file that a shell reads when it starts.
        ours = re.split(r" \| dot\b| >", command)[0]
        done = run(ours, folder, release, endpoint)
        if done.returncode or not (done.stdout or "-o" in ours):
            wrong.append(f"{ours}\n{done.stderr}[{done.returncode}]")
    assert not wrong, "\n".join(wrong)
    assert skipped == NOT_RUN.keys()


# The notebook

NOTEBOOK = DOCS / "lineage.ipynb"


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert [(cell.outputs, cell.execution_count) for cell in cells] == [([], None)] * len(cells)


def test_the_notebook_runs(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITGRAPH_RELEASE", str(release))
    # The kernel of this environment, and nothing that the person has set up.
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    shown = {cell.id: cell.outputs[-1].data for cell in notebook.cells if cell.cell_type == "code"}
    assert all(
        out.output_type == "execute_result"
        for cell in notebook.cells
        if cell.cell_type == "code"
        for out in cell.outputs
    )
    assert "Radiology-GPT</a>" in shown["down"]["text/html"]
    assert "survey/domain-models/1" in shown["down"]["text/html"]
    assert "InstructGPT" in shown["up"]["text/html"]
    assert "itg:generatedWith" in shown["edges"]["text/html"]
    assert "Vicuna (model/vicuna)</a>" in shown["ask"]["text/html"]
    assert re.search(r"parameters\s+int64\nyear\s+int64", shown["query"]["text/plain"])
    assert "survey/models/4" in shown["show"]["text/html"]
