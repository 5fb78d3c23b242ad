"""The pages of the site, each kind once: what a new page adds a line to."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ADDRESSES", "Address"]


class Address(NamedTuple):
    """A page: where it is, its status, and what is there once its scripts have done their work."""

    path: str
    status: int = 200
    ready: str = "main h1"


ADDRESSES = (
    Address("/"),
    # Each kind of entity, the large and the small.
    Address("/model/llama.html"),
    Address("/model/alpaca.html"),
    Address("/model/instructgpt.html"),
    Address("/dataset/alpaca.html"),
    Address("/dataset/lamm.html"),
    Address("/paper/arxiv-2302.13971.html"),
    Address("/paper/arxiv-2308.10792.html"),
    Address("/person/yizhong-wang.html"),
    # With a link that nobody has checked.
    Address("/person/jan-leike.html"),
    Address("/organization/openai.html"),
    Address("/benchmark/mmlu.html"),
    Address("/technique/lora.html"),
    Address("/domain/medical.html"),
    # Sources.
    Address("/survey/models/4.html"),
    Address("/survey/reference/17.html"),
    Address("/survey/anomalies.html"),
    Address("/registry/model/alpaca.html"),
    Address("/links/wikidata.html"),
    Address("/links/wikidata-denied.html"),
    Address("/model/nobody.html", 404),
    # Ways to them.
    Address("/model"),
    Address("/dataset"),
    Address("/paper"),
    Address("/person?page=2"),
    Address("/search?q=llama"),
    Address("/search?q=nothing+is+called+so"),
    Address("/lineage"),
    Address("/lineage/model/llama", ready='[data-state="ready"]'),
    Address("/lineage/dataset/alpaca?direction=up&via=all", ready='[data-state="ready"]'),
    Address("/questions"),
    Address("/questions/built-on"),
    Address("/query", ready='[data-state="ready"]'),
    Address("/survey.html"),
    Address("/survey/models.html"),
    Address("/ns.html"),
    Address("/modality.html"),
    Address("/about.html"),
    Address("/downloads"),
    Address("/api"),
)
