"""The reconciler over the real release, against the stand-in for Wikidata: what it takes, leaves, and writes."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.serving.links.service import API, MAIN, SCHOLARLY, StandIn

from itgraph.cli import cli
from itgraph.errors import InputError
from itgraph.links.reconciler.table import LinkTable
from itgraph.namespaces import BASE, RDFS, SCHEMA, SKOS, WIKIDATA
from itgraph.resources import data_dir
from itgraph.sssom import ABSENT, NOT, PRESENT, UNCHECKED, Mapping, read_set, written

Link = Callable[..., Result]
TABLE = "wikidata.sssom.tsv"
DOCS = Path(__file__).resolve().parents[3] / "docs"
#: What is certain: our entity → the item, and what leads to it.
CERTAIN = {
    "paper/arxiv-2302.13971": ("Q9000000201", "wdt:P818"),
    "paper/arxiv-2212.10560": ("Q9000000205", "wdt:P356"),
    "paper/arxiv-2106.09685": ("Q9000000207", "wdt:P356"),
    "model/alpaca": ("Q9000000001", "wdt:P1324"),
    "model/dolly-2-0": ("Q9000000006", "wdt:P1324"),
    "model/bloomz": ("Q9000000002", "wdt:P973"),
    "model/vicuna": ("Q9000000004", "wdt:P856"),
    "model/wizardlm": ("Q9000000007", "wdt:P1324"),
    "person/hugo-touvron": ("Q9000000052", "p:P50"),
    "person/jeffrey-wu": ("Q9000000050", "p:P50"),
    "person/timothee-lacroix": ("Q9000000054", "p:P50"),
    "person/luke-zettlemoyer": ("Q9000000053", "p:P50"),
}
#: What only a person may take: our entity → a candidate, and why it is none for a machine.
PROPOSED = {
    "paper/arxiv-1910.10683": ("Q9000000214", "the item is of a strange kind"),
    "paper/arxiv-2110.08207": ("Q9000000211", "several items have its identifier"),
    "model/falcon": ("Q9000000005", "only the name agrees"),
    "model/bloom": ("Q9000000003", "only the name agrees"),
    "model/opt-iml": ("Q9000000009", "the kind of the item is not known"),
    "dataset/dolly": ("Q9000000013", "the names differ"),
    "organization/laion": ("Q9000000061", "only the name agrees"),
}
#: Animals, films and given names, the other Jeffrey Wu, the twin of OpenAI: none of them is one of ours.
NAMESAKES = {f"Q{number}" for number in range(9000000040, 9000000048)} | {"Q9000000051", "Q9000000059", "Q124605186"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with the real link tables."""
    shutil.copytree(data_dir() / "links", tmp_path / "data" / "links")
    return tmp_path / "data"


def options(stand_in: StandIn, release: Path, data: Path) -> list[str]:
    services = stand_in.services
    where = ["--main", services.main, "--scholarly", services.scholarly, "--api", services.api]
    return [*where, "--pause", "0", "--cache", str(data / "cache"), "--data", str(data), "--release", str(release)]


