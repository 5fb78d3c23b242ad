"""The Makefile sets up a machine that has nothing: which Python it takes, and what it says where none will do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = ROOT / "Makefile"

# Stand-ins for programs of a machine: what each answers when make asks.
NO_VENV = 'case "$*" in *ensurepip*) exit 1;; *"-m venv"*) exit 1;; esac'
TOO_OLD = 'case "$*" in *version_info*) exit 1;; *--version*) echo "Python 3.9.2";; esac'
APT_GET = 'echo "apt-get $*"'


def program(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def make(clone: Path, *words: str, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
    """Run make in a clone with an empty home and nothing of the caller's environment."""
    return subprocess.run(
        ["make", *words], cwd=clone, env={"HOME": str(clone), "PATH": path}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def fresh_clone(tmp_path: Path) -> Path:
    """Return a folder with what the set-up looks at, and no environment."""
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in ("Makefile", "pyproject.toml", "hatch_build.py", "hatch_widgets.py"):
        shutil.copy(ROOT / name, clone)
    shutil.copytree(ROOT / "widgets", clone / "widgets")
    return clone


def set_up(clone: Path) -> Path:
    """Put the stamps of the environment into a clone, new, so that nothing is installed; return its bin folder."""
    stamp = re.search(r"\.venv/\.installed-\d+", make(clone, "--dry-run", "setup").stdout)
    assert stamp is not None
    for name in (stamp[0], ".venv/comunica/.installed", ".venv/sssom-py/.installed"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).touch()
    (clone / ".venv" / "bin").mkdir()
    return clone / ".venv" / "bin"


def test_every_make_target_is_phony_or_a_file_and_says_what_it_does() -> None:
    makefile = MAKEFILE.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets
    assert set(re.findall(r"^([a-z][a-z-]*):.* ## \S", makefile, re.MULTILINE)) == targets


def test_help_lists_every_target(fresh_clone: Path) -> None:
    listed = re.findall(r"^  make ([a-z-]+) ", make(fresh_clone).stdout, re.MULTILINE)
    assert {"serve", "test", "setup", "build", "lint", "docs", "bench", "verify-survey", "clean"} <= set(listed)


def test_an_old_python_is_refused_with_the_remedy(fresh_clone: Path) -> None:
    old = program(fresh_clone, "python-old", TOO_OLD)
    done = make(fresh_clone, "setup", f"PYTHON={old}")
    assert "Python 3.9.2 is too old, 3.11 is needed — name a newer one: make PYTHON=" in done.stderr
    assert done.returncode == 2
    assert not (fresh_clone / ".venv").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="what root gets")
def test_root_gets_the_missing_venv_package_by_apt(fresh_clone: Path) -> None:
    bare = program(fresh_clone, "python3", NO_VENV)
    program(fresh_clone, "apt-get", f"{APT_GET} >> apt.log")
    make(fresh_clone, "setup", f"PYTHON={bare}", path=f"{fresh_clone}:/usr/bin:/bin")
    calls = (fresh_clone / "apt.log").read_text(encoding="utf-8").splitlines()
    assert calls == ["apt-get update -qq", "apt-get install -y -qq python3-venv"]


def test_others_are_told_the_line_to_type(fresh_clone: Path) -> None:
    bare = program(fresh_clone, "python3", NO_VENV)
    program(fresh_clone, "id", "echo 1000")
    program(fresh_clone, "apt-get", f"{APT_GET} >> apt.log")
    done = make(fresh_clone, "setup", f"PYTHON={bare}", path=f"{fresh_clone}:/usr/bin:/bin")
    assert "type: sudo apt-get update && sudo apt-get install -y python3-venv\n" in done.stderr
    assert not (fresh_clone / "apt.log").exists()
    assert not (fresh_clone / ".venv").exists()


