"""What a search costs, over the real labels and over millions of made ones: a part of ``make bench``.

Each kind of question is asked of 400 names; the wall time of the slowest hundredth counts (p99), and beside it the time
of the processor alone, which does not grow where other programs run.

The made names are like those of a model hub, the same each time, and none of them real: three in four are models
(``owner/Family-7b-chat-gguf``), the rest data sets, people and papers. Many owners and suffixes are words that stand in
one or two names only, as on the hubs, so the words grow with the names.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from itgraph import resources
from itgraph.build import build
from itgraph.folding import words
from itgraph.namespaces import BASE
from itgraph.search import SearchIndex, search
from itgraph.search_index import Named, write_index

RESULTS = Path(__file__).with_name("RESULTS-search.md")
ASKED = 400
AIM = "20 ms"
Question = Callable[[random.Random, str], str]

SYLLABLES = [a + b for a in [*"bcdfghjklmnprstvwz", "ch", "sh", "th", "br", "tr", "st", "kl"] for b in "aeiou"]
SIZES = ["0.5b", "1b", "1.5b", "3b", "7b", "8b", "13b", "14b", "32b", "34b", "70b", "72b", "125m", "350m"]
TUNINGS = ["base", "chat", "instruct", "sft", "dpo", "lora", "qlora", "finetuned", "adapter", "merged"]
FORMATS = ["", "", "", "gguf", "gptq", "awq", "4bit", "8bit", "onnx", "exl2", "mlx", "fp16"]
SUBJECTS = ["medical", "legal", "code", "math", "chat", "news", "poetry", "law", "biology", "finance", "sentiment"]
TITLE = words(
    "a the of for with and on towards learning language models large instruction tuning training data evaluation "
    "reasoning human feedback alignment efficient scalable robust multilingual multimodal open generation retrieval "
    "knowledge adaptation zero few shot self supervised understanding benchmark survey"
)


def word(chance: random.Random, syllables: int) -> str:
    """Return a word that sounds like one."""
    return "".join(chance.choices(SYLLABLES, k=syllables)) + chance.choice("nrslxkt")


def made(count: int, seed: int = 1) -> Iterator[Named]:
    """Yield so many entities, each with a label that is no other's."""
    chance = random.Random(seed)  # noqa: S311 - the same names each time are the point
    families = [word(chance, 2).capitalize() for _ in range(400)]
    owners = [word(chance, 2) + word(chance, 2) for _ in range(max(count // 10, 10))]
    surnames = [word(chance, 3).capitalize() for _ in range(max(count // 60, 10))]
    given = [word(chance, 2).capitalize() for _ in range(4000)]
    for number in range(count):
        links = int(chance.paretovariate(1.1)) - 1
        draw = chance.random()
        # Few families are the base of most models, and few owners publish most of them.
        family = families[int(len(families) * chance.random() ** 4)]
        if draw < 0.75:
            owner = chance.choice(owners) if chance.random() < 0.4 else owners[int(len(owners) * chance.random() ** 6)]
            parts = [family, chance.choice(SIZES), chance.choice(TUNINGS), chance.choice(FORMATS)]
            if chance.random() < 0.25:
                parts.append(f"{chance.getrandbits(32):08x}")
            elif chance.random() < 0.5:
                parts.append(chance.choice(SUBJECTS) + str(chance.randrange(100)))
            kind, label = "model", f"{owner}/{'-'.join(filter(None, parts))}"
        elif draw < 0.87:
            kind, label = "dataset", f"{chance.choice(SUBJECTS)}_{word(chance, 3)}_{chance.randrange(1, 2000)}k"
        elif draw < 0.95:
            kind, label = "person", f"{chance.choice(given)} {chance.choice('ABCDEFGHJKLM')}. {chance.choice(surnames)}"
        else:
            title = " ".join(chance.choices(TITLE, k=chance.randrange(5, 11))).capitalize()
            kind, label = "paper", f"{word(chance, 3).capitalize()}: {title}"
        yield Named(f"{kind}/{number}", kind, links, label, ())


def slip(chance: random.Random, text: str) -> str:
    """Return the text with a letter swapped, missing or wrong."""
    at = chance.randrange(max(len(text) - 1, 1))
    after = text[at + 1 :]
    return text[:at] + chance.choice([after[:1] + text[at] + after[1:], after, chance.choice("abcdefghij") + after])


def longest(text: str) -> str:
    """Return the longest word of a name."""
    return max(words(text), key=len, default="x")


def some(chance: random.Random, text: str) -> list[str]:
    """Return two words of a name in any order, or the one that it has."""
    folded = words(text) or ["x"]
    return chance.sample(folded, min(2, len(folded)))


def begun(chance: random.Random, text: str) -> str:
    """Return the beginning of a word of a name."""
    word = chance.choice(words(text) or ["x"])
    return word[: chance.randrange(1, len(word) + 1)]


def nonsense(chance: random.Random, text: str) -> str:
    """Return letters that are no name, one to six words of them."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(chance.choices(letters, k=chance.randrange(3, 14))) for _ in range(1 + len(text) % 6))


QUESTIONS: dict[str, Question] = {
    "a whole name": lambda _, name: name,
    "a whole name with a slip": slip,
    "its longest word": lambda _, name: longest(name),
    "its longest word with a slip": lambda chance, name: slip(chance, longest(name)),
    "its longest word with two slips": lambda chance, name: slip(chance, slip(chance, longest(name))),
    "the beginning of a word": begun,
    "two of its words": lambda chance, name: " ".join(some(chance, name)),
    "two of its words with a slip each": lambda chance, name: " ".join(
        slip(chance, word) for word in some(chance, name)
    ),
    "nonsense": nonsense,
}


def release_of(path: Path, sha256: str) -> dict[str, object]:
    """Return what of a manifest an index needs."""
    return {"base": BASE, "sha256": sha256, "search": {"file": path.name, "bytes": path.stat().st_size}}


def ask(index: SearchIndex, names: Sequence[str], kind: str | None) -> list[Sequence[str]]:
    """Return the rows of the table for one index."""
    rows: list[Sequence[str]] = []
    for title, question in QUESTIONS.items():
        chance = random.Random(7)  # noqa: S311 - the same questions each time
        walls, processors = [], []
        for name in names:
            text = question(chance, name)
            wall, processor = time.perf_counter(), time.thread_time()
            index.search(text, kind=kind)
            processors.append(time.thread_time() - processor)
            walls.append(time.perf_counter() - wall)
        median, p99 = statistics.median(walls), statistics.quantiles(walls, n=100)[-1]
        busy = statistics.quantiles(processors, n=100)[-1]
        of_kind = f", only {kind}" if kind else ""
        rows.append((title + of_kind, *(f"{1e3 * taken:.1f} ms" for taken in (median, p99, busy)), AIM))
    return rows


def scan_seconds(path: Path, names: Sequence[str]) -> float:
    """Return the median seconds of a scan of all names for a word."""
    taken = []
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        for name in names[:5]:
            start = time.perf_counter()
            database.execute("SELECT ident FROM found WHERE text LIKE ?", (f"%{longest(name)}%",)).fetchall()
            taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def table(path: Path, sha256: str, names: Sequence[str], kinds: Sequence[str | None]) -> str:
    """Return the table of one index."""
    lines = [
        "| asked | median | p99 | p99, processor | aim for p99 |",
        "|---|---|---|---|---|",
    ]
    scan = scan_seconds(path, names)
    with SearchIndex(path.parent, release_of(path, sha256)) as index:
        for kind in kinds:
            lines += [f"| {' | '.join(row)} |" for row in ask(index, names, kind)]
    after = f"A plain scan of all names, which forgives no slip and ranks nothing, takes {1e3 * scan:.1f} ms."
    return "\n".join(lines) + f"\n\n{after}\n"


def real(scratch: Path) -> str:
    """Return what the release of the real data gives."""
    manifest = build(resources.data_dir(), scratch / "release", shacl=False).manifest
    path = scratch / "release" / "search.sqlite"
    with closing(sqlite3.connect(path)) as database:
        labels = [label for (label,) in database.execute("SELECT label FROM entity ORDER BY id")]
    opened = []
    for _ in range(100):
        start = time.perf_counter()
        search(scratch / "release", "alpaca")
        opened.append(time.perf_counter() - start)
    once = f"Opening the index and asking one thing: {1e3 * statistics.median(opened):.1f} ms."
    size = f"{len(labels)} entities, an index of {path.stat().st_size / 1e6:.1f} MB."
    rows = table(path, manifest["sha256"], labels[:: max(len(labels) // ASKED, 1)], [None])
    return f"## The real labels\n\n{size} {once}\n\n{rows}"


def made_ones(scratch: Path, count: int) -> str:
    """Return what made labels give."""
    path = scratch / "made.sqlite"
    line = [sys.executable, __file__, "--names", str(count), "--make", str(path)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    built = json.loads(done.stdout)
    names = [entity.label for entity in islice(made(count), 0, None, max(count // ASKED, 1))]
    rows = table(path, "0", names, [None, "person"])
    # In kilobytes on Linux. Made first, so that nothing else is in it.
    asking = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = f"built in {built['seconds']:.0f} s with {built['memory'] / 1e3:.0f} MB of memory"
    size = f"{count} entities, an index of {path.stat().st_size / 1e6:.0f} MB, {took}."
    return f"## Made labels\n\n{size} The program that asks took {asking / 1e3:.0f} MB in all.\n\n{rows}"


def make(path: Path, count: int) -> None:
    """Write the index over made labels, and say in JSON what it took; the time that the making took does not count."""
    start = time.perf_counter()
    for _ in made(count):
        pass
    making = time.perf_counter() - start
    start = time.perf_counter()
    write_index(path, made(count), "0")
    seconds = time.perf_counter() - start - making
    print(json.dumps({"seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=3_000_000, help="how many made names (default 3 million)")
    parser.add_argument("--make", type=Path, help="only write the index over made names here")
    parser.add_argument("--write", action="store_true", help=f"keep the tables in benchmarks/{RESULTS.name}")
    options = parser.parse_args()
    if options.make is not None:
        make(options.make, options.names)
        return
    with TemporaryDirectory(prefix="itgraph-bench-") as scratch:
        of_made = made_ones(Path(scratch), options.names)
        report = f"# Search\n\nSQLite {sqlite3.sqlite_version}.\n\n{real(Path(scratch))}\n{of_made}"
    print(report, end="")
    if options.write:
        RESULTS.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
