"""A batch for QuickStatements, read back by the grammars of both tools: what is in it, what is not, and no item twice.

The two readers follow what the tools' sources do with a line; they share no code with what writes it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from itgraph.cli import cli
from itgraph.errors import UsageError
from itgraph.links.contribution.quickstatements import CannotBeWritten, Item, Statement, cut, lines, string
from itgraph.namespaces import KINDS
from itgraph.resources import data_dir
from itgraph.sssom import ABSENT, PRESENT, read_set

PREFIXES = """
@base <https://w3id.org/itgraph/> .
@prefix itg: <https://w3id.org/itgraph/ns#> .
@prefix fair4ml: <https://w3id.org/fair4ml#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix wd: <http://www.wikidata.org/entity/> .
"""
NOT_FOUND = "<https://w3id.org/sssom/NoTermFound>"


def row(entity: str, state: str, item: str | None = None, match: str = "exactMatch", day: str = "2026-09-04") -> str:
    """Return a row of the link table as the graph has it."""
    name = f"<links/wikidata#{entity.replace('/', '-')}.{item or 'none'}>"
    target = f"wd:{item}" if item else NOT_FOUND
    direct = f"<{entity}> skos:{match} wd:{item} ." if state == "present" else ""
    return (
        f"{name} a owl:Axiom ; owl:annotatedSource <{entity}> ; owl:annotatedProperty skos:{match} ; "
        f'owl:annotatedTarget {target} ; itg:linkState "{state}" ; dcterms:created "{day}"^^xsd:date . {direct}\n'
    )


def release(facts: str, rows: str) -> str:
    return f"{PREFIXES} <said> {{ {facts} }} <links/wikidata> {{ {rows} }}"


# Reading back


@dataclass
class Read:
    """An item as a tool would make it."""

    summary: str
    label: str = ""
    description: str = ""
    statements: list[tuple[str, object, tuple[tuple[str, object], ...], tuple[tuple[str, object], ...]]] = field(
        default_factory=list
    )

    def values(self, name: str) -> list[object]:
        return [value for property_, value, _, _ in self.statements if property_ == name]


TIME = re.compile(r"[+-]?\d+-\d\d-\d\dT\d\d:\d\d:\d\dZ/\d+")


def php_trim(text: str) -> str:
    return text.strip(" \t\n\r\0\x0b")


def value_of_2(text: str) -> object:
    """Read a value as ``parseValueV1`` does."""
    text = php_trim(text)
    if re.fullmatch(r"[PQLM]\d+", text):
        return text
    if found := re.fullmatch(r'"(.*)"', text):
        return f"string {php_trim(found[1])}"
    if found := re.fullmatch(r'([A-Za-z_-]+):"(.*)"', text):
        return f"{found[1]} {php_trim(found[2])}"
    assert TIME.fullmatch(text), text
    return f"time {text}"


def value_of_3(text: str) -> object:
    """Read a value as the parser of QuickStatements 3 does, in its order."""
    text = text.strip().replace("“", '"').replace("”", '"')
    if re.fullmatch(r"[QMPL]\d+", text):
        return text
    if found := re.fullmatch(r'"""(.*)"""', text):
        return f"id {found[1]}"
    if found := re.fullmatch(r'([a-z_-]+):"(.*)"', text):
        return f"{found[1]} {found[2].strip()}"
    if found := re.fullmatch(r'"(.*)"', text):
        return f"string {found[1].strip()}"
    assert TIME.fullmatch(text), text
    return f"time {text}"


def rows_of_2(text: str) -> Iterator[tuple[str, list[str]]]:
    if "\n" not in text:
        text = text.replace("||", "\n")
    if "\t" not in text:
        text = text.replace("|", "\t")
    for line in text.removesuffix("\n").split("\n"):
        found = re.fullmatch(r"(.*?) */\* *(.*?) *\*/ *", php_trim(line))
        yield (found[2], found[1].split("\t")) if found else ("", php_trim(line).split("\t"))


def rows_of_3(text: str) -> Iterator[tuple[str, list[str]]]:
    for line in text.replace("||", "\n").replace("|", "\t").split("\n"):
        if line.strip():
            found = re.fullmatch(r"(.*?)\s*/\*\s*(.*?)\s*\*/\s*", line.strip())
            comment, rest = (found[2], found[1]) if found else ("", line.strip())
            columns = [column.strip() for column in rest.split("\t") if column.strip()]
            assert columns, "a line without a command ends the whole batch with an error"
            yield comment, columns


def items(rows: Iterator[tuple[str, list[str]]], value_of: Callable[[str], object]) -> list[Read]:
    """Return the items that a batch makes; anything else that a line might do fails."""
    found: list[Read] = []
    for comment, columns in rows:
        if columns[0] == "CREATE":
            assert len(columns) == 1
            found.append(Read(comment))
            continue
        assert columns[0] == "LAST"
        assert comment == ""
        if columns[1] in ("Len", "Den"):
            assert len(columns) == 3
            text = str(value_of(columns[2])).removeprefix("string ")
            setattr(found[-1], "label" if columns[1] == "Len" else "description", text)
            continue
        assert re.fullmatch(r"P\d+", columns[1])
        assert len(columns) % 2 == 1
        pairs = [(columns[n], value_of(columns[n + 1])) for n in range(3, len(columns), 2)]
        qualifiers = tuple(pair for pair in pairs if pair[0].startswith("P"))
        sources = tuple(pair for pair in pairs if pair[0].startswith("S"))
        assert pairs == [*qualifiers, *sources]
        found[-1].statements.append((columns[1], value_of(columns[2]), qualifiers, sources))
    return found


def read(text: str) -> list[Read]:
    """Return the items of a batch, on which both tools agree."""
    ours = items(rows_of_2(text), value_of_2) if text else []
    assert items(rows_of_3(text), value_of_3) == ours
    return ours


def exported(folder: Path, *arguments: str) -> Result:
    command = ["link", "export", "--missing", "--release", str(folder), *arguments]
    done = CliRunner().invoke(cli, command, prog_name="itgraph")
    assert done.exit_code == 0, done.stderr
    return done


@pytest.fixture
def run(release_of: Callable[[str], Path]) -> Callable[..., Result]:
    """Return a function that runs the command over a release in TriG."""
    return lambda text, *arguments: exported(release_of(text), *arguments)


# What is in a batch

ALPACA = """
<survey/models/4> a itg:SurveyRow ; itg:table "models" ; itg:describes <model/alpaca> .
<model/alpaca> a fair4ml:MLModel ; rdfs:label "Alpaca" ; itg:basedOn <model/llama>, <model/opt> ;
    schema:creator <organization/stanford>, <organization/tatsu-lab> ; schema:subjectOf <paper/arxiv-2304.99999> ;
    schema:codeRepository <https://github.com/tatsu-lab/stanford_alpaca> .