@pytest.fixture
def bare_machine(fresh_clone: Path) -> Path:
    """Return a clone with the only programs of a machine that has little more than make."""
    for name in ("make", "cksum", "cut"):
        (fresh_clone / name).symlink_to(str(shutil.which(name)))
    program(fresh_clone, "apt-get", f"{APT_GET} >> apt.log")
    return fresh_clone


@pytest.mark.parametrize(
    ("name", "package"), [("chromium", "chromium"), ("curl", "curl"), ("rapper", "raptor2-utils"), ("wrk", "wrk")]
)
@pytest.mark.parametrize(
    ("user", "code", "calls", "said"),
    [
        (0, 0, ["apt-get update -qq", "apt-get install -y -qq {package}"], "installing {package}\n"),
        (1000, 2, [], "{name} is missing — type: sudo apt-get update && sudo apt-get install -y {package}\n"),
    ],
    ids=["root", "others"],
)
def test_a_program_of_the_tests_or_benchmarks_is_installed_or_asked_for(
    bare_machine: Path, name: str, package: str, user: int, code: int, calls: list[str], said: str
) -> None:
    program(bare_machine, "id", f"echo {user}")
    done = make(bare_machine, name, path=str(bare_machine))
    log = bare_machine / "apt.log"
    expected = [call.format(package=package) for call in calls]
    assert (log.read_text(encoding="utf-8").splitlines() if log.exists() else []) == expected
    assert (done.returncode, said.format(name=name, package=package) in done.stderr) == (code, True)


def test_verify_survey_asks_which_readme(fresh_clone: Path) -> None:
    set_up(fresh_clone)
    done = make(fresh_clone, "verify-survey")
    assert done.stderr.startswith("which README? — make verify-survey README=")
    assert done.returncode == 2


def test_the_build_goes_on_without_widgets_and_the_tests_do_not(bare_machine: Path) -> None:
    comunica = "tests/serving/endpoint/comunica"
    shutil.copytree(ROOT / comunica, bare_machine / comunica)
    bin_folder = set_up(bare_machine)
    program(bin_folder, "python", 'echo "no widgets: $*" >&2; exit 1')
    program(bin_folder, "itgraph", 'echo "itgraph $*"')
    for name in ("chromium", "curl", "rapper"):
        program(bare_machine, name, "exit 0")
    path = f"{bare_machine}:/usr/bin:/bin"
    done = make(bare_machine, "build", path=path)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "itgraph build\n",
        "no widgets: hatch_widgets.py build/widgets\n",
    )
    done = make(bare_machine, "test", path=path)
    assert done.returncode == 2
    assert "the tests need the widgets of the web pages\n" in done.stderr
    assert "pytest" not in done.stderr


@pytest.mark.parametrize(
    "changed", ["hatch_widgets.py", *sorted(f"widgets/{path.name}" for path in (ROOT / "widgets").iterdir())]
)
def test_the_widgets_are_built_once_and_again_when_something_changed(fresh_clone: Path, changed: str) -> None:
    bin_folder = set_up(fresh_clone)
    program(bin_folder, "python", "mkdir -p $2 && touch $2/THIRD-PARTY-LICENSES.txt && echo widgets")
    program(bin_folder, "itgraph", 'echo "itgraph $*"')
    assert make(fresh_clone, "build").stdout == "widgets\nitgraph build\n"
    assert make(fresh_clone, "build").stdout == "itgraph build\n"
    later = (fresh_clone / "build" / "widgets" / "THIRD-PARTY-LICENSES.txt").stat().st_mtime + 1
    os.utime(fresh_clone / changed, (later, later))
    assert make(fresh_clone, "build").stdout == "widgets\nitgraph build\n"


def test_clean_leaves_a_fresh_clone(fresh_clone: Path) -> None:
    before = sorted(fresh_clone.iterdir())
    for name in (".venv", "build", ".mypy_cache", "__pycache__"):
        (fresh_clone / name).mkdir()
    assert make(fresh_clone, "clean").returncode == 0
    assert sorted(fresh_clone.iterdir()) == before
