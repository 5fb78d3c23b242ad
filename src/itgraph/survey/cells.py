"""Cells that name several things at once: how data was made, in which languages, over which modalities.

Each reading gives the text as printed and, where it is certain, ids beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import langcodes

from itgraph.slugs import slug
from itgraph.survey.document import Cell
from itgraph.survey.registry import Registry

__all__ = ["CellReader"]

LIST = re.compile(r"\s*(?:&|,|;|\band\b)\s*(?=\S)")
GENERATED = re.compile(r"^(.+?)[\s-]*generated$", re.IGNORECASE)
CONVERSATIONS = re.compile(r"^real user-(.+?) conversations$", re.IGNORECASE)
REMARK = re.compile(r"\s*\([^)]*\)$")
LANGUAGE_COUNT = re.compile(r"^(\d+)\s*lang(?:uages?)?\.?$", re.IGNORECASE)
SEVERAL = frozenset({"multi", "multilingual", "multiple"})

MODEL_GENERATED = "construction/model-generated"
REAL_CONVERSATIONS = "construction/real-conversations"


class CellReader:
    """Reads cells against the registry and the concept schemes; ``report`` and ``resolve`` are the row reader's."""

    def __init__(
        self,
        registry: Registry,
        report: Callable[[str, str, Cell, str], bool],
        resolve: Callable[[str, str, Cell], str],
    ) -> None:
        self.registry = registry
        self.report = report
        self.resolve = resolve

    def concept(self, scheme: str, cell: Cell) -> str:
        """Return the concept that the whole cell names."""
        found = self.registry.resolve(scheme, cell.text)
        if not found:
            self.report("unknown-concept", scheme, cell, f"no concept of the scheme {scheme} is called “{cell.text}”")
        return found[0] if found else f"{scheme}/{slug(cell.text)}"

    def construction(self, cell: Cell) -> dict[str, Any]:
        """Read "human-crafted & GPT-Generated", "Real User-ChatGPT Conversations", "GPT 3.5/4-Generated"."""
        concepts: list[str] = []
        generators: list[str] = []
        for part in LIST.split(cell.text):
            if known := self.registry.resolve("construction", part):
                concepts += known
                makers = match.group(1) if (match := CONVERSATIONS.match(part)) else ""
            elif match := CONVERSATIONS.match(part):
                concepts.append(REAL_CONVERSATIONS)
                makers = match.group(1)
            elif match := GENERATED.match(part):
                concepts.append(MODEL_GENERATED)
                makers = match.group(1)
            elif self.registry.resolve("model", maker := REMARK.sub("", part)):
                concepts.append(MODEL_GENERATED)
                makers = maker
            else:
                self.report("unread-cell", "construction", cell, f"“{part}” is no known way of construction")
                continue
            generators += [g for g in self.generators(makers, cell) if g not in generators] if makers else []
        claims: dict[str, Any] = {"constructionAsPrinted": cell.text}
        if concepts:
            claims["construction"] = one_or_all(list(dict.fromkeys(concepts)))
        if generators:
            claims["generatedWith"] = one_or_all(generators)
        return claims

    def generators(self, makers: str, cell: Cell) -> list[str]:
        """Return the models named by "GPT-4", "GPT/DeepSeek", "GPT 3.5/4" (a bare number takes the name before it)."""
        if "/" not in makers or self.registry.resolve("model", makers):
            return [self.resolve("model", makers, cell)]
        parts = makers.split("/")
        named: list[str] = []
        for index, part in enumerate(parts):
            name = part.strip()
            if re.fullmatch(r"[\d.]+", name) and index:
                name = re.sub(r"[\d.]+$", name, parts[0].strip())
            if found := self.registry.resolve("model", name):
                named += found
            else:
                self.report("unclear-generator", name, cell, f"“{name}” in “{cell.text}” names no model for certain")
        return named

    def language(self, cell: Cell) -> dict[str, Any]:
        """Read "En", "En&Zh", "55 Lang"; "Multi" names no language, "Math" and "Code" are subjects."""
        claims: dict[str, Any] = {}
        if match := LANGUAGE_COUNT.match(cell.text):
            claims["languageCount"] = int(match.group(1))
        elif subjects := self.registry.resolve("subject", cell.text):
            claims["subject"] = one_or_all(subjects)
        elif cell.text.casefold() not in SEVERAL:
            tags: list[str] = []
            for part in LIST.split(cell.text):
                if re.fullmatch(r"[A-Za-z]{2,3}", part) and langcodes.tag_is_valid(part):
                    tags.append(langcodes.standardize_tag(part))
                else:
                    self.report("unread-cell", "language", cell, f"“{part}” is neither a language nor a known subject")
            if tags:
                claims["inLanguage"] = one_or_all(tags)
        claims["languageAsPrinted"] = cell.text
        return claims

    def modality(self, cell: Cell) -> dict[str, Any]:
        """Read "Image-Text-Video-Audio", "Point Cloud-Text"."""
        found = [self.registry.resolve("modality", part) for part in cell.text.split("-")]
        claims: dict[str, Any] = {}
        if all(found):
            claims["modality"] = one_or_all([concept for concepts in found for concept in concepts])
        else:
            self.report("unread-cell", "modality", cell, f"“{cell.text}” does not name its modalities")
        claims["modalityAsPrinted"] = cell.text
        return claims


def one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
