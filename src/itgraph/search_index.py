"""The search index of a release, made of what is held: the last step of the build before its files are put in place.

Build side. The layout is told in ``itgraph.search_layout``. Entities arrive as a stream and are put in order by SQLite
in a temporary file, so that millions of them need little memory (the distinct words stay in memory). The same entities
make the same bytes: SQLite writes no time and no path, and its own version number is taken out of the header. Another
version of SQLite may lay its pages out in another way, and then the bytes differ while the answers do not.

Example::

    write_index(Path("search.sqlite"), named(held, base), sha256_of_the_dump)
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from itgraph.errors import InputError
from itgraph.folding import squeezed, words
from itgraph.namespaces import ITG, OWL, RDFS, SKOS
from itgraph.search_layout import (
    APPLICATION_ID,
    COMPLETIONS,
    KEY_LENGTH,
    LAYOUT,
    SHORTEST_LONG_WORD,
    SLIPS_IN_LONG,
    first_token,
    gram_key,
    grams,
    kind_token,
    pack,
    word_token,
)

__all__ = ["Named", "index_of", "named", "write_index"]

LABEL = ox.NamedNode(RDFS + "label")
OTHER = ox.NamedNode(SKOS + "altLabel")
ARXIV = ox.NamedNode(ITG + "arxivId")
DEPRECATED = ox.NamedNode(OWL + "deprecated")

#: How many letters beyond ASCII are kept, the most frequent.
LETTERS = 64

SCHEMA = """
PRAGMA page_size = 4096;
PRAGMA auto_vacuum = 0;
PRAGMA encoding = 'UTF-8';
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
CREATE TABLE release (sha256 TEXT NOT NULL);
CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE entity (
    id INTEGER PRIMARY KEY, ident TEXT NOT NULL, kind INTEGER NOT NULL, links INTEGER NOT NULL, label TEXT NOT NULL
);
CREATE TABLE name (id INTEGER PRIMARY KEY, entity INTEGER NOT NULL, text TEXT);
CREATE TABLE key (
    key TEXT NOT NULL, kind INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (key, kind, name)
) WITHOUT ROWID;
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE completion (prefix TEXT PRIMARY KEY, words BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE gram (id INTEGER PRIMARY KEY, words BLOB NOT NULL);
CREATE TABLE letter (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE VIRTUAL TABLE posting USING fts5(tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
CREATE VIEW found AS
    SELECT n.id AS name, n.entity, coalesce(n.text, e.label) AS text, n.text IS NULL AS is_label,
           e.ident, k.name AS kind, e.links, e.label, e.kind AS kind_id
    FROM name n CROSS JOIN entity e ON e.id = n.entity CROSS JOIN kind k ON k.id = e.kind;
ATTACH '' AS stage;
CREATE TABLE stage.entity (ident TEXT, kind TEXT, links INTEGER, label TEXT, others TEXT);
CREATE TABLE stage.key (key TEXT, kind INTEGER, name INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Named:
    """An entity with its names. ``links`` counts the statements that point at it."""

    id: str
    kind: str
    links: int
    label: str
    others: tuple[str, ...] = ()


def named(held: Iterable[ox.Triple], base: str) -> Iterator[Named]:
    """Yield what has a label and an id of two parts (``model/llama``), with its other names and its arXiv id.

    An id that was given up is left out.
    """
    labels: dict[str, list[tuple[str, str]]] = {}
    others: dict[str, set[str]] = {}
    links: Counter[str] = Counter()
    gone: set[str] = set()
    for triple in held:
        if isinstance(triple.object, ox.NamedNode):
            links[triple.object.value] += 1
        elif isinstance(triple.object, ox.Literal) and isinstance(triple.subject, ox.NamedNode):
            if triple.predicate == LABEL:
                text = (triple.object.language or "", triple.object.value)
                labels.setdefault(triple.subject.value, []).append(text)
            elif triple.predicate == DEPRECATED:
                gone.add(triple.subject.value)
            elif triple.predicate == OTHER:
                others.setdefault(triple.subject.value, set()).add(triple.object.value)
            elif triple.predicate == ARXIV:
                others.setdefault(triple.subject.value, set()).add(f"arXiv:{triple.object.value}")
    for iri, texts in labels.items():
        if iri in gone:
            continue
        kind, slash, slug = iri.removeprefix(base).partition("/")
        if iri.startswith(base) and slash and slug and "/" not in slug and "#" not in slug:
            # The label that the serve side shows: one without a language before one with.
            (_, label), *rest = sorted(texts)
            other_names = others.get(iri, set()).union(text for _, text in rest) - {label}
            yield Named(f"{kind}/{slug}", kind, links[iri], label, tuple(sorted(other_names)))


def index_of(held: Iterable[ox.Triple], base: str, sha256: str) -> bytes:
    """Return the index over what a release holds, as the content of a file. ``sha256`` is that of its dump.

    Raises:
        InputError: this Python's SQLite cannot make it, or there is no room for it.
    """
    with TemporaryDirectory(prefix="itgraph-search-") as scratch:
        path = Path(scratch) / "search.sqlite"
        write_index(path, named(held, base), sha256)
        return path.read_bytes()


def write_index(path: Path, entities: Iterable[Named], sha256: str) -> None:
    """Write the index over the entities of the dump with that hash; they may come in any order, each once.

    Raises:
        InputError: this Python's SQLite has no FTS5, or the file cannot be written.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.executescript(SCHEMA)
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {LAYOUT}")
            database.execute("BEGIN")
            database.execute("INSERT INTO release VALUES (?)", (sha256,))
            kinds = stage(database, entities)
            frequencies = write_names(database, kinds)
            ranked = [word for word, _ in sorted(frequencies.items(), key=lambda item: (-item[1], item[0]))]
            frequencies.clear()
            write_words(database, ranked)
            write_postings(database, {word: number for number, word in enumerate(ranked, 1)})
            database.execute("COMMIT")
            database.execute("DETACH stage")
            database.execute("VACUUM")
        with path.open("r+b") as stream:
            # SQLITE_VERSION_NUMBER of who wrote last and its change counter: https://www.sqlite.org/fileformat.html,
            # section 1.3.15. Readers need neither.
            stream.seek(92)
            stream.write(bytes(8))
    except sqlite3.Error as error:
        raise InputError(f"the search index cannot be made: {error}", path=path.name) from error
    except OSError as error:
        raise InputError(f"the search index cannot be written: {error.strerror}", path=path.name) from error


def stage(database: sqlite3.Connection, entities: Iterable[Named]) -> dict[str, int]:
    """Put the entities into the temporary file, and the kinds into the index; return the numbers of the kinds."""
    rows = ((e.id, e.kind, e.links, e.label, json.dumps(e.others)) for e in entities)
    database.executemany("INSERT INTO stage.entity VALUES (?, ?, ?, ?, ?)", rows)
    names = [name for (name,) in database.execute("SELECT DISTINCT kind FROM stage.entity ORDER BY kind")]
    kinds = {name: number for number, name in enumerate(names, 1)}
    database.executemany("INSERT INTO kind VALUES (?, ?)", ((number, name) for name, number in kinds.items()))
    return kinds


def write_names(database: sqlite3.Connection, kinds: dict[str, int]) -> Counter[str]:
    """Write entities and names in the order of their importance; return how many names each word stands in."""
    frequencies: Counter[str] = Counter()
    name = 0
    ranked = database.execute(
        "SELECT ident, kind, links, label, others FROM stage.entity ORDER BY links DESC, length(label), ident"
    )
    for entity, (ident, kind, links, label, others) in enumerate(ranked, 1):
        number = kinds[kind]
        database.execute("INSERT INTO entity VALUES (?, ?, ?, ?, ?)", (entity, ident, number, links, label))
        for text in (None, *json.loads(others)):
            folded = words(label if text is None else text)
            if not folded:
                continue
            name += 1
            database.execute("INSERT INTO name VALUES (?, ?, ?)", (name, entity, text))
            key = squeezed(folded)[:KEY_LENGTH]
            database.execute("INSERT INTO stage.key VALUES (?, ?, ?)", (key, number, name))
            frequencies.update(set(folded))
    database.execute("CREATE INDEX entity_ident ON entity (ident)")
    database.execute("INSERT INTO key SELECT key, kind, name FROM stage.key ORDER BY key, kind, name")
    return frequencies


def write_words(database: sqlite3.Connection, ranked: Sequence[str]) -> None:
    """Write the words, the most frequent first, with what finds them by their beginning and in spite of slips."""
    database.executemany("INSERT INTO word VALUES (?, ?)", enumerate(ranked, 1))
    database.execute("CREATE UNIQUE INDEX word_text ON word (text)")
    alphabetical = sorted((word, number) for number, word in enumerate(ranked, 1))
    rows = ((prefix, pack(best)) for prefix, best in completions(alphabetical))
    database.executemany("INSERT INTO completion VALUES (?, ?)", rows)
    lists: dict[int, list[int]] = {}
    for number, word in enumerate(ranked, 1):
        if len(word) >= SHORTEST_LONG_WORD - SLIPS_IN_LONG:
            for gram in set(grams(word)):
                lists.setdefault(gram_key(gram, len(word)), []).append(number)
    database.executemany("INSERT INTO gram VALUES (?, ?)", ((key, pack(lists[key])) for key in sorted(lists)))
    letters = Counter(letter for word in ranked if not word.isascii() for letter in word if not letter.isascii())
    frequent = sorted(letters, key=lambda letter: (-letters[letter], letter))[:LETTERS]
    database.executemany("INSERT INTO letter VALUES (?, ?)", enumerate(frequent, 1))


def completions(alphabetical: Sequence[tuple[str, int]], length: int = 1) -> Iterator[tuple[str, list[int]]]:
    """Yield each prefix that more words share than are remembered, with its most frequent words in their order."""
    for prefix, group in groupby(alphabetical, key=lambda word: word[0][:length]):
        members = list(group)
        if len(members) > COMPLETIONS and len(prefix) == length:
            yield prefix, sorted(map(itemgetter(1), members))[:COMPLETIONS]
            yield from completions(members, length + 1)


def write_postings(database: sqlite3.Connection, numbers: dict[str, int]) -> None:
    """Write the tokens of every name, as one run of lists."""
    for name, text, kind in database.execute("SELECT name, text, kind_id FROM found ORDER BY name"):
        folded = words(text)
        tokens = [first_token(numbers[folded[0]]), kind_token(kind)]
        tokens += map(word_token, sorted({numbers[word] for word in folded}))
        database.execute("INSERT INTO posting (rowid, tokens) VALUES (?, ?)", (name, " ".join(tokens)))
    database.execute("INSERT INTO posting (posting) VALUES ('optimize')")
