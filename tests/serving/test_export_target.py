"""Where exports go: whole files or none, links, devices, pipes; and every refusal in one line."""

from __future__ import annotations

import gzip
import os
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from itgraph.cli import export as command
from itgraph.export import FORMATS
from itgraph.export.target import target

Run = Callable[..., Result]
OLD = b"what stood there before"


def itgraph(*words: str | Path, release: Path, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    line = [sys.executable, "-m", "itgraph", *map(str, words)]
    environment = os.environ | {"ITGRAPH_RELEASE": str(release)}
    return subprocess.run(line, env=environment, capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A file that stands where an export will go."""
    path = tmp_path / "out.nq"
    path.write_bytes(OLD)
    return path


def test_the_choices_are_the_forms() -> None:
    (form,) = (option for option in command.export.params if option.name == "form")
    assert isinstance(form.type, click.Choice)
    assert list(form.type.choices) == list(FORMATS) == list(command.FORMATS)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("x.ttl", b"@base"),
        ("x.nt", b"<https://"),
        ("x.trig.gz", b"@base"),
        ("x.jsonld", b'{"@context"'),
        ("x.dot", b"digraph"),
        ("x.graphml.gz", b"<?xml"),
        ("x.bib", b"% itgraph"),
        ("x", b"@base"),
    ],
)
def test_the_name_of_the_file_tells_form_and_compression(run: Run, tmp_path: Path, name: str, begins: bytes) -> None:
    result = run("export", "-o", str(tmp_path / name))
    assert (result.exit_code, result.output) == (0, "")
    content = (tmp_path / name).read_bytes()
    assert (gzip.decompress(content) if name.endswith(".gz") else content).startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_compressed_file_has_no_name_and_no_time(run: Run, tmp_path: Path) -> None:
    run("export", "-o", str(tmp_path / "x.nt.gz"))
    header = (tmp_path / "x.nt.gz").read_bytes()[:10]
    assert header[3:8] == bytes(5)  # RFC 1952, section 2.3: no flags, no time


@pytest.mark.parametrize("words", [[], ["-o", "-"]])
def test_without_a_file_it_goes_to_stdout(run: Run, small_release: Path, words: list[str]) -> None:
    result = run("export", "--format", "nquads", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes == (small_release / "itgraph.nq").read_bytes()


def test_the_zip_of_the_tables_goes_to_stdout_only_when_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(run("export", "--format", "csv", "-o", "-").stdout_bytes)
    assert "model.csv" in zipfile.ZipFile(tmp_path / "x.zip").namelist()
    assert zipfile.ZipFile(tmp_path / "x.zip").testzip() is None


def test_a_link_stays_a_link_and_a_file_is_replaced(run: Run, old_file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.nq"
    link.symlink_to(old_file.name)
    assert run("export", "-o", str(link)).exit_code == 0
    assert link.is_symlink()
    assert old_file.read_bytes().startswith(b"<")
    assert old_file.stat().st_mode & 0o777 == 0o644


def test_a_device_is_written_and_not_replaced(run: Run) -> None:
    assert run("export", "-o", os.devnull).exit_code == 0
    assert Path(os.devnull).is_char_device()


def test_a_retired_id_is_exported_with_a_notice(run: Run) -> None:
    result = run("export", "--entity", "model/llama-1", "--format", "ntriples")
    assert result.stderr == "itgraph: model/llama-1 is now model/llama\n"
    assert "model/llama>" in result.stdout


# Refusals


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("--entity model/lama", 2, "did you mean model/llama"),
        ("--entity Alpaca", 2, "say which: dataset/alpaca, model/alpaca"),
        ("--lineage nothing", 2, "nothing is called 'nothing'"),
        ("--graph survey/models/44", 2, "no graph is called 'survey/models/44' — did you mean survey/models/4"),
        ("--graph model/llama", 2, "no graph is called 'model/llama'"),
        ("--entity model/llama --graph survey/models/4", 2, "a graph and an entity are two exports"),
        ("--entity model/llama --lineage model/llama", 2, "an entity and a lineage are two exports"),
        ("--all-graphs", 2, "turtle cannot hold several graphs — choose one of trig, nquads, jsonld"),
        ("--all-graphs --format rdfxml --entity model/llama", 2, "rdfxml cannot hold several graphs"),
        ("--all-graphs --graph survey/models/4 --format trig", 2, "one graph and all graphs are two exports"),
        ("--graph survey/models/4 --format bibtex", 2, "bibtex is not for one graph"),
        (
            "--graph survey/models/4 --format csv -o -",
            2,
            "csv is not for one graph — choose a syntax of RDF, such as trig\n",
        ),
        ("--entity model/llama --format dot", 2, "dot is for a lineage"),
        ("--entity model/llama --format linkset", 2, "linkset is for the whole release — choose a syntax of RDF"),
        ("--up", 2, "--up and --down are for a lineage"),
        ("--down --entity model/llama", 2, "--up and --down are for a lineage"),
        ("--depth 2", 2, "a depth are those of a lineage — name its start with --lineage"),
        ("--via data", 2, "relations to follow are those of a lineage"),
        ("--context url", 2, "turtle has no context — choose jsonld"),
        ("--safe", 2, "turtle has no formulas — choose csv"),
        ("--format csv", 2, "tables are several files — name a folder or a .zip with -o"),
        ("-o x.csv", 2, "x.csv: tables are several files — tables go into a folder or a .zip"),
        ("--format csv -o x.csv", 2, "x.csv: tables are several files — tables go into a folder or a .zip"),
        ("-o x.foo", 2, "x.foo: no format ends in .foo — choose one of .ttl, .trig, .nt, "),
        ("-o x.txt.gz", 2, "x.txt.gz: no format ends in .txt — choose one of .ttl"),
        ("--out=", 2, "the name of the file is empty"),
        ("--format csv --out=", 2, "the name of the file is empty"),
        ("--lineage model/llama --up --down", 2, "--up and --down: take one of them"),
        ("--format csv -o tables.gz", 2, "name a .zip instead of a .gz"),
        ("--format yaml", 2, "see 'itgraph export --help'"),
        ("--format rdfxml", 2, "XML does not have the character U+001B"),
        ("-o no-such-folder/x.ttl", 3, "no-such-folder/x.ttl: cannot be written: No such file or directory"),
        ("-o file/x.ttl", 3, "file/x.ttl: cannot be written: Not a directory"),
        ("-o folder", 3, "folder: cannot be written: Is a directory"),
        ("--format csv -o file", 3, "file: cannot be written: Not a directory"),
        ("--format csv -o no-such-folder/tables", 3, "no-such-folder/tables: cannot be written: No such file"),
        ("--release no-such-folder", 4, "itgraph: no-such-folder: "),
    ],
)
def test_a_refusal_is_one_line_and_its_exit_code(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "folder").mkdir()
    result = run("export", *words.split())
    assert result.exit_code == code
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("itgraph: ")
    assert message in result.stderr
    # Only RDF/XML is refused while it is written, and a file would not be there then.
    assert result.stdout == "" or "rdfxml" in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_bytes() == OLD


@pytest.mark.parametrize("form", ["nquads", "turtle", "trig", "jsonld", "csv"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(release: Path, old_file: Path, form: str) -> None:
    place = old_file.parent / "tables.zip" if form == "csv" else old_file
    place.write_bytes(OLD)
    before = sorted(old_file.parent.iterdir())

    def small_disk() -> None:
        # A write beyond the limit fails as on a full disk: Python ignores SIGXFSZ.
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = itgraph("export", "--format", form, "-o", place, release=release, preexec_fn=small_disk)
    assert done.returncode == 3
    assert done.stderr.decode() == f"itgraph: {place}: cannot be written: File too large — name another place with -o\n"
    assert place.read_bytes() == OLD
    assert sorted(old_file.parent.iterdir()) == before


def test_a_full_disk_leaves_the_old_tables(release: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "model.csv").write_bytes(OLD)

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = itgraph("export", "--format", "csv", "-o", folder, release=release, preexec_fn=small_disk)
    assert (done.returncode, done.stderr.count(b"\n")) == (3, 1)
    assert [path.name for path in folder.iterdir()] == ["model.csv"]
    assert (folder / "model.csv").read_bytes() == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_a_full_stdout_is_one_line(small_release: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        line = [sys.executable, "-m", "itgraph", "export", "--release", str(small_release)]
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert (
        done.stderr
        == b"itgraph: <stdout>: cannot be written: No space left on device \xe2\x80\x94 name another place with -o\n"
    )


def test_a_reader_that_goes_away_is_no_error(release: Path) -> None:
    line = [sys.executable, "-m", "itgraph", "export", "--format", "nquads", "--release", str(release)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 141


def test_an_interrupt_leaves_the_old_file_and_nothing_else(old_file: Path) -> None:
    code = (
        "import os, signal\n"
        "from itgraph.export.target import target\n"
        f"with target({str(old_file)!r}) as out:\n"
        "    out.write(b'x' * 1_000_000)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    out.write(b'y')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == -signal.SIGINT
    assert old_file.read_bytes() == OLD
    assert list(old_file.parent.iterdir()) == [old_file]


def test_an_interrupt_ends_the_command_while_it_writes(release: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    os.mkfifo(slow)
    line = [sys.executable, "-m", "itgraph", "export", "--format", "trig", "-o", str(slow), "--release", str(release)]
    with subprocess.Popen(line, stderr=subprocess.PIPE) as process, slow.open("rb") as reader:
        assert process.stderr is not None
        # The file is larger than a pipe: it is being written until somebody reads more of it.
        assert reader.read(10) == b"@base <htt"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert b"Traceback" not in process.stderr.read()
    assert slow.is_fifo()


def test_an_error_while_writing_leaves_the_old_file(old_file: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x" * 1_000_000
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), target(str(old_file)) as out:
        out.writelines(pieces())
    assert old_file.read_bytes() == OLD
    assert list(old_file.parent.iterdir()) == [old_file]