@pytest.fixture
def link(wikidata_stand_in: StandIn, release: Path, data: Path) -> Link:
    """Return the command line of ``itgraph link``, which asks the stand-in."""

    def run(command: str, *arguments: str) -> Result:
        result = CliRunner().invoke(cli, ["link", command, *options(wikidata_stand_in, release, data), *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def found(result: Result) -> dict[str, dict[str, Any]]:
    """Return what was found, by entity."""
    return {(line := json.loads(text))["entity"]: line for text in result.stdout.splitlines()}


def rows(data: Path) -> dict[str, list[Mapping]]:
    """Return the rows of the table, by entity."""
    by_entity: dict[str, list[Mapping]] = {}
    for row in read_set(data / "links" / TABLE).mappings:
        by_entity.setdefault(row.subject_id.partition(":")[2], []).append(row)
    return by_entity


def items(rows: list[Mapping], state: str) -> list[str]:
    return [row.object_id.partition(":")[2] for row in rows if row.state == state]


def test_a_whole_run_takes_what_is_certain_and_proposes_the_rest(
    link: Link, data: Path, wikidata_stand_in: StandIn, tmp_path: Path
) -> None:
    before = rows(data)
    result = link("wikidata", "--write", "--format", "jsonl")
    assert result.exit_code == 0, result.stderr
    outcomes, table = found(result), rows(data)
    for entity, (item, field) in CERTAIN.items():
        assert (outcomes[entity]["state"], outcomes[entity]["candidates"][0]["item"]) == (PRESENT, item), entity
        (row,) = table[entity]
        assert (row.state, row.object_match_field, row.predicate_id) == (PRESENT, (field,), "skos:exactMatch")
        assert row.mapping_provider == f"https://www.wikidata.org/wiki/{item}"
    for entity, (item, reason) in PROPOSED.items():
        assert (outcomes[entity]["state"], outcomes[entity]["reason"]) == (UNCHECKED, reason), entity
        assert item in items(table[entity], UNCHECKED)
        assert not items(table[entity], PRESENT)
    # A namesake is neither taken nor proposed, and what was settled before is as it was.
    named = {item for some in table.values() for state in (PRESENT, UNCHECKED) for item in items(some, state)}
    assert not named & NAMESAKES
    assert {entity: table[entity] for entity in before} == before
    assert (outcomes["dataset/alpaca"]["state"], outcomes["dataset/alpaca"]["candidates"]) == (ABSENT, [])
    assert {row.state for entity, some in table.items() if entity.startswith("person/") for row in some} == {
        PRESENT,
        UNCHECKED,
    }
    assert (row := table["person/luke-zettlemoyer"][0]).see_also == ("https://orcid.org/0000-0000-0000-0028",), row
    # One request at a time, with who asks.
    assert wikidata_stand_in.most() == 1
    assert all(request["agent"].startswith("itgraph/") for request in wikidata_stand_in.log())
    # Of what nobody identified, nothing is asked.
    assert "model/gpt-version-not-stated" not in outcomes
    # The table stands: the build takes it, and its shapes find nothing.
    shutil.copytree(data_dir(), tmp_path / "all", ignore=shutil.ignore_patterns("links"))
    shutil.copytree(data / "links", tmp_path / "all" / "links")
    checked = CliRunner().invoke(cli, ["validate", "--data", str(tmp_path / "all")])
    assert checked.exit_code == 0, checked.output


def test_a_person_with_an_orcid_is_found_by_it(
    wikidata_stand_in: StandIn, data: Path, release_of: Callable[[str], Path]
) -> None:
    people = {"x": ("L. Zettlemoyer", "0028"), "y": ("Hugo Boss", "001X")}
    statements = "".join(
        f'<person/{slug}> a schema:Person ; rdfs:label "{name}" ; skos:exactMatch orcid:0000-0000-0000-{end} . '
        for slug, (name, end) in people.items()
    )
    folder = release_of(
        f"""
        @base <{BASE}> .
        @prefix orcid: <https://orcid.org/> . @prefix rdfs: <{RDFS}> . @prefix schema: <{SCHEMA}> .
        @prefix skos: <{SKOS}> . @prefix wd: <{WIKIDATA}> .
        <registry/person/x> {{ {statements} }}
        <ontology> {{ schema:Person skos:closeMatch wd:Q5 . }}
        """
    )
    arguments = ["link", "wikidata", *options(wikidata_stand_in, folder, data), "--kind", "person", "--format", "jsonl"]
    outcomes = found(CliRunner().invoke(cli, arguments))
    assert (outcomes["person/x"]["state"], outcomes["person/x"]["candidates"][0]["item"]) == (PRESENT, "Q9000000053")
    assert (outcomes["person/y"]["state"], outcomes["person/y"]["reason"]) == (UNCHECKED, "the names differ")


#: What of the body of an answer anybody could have written otherwise, as JSON has it, and what is then in the table.
WRITTEN_BY_ANYBODY = {
    "a label": ('"value": "Alpaca"', r'"value": " Al\u0000pa\u202e\u001b[31mca\n\ud800"', "Alpa[31mca"),
    "a label without end": ('"value": "Alpaca"', f'"value": "{"x" * 200_000}"', "x" * 1000),
    "a label for a spreadsheet": ('"value": "Alpaca"', '"value": "=1+1\\t\\"|"', '=1+1 "|'),
    "a class": ('"id": "Q115305900"', '"id": "Q1 } #"', "Alpaca"),
    "a property, not an item": ("entity/Q9000000005", "entity/P31", "Alpaca"),
}


@pytest.mark.parametrize("case", WRITTEN_BY_ANYBODY)
def test_whatever_wikidata_says_the_table_can_be_read(
    case: str, link: Link, data: Path, wikidata_stand_in: StandIn
) -> None:
    old, new, label = WRITTEN_BY_ANYBODY[case]
    wikidata_stand_in.fault("replace", times=1000, old=old, new=new)
    result = link("wikidata", "--write", "--kind", "model")
    assert result.exit_code == 0, result.stderr
    assert "not answered" not in result.stderr
    assert "\x1b" not in result.output
    assert [row.object_label for row in rows(data)["model/alpaca"]] == [label]


def test_an_item_is_not_taken_for_two_entities(link: Link, data: Path, wikidata_stand_in: StandIn) -> None:
    # WizardLM and WizardCoder have one repository, and an item may have the names of both: its label decides.
    alias = '"aliases": {"en": [{"language": "en", "value": "WizardCoder"}]}'
    wikidata_stand_in.fault("replace", times=1000, old='"aliases": []', new=alias)
    link("wikidata", "--write", "--kind", "model")
    table = rows(data)
    assert items(table["model/wizardlm"], PRESENT) == ["Q9000000007"]
    assert items(table["model/wizardcoder"], PRESENT) == []


def test_what_somebody_else_has_written_meanwhile_is_not_lost(link: Link, data: Path) -> None:
    table = LinkTable.read(data / "links")
    assert link("wikidata", "--write", "--kind", "organization").exit_code == 0
    changed = (data / "links" / TABLE).read_bytes()
    table.put("model/x", [])
    table.changed = True
    with pytest.raises(InputError, match="changed by somebody else meanwhile"):
        table.save()
    assert (data / "links" / TABLE).read_bytes() == changed


def test_an_orcid_id_that_is_none_is_left_out(link: Link, data: Path, wikidata_stand_in: StandIn) -> None:
    wikidata_stand_in.fault("replace", times=1000, old='"value": "0000-', new='"value": "0 \\">')
    link("wikidata", "--write", "--kind", "paper", "--kind", "person")
    assert all(not row.see_also for row in rows(data)["person/hugo-touvron"])


def test_without_write_nothing_is_changed_and_a_second_run_asks_nothing(
    link: Link, data: Path, wikidata_stand_in: StandIn
) -> None:
    before = (data / "links" / TABLE).read_bytes()
    first = link("wikidata", "--kind", "paper", "--format", "jsonl")
    asked = len(wikidata_stand_in.log())
    second = link("wikidata", "--kind", "paper", "--format", "jsonl")
    assert (data / "links" / TABLE).read_bytes() == before
    assert found(first) == found(second)
    assert len(wikidata_stand_in.log()) == asked
    assert "nothing is written without --write" in second.stderr
    offline = link("wikidata", "--kind", "paper", "--format", "jsonl", "--offline")
    assert found(offline) == found(first)


def test_what_is_settled_is_not_asked_for_and_what_is_absent_only_again(link: Link) -> None:
    assert found(link("wikidata", "--kind", "model", "--write", "--format", "jsonl"))["model/goat"]["state"] == ABSENT
    later = found(link("wikidata", "--kind", "model", "--format", "jsonl"))
    assert not {"model/goat", "model/alpaca", "model/gpt-4"} & later.keys()
    again = found(link("wikidata", "--kind", "model", "--again", "--format", "jsonl"))
    assert again["model/goat"]["state"] == ABSENT
    assert "model/gpt-4" not in again


#: A fault that passes → where.
PASSING = {
    "429": MAIN,
    "503": SCHOLARLY,
    "maxlag": API,
    "truncated": SCHOLARLY,
    "html": API,
    "hang-up": MAIN,
    "redirect": SCHOLARLY,
    "no-rows": SCHOLARLY,
}


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_changes_nothing(fault: str, link: Link, wikidata_stand_in: StandIn) -> None:
    kinds = ("--kind", "paper", "--kind", "organization", "--format", "jsonl")
    wikidata_stand_in.fault(fault, PASSING[fault], retry_after="0")
    result = link("wikidata", *kinds)
    assert result.exit_code == 0, result.stderr
    with_fault = found(result)
    assert with_fault["paper/arxiv-2302.13971"]["state"] == PRESENT
    wikidata_stand_in.reset()
    assert found(link("wikidata", "--refresh", *kinds)) == with_fault


#: An outage → where, and what may be said of whom all the same.
OUTAGES = {
    "503": (SCHOLARLY, {"paper/arxiv-1910.10683"}),
    "429": (MAIN, {"paper/arxiv-2302.13971"}),
    "no-rows": (SCHOLARLY, {"paper/arxiv-1910.10683"}),
    "truncated": (API, set()),
    "html": (SCHOLARLY, {"paper/arxiv-1910.10683"}),
}


@pytest.mark.parametrize("fault", OUTAGES)
def test_an_outage_is_unchecked_and_never_absent(
    fault: str, link: Link, data: Path, wikidata_stand_in: StandIn
) -> None:
    path, known = OUTAGES[fault]
    wikidata_stand_in.fault(fault, path, times=10_000, retry_after="0")
    result = link("wikidata", "--kind", "paper", "--kind", "organization", "--write", "--format", "jsonl")
    assert result.exit_code == 6, result.stderr
    assert "which stay unchecked" in result.stderr
    outcomes = found(result)
    papers = {entity for entity, line in outcomes.items() if entity.startswith("paper/arxiv") and line["lookedFor"]}
    absent = {entity for entity in papers if outcomes[entity]["state"] == ABSENT}
    assert {entity for entity in papers if outcomes[entity]["candidates"]} >= known
    # Once all is well, the rest is asked for. What one endpoint has not, while the other is out, was not called absent.
    wikidata_stand_in.reset()
    healed = found(link("wikidata", "--kind", "paper", "--again", "--refresh", "--format", "jsonl"))
    assert absent == (
        {one for one in papers if one in healed and healed[one]["state"] == ABSENT} if path == API else set()
    )
    assert {entity for entity, some in rows(data).items() for row in some if row.state == ABSENT} & papers == absent


def test_an_item_that_only_the_endpoint_still_has_is_no_absence(link: Link, wikidata_stand_in: StandIn) -> None:
    wikidata_stand_in.fault("all-missing", API, times=10_000)
    outcomes = found(link("wikidata", "--kind", "paper", "--kind", "model", "--format", "jsonl"))
    for entity in ("paper/arxiv-2302.13971", "model/alpaca"):
        assert (outcomes[entity]["state"], outcomes[entity]["candidates"]) == (UNCHECKED, []), entity
        assert outcomes[entity]["reason"] == "the item that was found is not there any more"


def test_a_search_that_is_out_leaves_names_unchecked(link: Link, wikidata_stand_in: StandIn) -> None:
    wikidata_stand_in.fault("hang-up", API, times=10_000)
    outcomes = found(link("wikidata", "--kind", "organization", "--format", "jsonl"))
    assert {line["state"] for line in outcomes.values()} == {UNCHECKED}
    assert all(line["reason"].startswith("not answered: ") for line in outcomes.values())


def test_a_long_rest_is_not_slept_through(link: Link, wikidata_stand_in: StandIn) -> None:
    for path in (MAIN, SCHOLARLY, API):
        wikidata_stand_in.fault("429", path, times=10_000, retry_after="86400")
    started = time.monotonic()
    result = link("wikidata", "--kind", "paper", "--format", "jsonl")
    assert result.exit_code == 6
    assert time.monotonic() - started < 20
    assert {line["state"] for line in found(result).values()} == {UNCHECKED}


def test_a_run_that_was_killed_goes_on_and_asks_nothing_twice(
    wikidata_stand_in: StandIn, release: Path, data: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "itgraph", "link", "wikidata", *options(wikidata_stand_in, release, data)]
    command += ["--kind", "paper", "--kind", "model", "--write", "--no-input"]
    wikidata_stand_in.fault("hold", MAIN, skip=4)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        held = wait_for_a_held_one(wikidata_stand_in, MAIN, 4)
        process.kill()
    before = [asked(request) for request in wikidata_stand_in.log()]
    assert 4 < len(before) == held
    wikidata_stand_in.reset()
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    after = [asked(request) for request in wikidata_stand_in.log()]
    # The request under way when it was killed is the only one that is sent again.
    assert set(before) & set(after) <= {before[-1]}
    shutil.copytree(data_dir() / "links", tmp_path / "straight" / "links")
    straight = [sys.executable, "-m", "itgraph", "link", "wikidata"]
    straight += options(wikidata_stand_in, release, tmp_path / "straight")
    straight += ["--kind", "paper", "--kind", "model", "--write", "--no-input"]
    subprocess.run(straight, check=True, capture_output=True, timeout=60)
    assert rows(tmp_path / "straight") == rows(data)


def wait_for_a_held_one(stand_in: StandIn, path: str, after: int) -> int:
    """Wait until the request at this path after so many others has come, which is held; return how many came in all."""
    for number in range(1, 200):
        stand_in.wait(number)
        if sum(request["path"] == path for request in stand_in.log()) > after:
            return len(stand_in.log())
    raise AssertionError("no request is held")


def asked(request: dict[str, Any]) -> str:
    return json.dumps([request["path"], request["params"]], sort_keys=True)


def test_a_person_decides_at_the_keyboard(wikidata_stand_in: StandIn, release: Path, data: Path) -> None:
    command = [sys.executable, "-m", "itgraph", "link", "wikidata", *options(wikidata_stand_in, release, data)]
    answers = {
        "BLOOM (model/bloom)": "y",
        "Falcon (model/falcon)": "c",
        "OPT-IML (model/opt-iml)": "n",
        "WizardCoder": "s",
    }
    said = at_a_terminal([*command, "--kind", "model", "--write"], answers, reasons=[" ", "another thing"])
    assert re.search(r"looked for .*\d+/60", said), "no bar"
    assert "only the name agrees" in said
    assert "https://www.wikidata.org/wiki/Q9000000003" in said
    table = rows(data)
    (bloom,), (falcon,) = table["model/bloom"], table["model/falcon"]
    assert (bloom.state, bloom.predicate_id, bloom.mapping_justification) == (
        PRESENT,
        "skos:exactMatch",
        "semapv:ManualMappingCuration",
    )
    assert (falcon.state, falcon.predicate_id) == (PRESENT, "skos:closeMatch")
    denied = [
        row for row in read_set(data / "links" / "wikidata-denied.sssom.tsv").mappings if "opt-iml" in row.subject_id
    ]
    assert [(row.object_id, row.predicate_modifier, row.comment) for row in denied] == [
        ("wd:Q9000000009", NOT, "another thing")
    ]
    # What was skipped waits in the table; what was denied is not proposed again, nor what is another model's by now.
    assert items(table["model/wizardcoder"], UNCHECKED) == ["Q9000000007"]
    arguments = ["link", "wikidata", *options(wikidata_stand_in, release, data), "--kind", "model", "--format", "jsonl"]
    later = found(CliRunner().invoke(cli, arguments))
    assert later["model/opt-iml"]["candidates"] == []
    assert later["model/wizardcoder"]["candidates"] == []
    assert not {"model/bloom", "model/falcon"} & later.keys()


def at_a_terminal(command: list[str], answers: dict[str, str], reasons: list[str]) -> str:
    """Run a command with a terminal of its own, and answer what it asks; return what it said."""
    environment = {**os.environ, "TERM": "xterm", "PYTHONUNBUFFERED": "1"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], command, environment)  # noqa: S606 - a terminal needs a process group of its own
    said, seen = "", 0
    deadline = time.monotonic() + 60
    try:
        while time.monotonic() < deadline:
            if not select.select([terminal], [], [], 1.0)[0]:
                continue
            try:
                said += os.read(terminal, 65536).decode()
            except OSError:
                break
            if said[seen:].rstrip().endswith("[s]:"):
                asked_about = re.findall(r"\d+/\d+ (.*)\r\n", said)[-1]
                answer = next((answer for name, answer in answers.items() if name in asked_about), "s")
                os.write(terminal, f"{answer}\n".encode())
                seen = len(said)
            elif said[seen:].rstrip().endswith("really?:"):
                os.write(terminal, f"{reasons.pop(0)}\n".encode())
                seen = len(said)
    finally:
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, said
    return said


def test_ctrl_c_keeps_what_was_done(wikidata_stand_in: StandIn, release: Path, data: Path) -> None:
    command = [sys.executable, "-m", "itgraph", "link", "wikidata", *options(wikidata_stand_in, release, data)]
    wikidata_stand_in.fault("hold", API, skip=4)
    with subprocess.Popen(
        [*command, "--write"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_for_a_held_one(wikidata_stand_in, API, 4)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert "broken off; run it again to go on" in said
    assert "Traceback" not in said
    assert items(rows(data)["paper/arxiv-2302.13971"], PRESENT) == ["Q9000000201"]


def test_check_finds_what_has_changed(link: Link, data: Path) -> None:
    path = data / "links" / TABLE
    table = read_set(path)
    # Alpaca's item was merged, BLOOMZ's deleted, and Vicuna's is an animal; of two, the labels are as they were.
    changed = [
        Mapping(
            f"itgraph:{entity}",
            "skos:exactMatch",
            f"wd:{item}",
            "semapv:ManualMappingCuration",
            object_label=label,
            state=PRESENT,
        )
        for entity, item, label in (
            ("model/alpaca", "Q9000000090", "Alpaca"),
            ("model/bloomz", "Q9000000099", "BLOOMZ"),
            ("model/vicuna", "Q9000000046", "vicuña"),
            ("dataset/vicuna", "Q9000000004", "Vicuna"),
            ("model/wizardlm", "q9000000007", "WizardLM"),
        )
    ]
    path.write_text(written(replace(table, mappings=(*table.mappings, *changed))), encoding="utf-8")
    lines = {row.subject_id: row.line for row in read_set(path).mappings}
    result = link("check", "--format", "json")
    assert result.exit_code == 1
    said = {(finding["line"], finding["severity"]): finding["message"] for finding in json.loads(result.stdout)}
    expected = {
        (lines["itgraph:model/alpaca"], "violation"): "wd:Q9000000090 was merged into wd:Q9000000001",
        (lines["itgraph:model/bloomz"], "violation"): "wd:Q9000000099 is not there: deleted, or never made",
        (lines["itgraph:model/vicuna"], "warning"): "wd:Q9000000046 is no model",
        (lines["itgraph:dataset/vicuna"], "violation"): "wd:Q9000000004 is no dataset",
        (lines["itgraph:model/wizardlm"], "violation"): "wd:q9000000007 is no item",
        (lines["itgraph:model/llama"], "warning"): "wd:Q116894231 is called 'Llama', not 'LLaMA'",
    }
    for place, message in expected.items():
        assert said[place].endswith(message), place
    assert lines["itgraph:model/gpt-4"] not in {line for line, _ in said}


def test_check_says_whom_nobody_answered_for(link: Link, wikidata_stand_in: StandIn) -> None:
    wikidata_stand_in.fault("503", API, times=10_000, retry_after="0")
    result = link("check")
    assert result.exit_code == 6
    assert re.search(r"Wikidata did not answer for \d+ items", result.stderr)


def test_the_examples_of_the_pages_and_the_help_run(link: Link, data: Path) -> None:
    pages = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("links.md", "cli.md"))
    examples = re.findall(r"^(?:\$ | {4})itgraph link (wikidata|check)\b(.*)$", pages, re.MULTILINE)
    assert len(examples) >= 5
    # Against the stand-in, an item of the real table that it does not have is a finding.
    for command, arguments in examples:
        result = link(command, *arguments.split(), *(["--no-input"] if command == "wikidata" else []))
        assert result.exit_code in ((0,) if command == "wikidata" else (0, 1)), result.stderr
    assert items(rows(data)["model/alpaca"], PRESENT) == ["Q9000000001"]


def test_a_folder_without_tables_is_said(link: Link, data: Path) -> None:
    shutil.rmtree(data / "links")
    result = link("wikidata")
    assert (result.exit_code, "links: no such folder" in result.stderr) == (3, True)
