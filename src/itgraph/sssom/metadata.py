r"""What is said of a mapping set as a whole: the YAML above the table of SSSOM/TSV, read strictly.

Below ``reading``, which takes the ``#`` away before and reads the rows after.

>>> findings = []
>>> text = "mapping_set_id: https://e.org/s\nmapping_set_title: A\nlicense: https://e.org/l\ncurie_map: {no: x}\n"
>>> Metadata(Path("s.sssom.tsv"), findings).read(text).mapping_set_title, str(findings[0])
('A', "s.sssom.tsv:1: the prefix no stands for 'x' — give a web address")
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from itgraph.errors import Finding, InputError
from itgraph.sssom.model import BUILT_IN, MappingSet
from itgraph.sssom.writing import EXTENSION

__all__ = ["Metadata", "is_address", "suggest"]

TEXTS = ("mapping_set_id", "mapping_set_title", "mapping_set_description", "license")
KEYS = frozenset({"sssom_version", "curie_map", "extension_definitions", *TEXTS})
#: The versions of the standard whose tables can be read.
VERSIONS = ("1.0", "1.1")


class Loader(yaml.CBaseLoader):
    """YAML whose values are texts, for a title may be a number; its keys are unique (YAML 1.2, section 3.2.1.1)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a table.

        Raises:
            ConstructorError: a key stands in it twice.
        """
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


class Metadata:
    """Reads the metadata of one file, and notes each thing that does not belong."""

    def __init__(self, path: Path, findings: list[Finding]) -> None:
        self.path = path
        self.findings = findings
        self.lines: list[str] = []

    def _wrong(self, key: str, message: str, hint: str) -> None:
        places = (number for number, line in enumerate(self.lines, 1) if line.strip().startswith(f"{key}:"))
        self.findings.append(Finding(str(self.path), next(places, 1), message, hint))

    def read(self, text: str) -> MappingSet:
        """Return the set without its rows; a key that is missing or unknown is a finding.

        Raises:
            InputError: the text is no YAML.
        """
        self.lines = text.splitlines()
        said = self._loaded(text)
        for key in said:
            if key not in KEYS:
                self._wrong(key, f"unknown metadata {key!r}", suggest(key, KEYS))
        for key in TEXTS:
            if not isinstance(said.get(key, ""), str) or (not said.get(key) and key != "mapping_set_description"):
                self._wrong(key, f"{key} is no text, or missing", f"add '#{key}: …'")
                said[key] = ""
        licence = said["license"]
        if licence and not is_address(licence):
            self._wrong("license", f"license {licence!r} is no web address", "give the address of its text")
        version = said.get("sssom_version", VERSIONS[-1])
        if version not in VERSIONS:
            self._wrong("sssom_version", f"unknown sssom_version {version!r}", f"known are {', '.join(VERSIONS)}")
        if said.get("extension_definitions", [EXTENSION]) != [EXTENSION]:
            hint = f"'state' is the only one: {EXTENSION}"
            self._wrong("extension_definitions", "unknown extension_definitions", hint)
        return MappingSet(mappings=(), curie_map=self._prefixes(said), **{key: said.get(key, "") for key in TEXTS})

    def _loaded(self, text: str) -> dict[str, Any]:
        try:
            said = yaml.load(text, Loader=Loader)  # noqa: S506 - it makes texts, lists and tables only
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            # A sign that YAML does not have is told by the number of bytes before it.
            line = mark.line if mark else text.encode()[: getattr(error, "position", 0)].count(b"\n")
            what = f"the metadata is not YAML: {getattr(error, 'problem', None) or str(error).splitlines()[0]}"
            hint = "mend the syntax"
            raise InputError(what, hint=hint, path=self.path, line=min(line + 1, len(self.lines))) from error
        if isinstance(said, dict):
            return said
        what, hint = "the metadata is no table of keys", "write '#mapping_set_id: …' and the others"
        raise InputError(what, hint=hint, path=self.path, line=1)

    def _prefixes(self, said: dict[str, Any]) -> dict[str, str]:
        found = said.get("curie_map", {})
        if not isinstance(found, dict) or not all(isinstance(iri, str) for iri in found.values()):
            self._wrong("curie_map", "curie_map is no table of prefixes", "write '#  prefix: IRI' below it")
            return {}
        for prefix, iri in found.items():
            if BUILT_IN.get(prefix, iri) != iri:
                hint = f"it is {BUILT_IN[prefix]}: take the line out"
                self._wrong(prefix, f"the prefix {prefix} is another one in SSSOM", hint)
            elif not is_address(iri):
                self._wrong(prefix, f"the prefix {prefix} stands for {iri!r}", "give a web address")
        return found


def is_address(value: str) -> bool:
    """Tell whether the text is an http(s) IRI as the engine reads them (RFC 3987): what is not one, it would drop."""
    try:
        return value.startswith(("http://", "https://")) and bool(ox.NamedNode(value))
    except ValueError:
        return False


def suggest(word: str, known: frozenset[str]) -> str:
    """Return the hint for a word that is unknown."""
    close = difflib.get_close_matches(word, sorted(known), 1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(sorted(known))}"