<model/llama> a fair4ml:MLModel ; rdfs:label "LLaMA" . <model/opt> a fair4ml:MLModel ; rdfs:label "OPT" .
<organization/stanford> a schema:Organization ; rdfs:label "Stanford" .
<organization/tatsu-lab> a schema:Organization ; rdfs:label "Tatsu Lab" .
<paper/arxiv-2304.99999> a schema:ScholarlyArticle ; rdfs:label "Alpaca: A Model for the World" ;
    itg:arxivId "2304.99999" ; itg:year 2023 ;
    skos:exactMatch <https://arxiv.org/abs/2304.99999>, <https://doi.org/10.48550/arXiv.2304.99999> ;
    itg:authorship <r#author-1>, <r#author-2>, <r#author-4> .
<r#author-1> schema:position 1 ; itg:nameAsPrinted "Taori, Rohan" ; itg:author <person/rohan-taori> .
<r#author-2> schema:position 2 ; itg:nameAsPrinted "Yann Dubois" ; itg:author <person/yann-dubois> .
<r#author-4> schema:position 4 ; itg:nameAsPrinted "Somebody Later" .
"""
ROWS = (
    row("model/alpaca", "absent")
    + row("paper/arxiv-2304.99999", "absent")
    + row("model/llama", "present", "Q9000000001", "closeMatch")
    + row("model/opt", "absent")
    + row("organization/stanford", "present", "Q9000000002")
    + row("organization/tatsu-lab", "present", "Q9000000003", "closeMatch")
    + row("person/yann-dubois", "present", "Q9000000004")
)
SOURCE = (("S854", "string https://arxiv.org/abs/2304.99999"),)


def test_a_model_and_its_paper_are_read_back(run: Callable[..., Result]) -> None:
    done = run(release(ALPACA, ROWS))
    model, paper = read(done.stdout)
    assert model == Read(
        "https://w3id.org/itgraph/model/alpaca",
        "Alpaca",
        "instruction-tuned large language model based on LLaMA and OPT",
        [
            ("P31", "Q115305900", (), SOURCE),
            ("P144", "Q9000000001", (), SOURCE),
            ("P178", "Q9000000002", (), SOURCE),
            ("P577", "time +2023-00-00T00:00:00Z/9", (), SOURCE),
            ("P1324", "string https://github.com/tatsu-lab/stanford_alpaca", (), SOURCE),
        ],
    )
    assert paper == Read(
        "https://w3id.org/itgraph/paper/arxiv-2304.99999",
        "Alpaca: A Model for the World",
        "preprint from 2023",
        [
            ("P31", "Q580922", (), SOURCE),
            ("P1476", "en Alpaca: A Model for the World", (), SOURCE),
            ("P577", "time +2023-00-00T00:00:00Z/9", (), SOURCE),
            ("P818", "string 2304.99999", (), SOURCE),
            ("P356", "string 10.48550/ARXIV.2304.99999", (), SOURCE),
            ("P2093", "string Rohan Taori", (("P1545", "string 1"),), SOURCE),
            ("P50", "Q9000000004", (("P1545", "string 2"),), SOURCE),
        ],
    )
    # A base that is itself new has no id that one could name, and is no model of a class that is certain.
    assert "1 × statements of a base (P144) that has no known item (model/alpaca → model/opt)" in done.stderr
    assert "developer (P178) that has no known item (model/alpaca → organization/tatsu-lab)" in done.stderr
    assert "1 × items: models of which nothing says that they are large language models" in done.stderr
    assert "itgraph: 2 new items:" in done.stderr


@pytest.mark.parametrize(
    ("rows", "unchecked"),
    [
        ("", True),
        (row("model/alpaca", "unchecked"), True),
        (row("model/alpaca", "absent") + row("model/alpaca", "unchecked", "Q9000000009"), False),
        (row("model/alpaca", "present", "Q9000000009"), False),
        (row("model/alpaca", "absent") + row("model/alpaca", "present", "Q9000000009", "closeMatch"), False),
        (row("model/alpaca", "absent") + "<model/alpaca> skos:exactMatch wd:Q9000000009 .", False),
    ],
)
def test_only_what_was_looked_for_in_vain_is_new(run: Callable[..., Result], rows: str, unchecked: bool) -> None:
    done = run(release(ALPACA, rows), "--kind", "model")
    assert done.stdout == ""
    assert "itgraph: 0 new items" in done.stderr
    assert bool(re.search(r"3 × model: not looked for yet", done.stderr)) is unchecked


@pytest.mark.parametrize(
    ("rows", "items"),
    [
        (row("model/llama", "present", "Q9000000001"), ["Q9000000001"]),
        (row("model/llama", "present", "Q9000000001", "closeMatch"), ["Q9000000001"]),
        # The item of the release is nearer than that of the family.
        (
            row("model/llama", "present", "Q9000000002", "closeMatch") + row("model/llama", "present", "Q9000000001"),
            ["Q9000000001"],
        ),
        (
            (
                row("model/llama", "present", "Q9000000001", "closeMatch")
                + row("model/llama", "present", "Q9000000002", "closeMatch")
            ),
            [],
        ),
        (row("model/llama", "absent"), []),
        (row("model/llama", "unchecked", "Q9000000001"), []),
        # Two bases in one family are one statement.
        (
            (
                row("model/llama", "present", "Q9000000001", "closeMatch")
                + row("model/opt", "present", "Q9000000001", "closeMatch")
            ),
            ["Q9000000001"],
        ),
    ],
)
def test_a_base_is_named_by_its_item(run: Callable[..., Result], rows: str, items: list[str]) -> None:
    done = run(release(ALPACA, rows + row("model/alpaca", "absent")), "--kind", "model")
    (item,) = read(done.stdout)
    assert item.values("P144") == items


def model(facts: str) -> str:
    row_of = '<survey/models/1> itg:table "models" ; itg:describes <model/m> .'
    return f"{row_of} <model/m> a fair4ml:MLModel ; rdfs:label 'M' ; {facts} ."


def paper(facts: str, title: str = "A Study of Words") -> str:
    return f"<paper/p> a schema:ScholarlyArticle ; rdfs:label '{title}' ; {facts} ."


REPOSITORY = "schema:codeRepository <https://github.com/a/b>"


@pytest.mark.parametrize(
    ("entity", "facts", "reason"),
    [
        ("model/m", model(f"itg:modality <modality/image> ; {REPOSITORY}"), "large language models"),
        ("model/m", model(REPOSITORY).replace('"models"', '"multimodal-models"'), "large language models"),
        ("model/m", model(f"itg:placeholder true ; {REPOSITORY}"), "not identified"),
        ("model/m", model("schema:url <https://example.org/project>"), "neither a paper nor a repository"),
        ("model/m", model(REPOSITORY).replace("'M'", "'M | m'"), "parts columns"),
        ("paper/p", paper("itg:year 2023"), "without a title or an address"),
        ("paper/p", paper("skos:exactMatch <https://openreview.net/forum?id=x>"), "neither on arXiv nor published"),
        ("paper/p", paper("itg:arxivId '2301.00001'").replace("ScholarlyArticle", "BlogPosting"), "no scholarly"),
        ("person/p", "<person/p> a schema:Person ; rdfs:label 'P' .", "people"),
        ("organization/o", "<organization/o> a schema:Organization ; rdfs:label 'O' .", "organisations"),
        ("dataset/d", f"<dataset/d> a schema:Dataset ; rdfs:label 'D' ; {REPOSITORY} .", "data sets"),
        ("benchmark/b", "<benchmark/b> a itg:Benchmark ; rdfs:label 'B' .", "benchmarks"),
        ("technique/t", "<technique/t> a itg:TuningTechnique ; rdfs:label 'T' .", "techniques"),
    ],
)
def test_what_has_no_certain_class_or_source_is_left_out_with_the_reason(
    run: Callable[..., Result], entity: str, facts: str, reason: str
) -> None:
    done = run(release(facts, row(entity, "absent")))
    assert done.stdout == ""
    assert re.search(rf"left out: 1 × items: .*{reason}.* \({entity}\)", done.stderr), done.stderr


ARXIV = "itg:arxivId '2301.00001'"


@pytest.mark.parametrize(
    ("facts", "class_", "years", "dois"),
    [
        (f"{ARXIV} ; itg:year 2023", "Q580922", ["2023"], []),
        (f"{ARXIV} ; itg:year 2024", "Q580922", [], []),
        (f"{ARXIV} ; itg:year 2024 ; itg:venueAsPrinted 'ICML'", "Q13442814", ["2024"], []),
        (f"{ARXIV} ; skos:exactMatch <https://doi.org/10.48550/arXiv.2301.00001>", "Q580922", ["2023"], ["10.48550/A"]),
        (f"{ARXIV} ; skos:exactMatch <https://doi.org/10.18653/v1/2023.acl>", "Q13442814", [], ["10.18653/V1"]),
        (
            (
                f"{ARXIV} ; skos:exactMatch <https://doi.org/10.48550/arXiv.2301.00001>, "
                "<https://aclanthology.org/2023.acl-long.1> ; itg:year 2023"
            ),
            "Q13442814",
            ["2023"],
            [],
        ),
        (f"{ARXIV} ; skos:exactMatch <https://openreview.net/forum?id=x> ; itg:year 2023", "Q580922", ["2023"], []),
    ],
)
def test_a_preprint_is_one_until_it_is_known_to_be_published(
    run: Callable[..., Result], facts: str, class_: str, years: list[str], dois: list[str]
) -> None:
    (item,) = read(run(release(paper(facts), row("paper/p", "absent"))).stdout)
    assert item.values("P31") == [class_]
    assert [str(value)[6:10] for value in item.values("P577")] == years
    assert [str(value).startswith(f"string {doi}") for value, doi in zip(item.values("P356"), dois, strict=True)] == [
        True
    ] * len(dois)
    assert all(sources for _, _, _, sources in item.statements)


@pytest.mark.parametrize(
    ("title", "more", "told"),
    [
        ("A Study of Words", "", True),
        ("GPT-4", "", False),
        ("GPT-4", "; schema:inLanguage 'en'", True),
        ("Une étude pour GPT", "", False),
        ("A Study of Words", "; schema:inLanguage 'fr'", False),
        ("中文 with words", "", False),
        ("The " + "long " * 60, "", False),
    ],
)
def test_a_title_is_told_where_it_is_whole_and_english(
    run: Callable[..., Result], title: str, more: str, told: bool
) -> None:
    done = run(release(paper(ARXIV + more, title), row("paper/p", "absent")))
    (item,) = read(done.stdout)
    assert item.values("P1476") == ([f"en {title}"] if told else [])
    assert ("titles (P1476)" in done.stderr) is not told


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([(1, "A B"), (2, "C D")], ["A B", "C D"]),
        ([(2, "C D")], []),
        ([(1, "A B"), (3, "E F")], ["A B"]),
        ([(1, "A B"), (2, "C D"), (2, "E F")], ["A B"]),
        ([(1, "A B"), (2, "A B"), (3, "C D")], ["A B", "C D"]),
        ([(n, f"A{n} B") for n in range(1, 12)], [f"A{n} B" for n in range(1, 12)]),
        ([(1, "LAION | e.V."), (2, "C D")], ["C D"]),
    ],
)
def test_authors_are_told_in_their_order_as_far_as_it_is_certain(
    run: Callable[..., Result], places: list[tuple[int, str]], told: list[str]
) -> None:
    nodes = "".join(
        f"<paper/p> itg:authorship <r#{n}> . <r#{n}> schema:position {place} ; itg:nameAsPrinted '{name}' . "
        for n, (place, name) in enumerate(places)
    )
    (item,) = read(run(release(paper(ARXIV) + nodes, row("paper/p", "absent"))).stdout)
    found = [(value, qualifiers) for name, value, qualifiers, _ in item.statements if name == "P2093"]
    places_of = {name: place for place, name in reversed(places)}
    assert found == [(f"string {name}", (("P1545", f"string {places_of[name]}"),)) for name in told]


# Texts that are hard to write


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ('say "hello" twice', None),
        ('"quoted"', None),
        ('ends with "', None),
        ("tab\tand\nline\r\nand \x00 nothing", "tab and line and nothing"),
        ('en:"not a language"', None),
        ("Q42", None),
        ("LAST", None),
        ("/* no comment */", None),
        ("a -- b || c".replace("||", "/"), None),
        ("שלום עולם", None),
        ("\u202eevil\u202c text", "evil text"),
        ("🜁 naïve 中文", None),
        ("  blank  ", "blank"),
        ("x" * 300, "x" * 244 + "…"),
        ("word " * 60, ("word " * 49).strip() + "…"),
        ("w" * 250, None),
    ],
)
def test_a_label_is_read_back_as_it_is(text: str, read_as: str | None) -> None:
    item = Item("https://e.org/model/x", text, text, (Statement("P31", "Q9000000001"),), ())
    (found,) = read("".join(lines(item)))
    assert (found.label, found.description) == (read_as or text, read_as or text)
    assert len(found.label) <= 250


@pytest.mark.parametrize("text", ["a | b", "a || b", "", " \n", '""twice""', "“”curly“”"])
def test_a_text_that_a_tool_would_read_as_another_is_refused(text: str) -> None:
    with pytest.raises(CannotBeWritten):
        string(text)


def test_a_cut_label_ends_behind_a_word() -> None:
    assert cut("a" * 100 + " " + "b" * 200) == "a" * 100 + " " + "b" * 143 + "…"
    assert cut("a" * 200 + " " + "b" * 200) == "a" * 200 + "…"


# The command


def test_two_exports_are_the_same_bytes_and_one_without_items_empties_its_file(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "batch.txt"
    first = run(release(ALPACA, ROWS)).stdout
    assert run(release(ALPACA, ROWS), "-o", str(file)).stdout == ""
    assert file.read_text(encoding="utf-8") == first
    assert len(read(first)) == 2
    assert len(read(run(release(ALPACA, ROWS), "--kind", "paper").stdout)) == 1
    assert len(read(run(release(ALPACA, ROWS), "--kind", "paper", "--kind", "paper").stdout)) == 1
    # A batch that is out of date would make every item again.
    run(release(ALPACA, ""), "-o", str(file))
    assert file.read_bytes() == b""


def test_all_models_and_papers_of_the_real_release_make_a_batch_that_both_tools_read(
    release: Path, release_of: Callable[[str], Path]
) -> None:
    store = ox.Store()
    store.bulk_load(path=release / "itgraph.nq", format=ox.RdfFormat.N_QUADS)
    links = ox.NamedNode("https://w3id.org/itgraph/links/wikidata")
    named = [quad for quad in store if quad.graph_name not in (ox.DefaultGraph(), links)]
    subjects = {quad.subject.value for quad in named if isinstance(quad.subject, ox.NamedNode)}
    kind_and_slug = re.compile(r"https://w3id\.org/itgraph/((?:model|paper)/[^/#]+)")
    entities = sorted(found[1] for subject in subjects if (found := kind_and_slug.fullmatch(subject)))
    held = [quad for quad in named if not str(quad.object.value).startswith("http://www.wikidata.org/entity/")]
    trig = (ox.serialize(held, format=ox.RdfFormat.TRIG) or b"").decode()
    text = trig + PREFIXES + "<links/wikidata> {" + "".join(row(entity, "absent") for entity in entities) + "}"
    made = read(exported(release_of(text)).stdout)
    summaries = [item.summary for item in made]
    assert len(summaries) == len(set(summaries))
    models = [item for item in made if item.values("P31") == ["Q115305900"]]
    papers = [item for item in made if item.values("P818")]
    assert len(models) > 20
    assert len(papers) > 80
    names = {item.label for item in made}
    assert not names & {"Stable Diffusion", "InstructPix2Pix", "CLIP", "LLaVA"}
    for item in made:
        assert item.label
        assert item.statements[0][0] == "P31"
        for _, _, _, sources in item.statements:
            assert sources[0][0] == "S854"
            assert "survey" not in str(sources[0][1])


def test_of_each_kind_those_are_counted_that_nobody_has_looked_for(release: Path) -> None:
    links = read_set(data_dir() / "links" / "wikidata.sssom.tsv").mappings
    looked_for = {row.subject_id.partition(":")[2] for row in links if row.state in (PRESENT, ABSENT)}
    settled = Counter(identifier.partition("/")[0] for identifier in looked_for)
    entities = json.loads((release / "manifest.json").read_text(encoding="utf-8"))["entities"]
    told = re.findall(r"left out: (\d+) × (\w+): not looked for yet", exported(release).stderr)
    assert {kind: int(count) for count, kind in told} == {kind: entities[kind] - settled[kind] for kind in KINDS}


def test_what_to_export_must_be_said() -> None:
    done = CliRunner().invoke(cli, ["link", "export"], prog_name="itgraph")
    assert done.exit_code == UsageError.exit_code
    assert "--missing" in done.stderr
