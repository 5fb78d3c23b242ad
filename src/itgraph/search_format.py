"""Hits, written: for people and for programs.

Serve side, between search and the command line.

>>> from itgraph.search import Hit
>>> as_rows([Hit("model/llama", "https://w3id.org/itgraph/model/llama", "LLaMA", "model", "LLaMa", 0.9)])
[['model/llama', 'model', 'LLaMA', 'LLaMa']]
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields

from itgraph.lineage_format import printable
from itgraph.search import Hit

__all__ = ["FORMATS", "HEADER", "as_csv", "as_json", "as_jsonl", "as_rows"]

HEADER = ("id", "kind", "label", "found by")


def as_rows(hits: Sequence[Hit]) -> list[list[str]]:
    """Return the hits as rows of a table; a name stands in the last column where it is not the label."""
    return [
        [printable(part) for part in (hit.id, hit.kind, hit.label, "" if hit.matched == hit.label else hit.matched)]
        for hit in hits
    ]


def as_json(hits: Sequence[Hit]) -> str:
    """Return the hits as one JSON array."""
    return json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=2) + "\n"


def as_jsonl(hits: Sequence[Hit]) -> str:
    """Return one JSON object on a line for each hit."""
    return "".join(json.dumps(asdict(hit), ensure_ascii=False) + "\n" for hit in hits)


def as_csv(hits: Sequence[Hit]) -> str:
    """Return the hits as CSV (RFC 4180) with a header."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([field.name for field in fields(Hit)])
    writer.writerows(asdict(hit).values() for hit in hits)
    return out.getvalue()


FORMATS = {"json": as_json, "jsonl": as_jsonl, "csv": as_csv}
