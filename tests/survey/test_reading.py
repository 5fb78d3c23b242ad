"""What a cell or an entry prints, read: quantities, links, author lists, whole entries. Tables of cases."""

from __future__ import annotations

import pytest

from itgraph.slugs import slug
from itgraph.survey.bibliography import fold, read_bibtex, read_entry
from itgraph.survey.document import repair
from itgraph.survey.links import find_arxiv_id, read_link
from itgraph.survey.names import may_be_one_person, read_authors
from itgraph.survey.quantities import looks_like_quantity, read_quantity


@pytest.mark.parametrize(
    ("text", "value", "minimum", "maximum", "approximate", "unit"),
    [
        ("52K", 52_000, None, None, False, ""),
        ("0.8M", 800_000, None, None, False, ""),
        ("111.5K", 111_500, None, None, False, ""),
        ("161,443", 161_443, None, None, False, ""),
        ("677", 677, None, None, False, ""),
        ("6.7B", 6_700_000_000, None, None, False, ""),
        ("~183K", 183_000, None, None, True, ""),
        ("～1M", 1_000_000, None, None, True, ""),
        ("300K+", None, 300_000, None, False, ""),
        ("200+", None, 200, None, False, ""),
        ("75K/110K", None, 75_000, 110_000, False, ""),
        ("7B/13B", None, 7_000_000_000, 13_000_000_000, False, ""),
        ("6B Tokens", 6_000_000_000, None, None, False, "token"),
        ("1.4T tokens", 1_400_000_000_000, None, None, False, "token"),
    ],
)
def test_a_certain_quantity_gives_numbers(
    text: str, value: int | None, minimum: int | None, maximum: int | None, approximate: bool, unit: str
) -> None:
    read = read_quantity(text)
    assert (read.value, read.minimum, read.maximum) == (value, minimum, maximum)
    assert (read.approximate, read.unit, read.doubt) == (approximate, unit, "")
    assert read.text == text
    assert looks_like_quantity(text)


@pytest.mark.parametrize(
    ("text", "counts_instances", "doubt"),
    [
        ("1.1 Tokens", True, "the number has lost its scale"),
        ("120B", True, "the number has lost its unit: this column counts instructions"),
        ("13B/7B", False, "not a quantity of a known form"),
        ("many", True, "not a quantity of a known form"),
        ("1.2345K", True, "not a whole number"),
    ],
)
def test_a_doubtful_quantity_gives_the_text_and_no_number(text: str, counts_instances: bool, doubt: str) -> None:
    read = read_quantity(text, counts_instances=counts_instances)
    assert (read.value, read.minimum, read.maximum, read.doubt) == (None, None, None, doubt)


def test_bounds_of_one_task_are_taken_and_doubted() -> None:
    read = read_quantity("5K to 5M per task")
    assert (read.value, read.minimum, read.maximum) == (None, 5_000, 5_000_000)
    assert read.doubt == "the bounds are those of one task"


def test_a_model_of_120_thousand_million_parameters_is_no_doubt() -> None:
    assert read_quantity("120B").value == 120_000_000_000


@pytest.mark.parametrize(
    ("href", "url", "arxiv_id", "identifier"),
    [
        ("https://arxiv.org/abs/2304.12244", "https://arxiv.org/abs/2304.12244", "2304.12244", None),
        ("http://arxiv.org/pdf/2304.12244.pdf", "https://arxiv.org/abs/2304.12244", "2304.12244", None),
        ("https://www.arxiv.org/pdf/2304.12244v2", "https://arxiv.org/abs/2304.12244", "2304.12244", None),
        ("https://arxiv.org/abs/2402.11690.pdf", "https://arxiv.org/abs/2402.11690", "2402.11690", None),
        ("https://arxiv.org/abs/2305.11206 ｜  -", "https://arxiv.org/abs/2305.11206", "2305.11206", None),
        (
            "https://aclanthology.org/2022.emnlp-main.460.pdf",
            "https://aclanthology.org/2022.emnlp-main.460.pdf",
            None,
            "acl:2022.emnlp-main.460",
        ),
        (
            "https://aclanthology.org/2023.wassa-1.3/",
            "https://aclanthology.org/2023.wassa-1.3/",
            None,
            "acl:2023.wassa-1.3",
        ),
        (
            "https://openreview.net/pdf?id=KBMOKmX2he",
            "https://openreview.net/pdf?id=KBMOKmX2he",
            None,
            "openreview:KBMOKmX2he",
        ),
        (
            "https://www.nature.com/articles/s42256-023-00626-4",
            "https://www.nature.com/articles/s42256-023-00626-4",
            None,
            None,
        ),
        ("https://doi.org/10.48550/ARXIV.2304.12244", "https://arxiv.org/abs/2304.12244", "2304.12244", None),
        ("https://doi.org/10.1000/XYZ", "https://doi.org/10.1000/XYZ", None, "doi:10.1000/xyz"),
        ("https://github.com/a/b?tab=readme-ov-file#data", "https://github.com/a/b", None, None),
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d", None, None),
    ],
)
def test_links(href: str, url: str, arxiv_id: str | None, identifier: str | None) -> None:
    link = read_link(href)
    assert link is not None
    assert (link.url, link.arxiv_id, link.identifier) == (url, arxiv_id, identifier)


@pytest.mark.parametrize(
    "href", ["LLaMA", "", "#ref3", "mailto:a@b.org", "javascript:alert(1)", "https://", "http://[x"]
)
def test_what_is_no_link(href: str) -> None:
    assert read_link(href) is None


def test_an_arxiv_id_is_not_cut_out_of_a_longer_number() -> None:
    assert find_arxiv_id("12345.678901") is None
    assert find_arxiv_id("arXiv:2304.12244v3") == "2304.12244"


@pytest.mark.parametrize(
    ("text", "names", "complete"),
    [
        ("Hendrycks, Dan and Burns, Collin and Zou, Andy", ["Dan Hendrycks", "Collin Burns", "Andy Zou"], True),
        ("Suzgun, Mirac and Le, Quoc V and others", ["Mirac Suzgun", "Quoc V Le"], False),
        ("Karl Cobbe and Vineet Kosaraju", ["Karl Cobbe", "Vineet Kosaraju"], True),
        ("Ge Zhang, Yemin Shi, and Jie Fu", ["Ge Zhang", "Yemin Shi", "Jie Fu"], True),
        ("Tianle Li, Wei-Lin Chiang, Ion Stoica", ["Tianle Li", "Wei-Lin Chiang", "Ion Stoica"], True),
        ("Khashabi, Daniel, Sewon Min, and Tushar Khot", ["Daniel Khashabi", "Sewon Min", "Tushar Khot"], True),
        ("Scao, Teven Le, Angela Fan, Roman Castagné et al.", ["Teven Le Scao", "Angela Fan", "Roman Castagné"], False),
        ("Victor Sanh, Arun Raja, et al", ["Victor Sanh", "Arun Raja"], False),
        ("OpenAI", ["OpenAI"], True),
        ("JosephusCheung", ["JosephusCheung"], True),
        ("Tiedong Liu and Bryan Kian Hsiang", ["Tiedong Liu", "Bryan Kian Hsiang"], True),
        ("Sandy Anderson, Rand Lee", ["Sandy Anderson", "Rand Lee"], True),
        ("", [], True),
    ],
)
def test_author_lists(text: str, names: list[str], complete: bool) -> None:
    authors = read_authors(text)
    assert authors.names == names
    assert authors.complete is complete
    assert len(authors.printed) == len(names)


def test_names_that_have_run_together_are_noticed() -> None:
    assert read_authors("Ada One Bea Two Cleo Three Dora Four, Eve Five").run_together == [
        "Ada One Bea Two Cleo Three Dora Four"
    ]


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("Quoc V Le", "Quoc V. Le", True),
        ("Noah A. Smith", "Noah Smith", True),
        ("S. Longpre", "Shayne Longpre", True),
        ("Hanna Hajishirzi", "Hannaneh Hajishirzi", True),
        ("Qiu Xipeng", "Xipeng Qiu", True),
        ("Björn Ommer", "Bjorn Ommer", True),
        ("yue Zhang", "Yue Zhang", True),
        ("Bo Li", "Yong Li", False),
        ("Jie Fu", "Jie Tang", False),
        ("Dan Hendrycks", "Daniel Khashabi", False),
    ],
)
def test_who_may_be_one_person(one: str, other: str, may_be: bool) -> None:
    assert may_be_one_person(one, other) is may_be
    assert may_be_one_person(other, one) is may_be


@pytest.mark.parametrize(
    ("text", "title", "year", "venue", "arxiv_ids", "urls"),
    [
        (
            "A B. **Multi: zero-\nshot learning**. ArXiv,\nabs/2212.10773, 2022.\n[Paper](https://arxiv.org/abs/2212.10773)",
            "Multi: zero-shot learning",
            2022,
            "",
            ["2212.10773"],
            ["https://arxiv.org/abs/2212.10773"],
        ),
        (
            "A B. **Better multi- modal models.** arXiv preprint arXiv:2311.12793.",
            "Better multi-modal models",
            None,
            "",
            ["2311.12793"],
            [],
        ),
        (
            "A B. 2024a. **Harness.** [Paper](https://arxiv.org/pdf/2402.11684.pdf)",
            "Harness",
            2024,
            "",
            [],
            ["https://arxiv.org/abs/2402.11684"],
        ),
        (
            "A B. **The source be with you**! arXiv\npreprint arXiv:2305.06161, 2023.",
            "The source be with you!",
            2023,
            "",
            ["2305.06161"],
            [],
        ),
        (
            "A B. **T**. Advances in Systems, 35:27730–\n27744, 2022.",
            "T",
            2022,
            "Advances in Systems, 35:27730–27744",
            [],
            [],
        ),
        ("A B. 2023a. **T**. NeurIPS 2023.", "T", 2023, "NeurIPS 2023", [], []),
        (
            "A B. **T**. In Proceedings of X, pages 10684–10695, 2022.",
            "T",
            2022,
            "Proceedings of X, pages 10684–10695",
            [],
            [],
        ),
        (
            "A B. **T**. Blog post\nexample.com/blog/t, 2022.",
            "T",
            2022,
            "Blog post",
            [],
            ["https://example.com/blog/t"],
        ),
        ("A B. **T**.\n`github.com/a/B,2023`.", "T", 2023, "", [], ["https://github.com/a/B"]),
        (
            "A B. **T**. See `https://t.example.org` (accessed 14 April 2023), 2023.",
            "T",
            2023,
            "",
            [],
            ["https://t.example.org"],
        ),
        ("A B. **T. github.com/A-\nB/C-D**, 2023.", "T", 2023, "", [], ["https://github.com/A-B/C-D"]),
        ("A B. **T**. arXiv preprint arXiv:2005.00700 (2020).", "T", 2020, "", ["2005.00700"], []),
        (
            "A B. **T**. Center.\n`https://c.example.org/2023/03/13/t.html`,\n3(6):7, 2023.",
            "T",
            2023,
            "Center, 3(6):7",
            [],
            ["https://c.example.org/2023/03/13/t.html"],
        ),
    ],
)
def test_entries(text: str, title: str, year: int | None, venue: str, arxiv_ids: list[str], urls: list[str]) -> None:
    entry = read_entry(text)
    assert (entry.title, entry.year, entry.venue, entry.arxiv_ids) == (title, year, venue, arxiv_ids)
    assert [link.url for link in entry.links] == urls
    assert entry.authors.names == ["A B"]


def test_an_entry_whose_bold_text_is_its_maker_has_no_title() -> None:
    entry = read_entry("**Heath Collective**. software:\nhub.example.org/heath-\n13b, 2023.")
    assert (entry.title, entry.authors.names, entry.year) == ("", ["Heath Collective"], 2023)
    assert [link.url for link in entry.links] == ["https://hub.example.org/heath-13b"]


def test_an_entry_with_nothing_in_bold_is_refused() -> None:
    with pytest.raises(ValueError, match="no title"):
        read_entry("A B. Title without stars. 2023.")


def test_the_bibtex_block() -> None:
    entry = read_bibtex(
        "```\n@article{x,\n  title={T},\n  author={Doe, J and Roe, R and others},\n  year={2023}\n}\n```"
    )
    assert entry is not None
    assert (entry.title, entry.year, entry.authors.names, entry.authors.complete) == (
        "T",
        2023,
        ["J Doe", "R Roe"],
        False,
    )
    assert read_bibtex("no block") is None


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("TÃœLU", "TÜLU"),
        ("Andreas KÃ¶pf, RichÃ¡rd Nagyfi", "Andreas Köpf, Richárd Nagyfi"),
        ("ï½ž1M", "～1M"),
        ("35:27730â€“27744", "35:27730–27744"),
        ("Brian Oâ€™Horo", "Brian O’Horo"),
        ("already fine: é – ’", "already fine: é – ’"),
        ("naïve & <b>", "naïve & <b>"),
    ],
)
def test_mojibake_is_repaired_and_nothing_else(broken: str, whole: str) -> None:
    assert repair(broken) == whole


def test_a_hyphen_at_a_line_end_belongs_to_the_word() -> None:
    assert fold("state-of-the-\nart and so\non -- Part 1") == "state-of-the-art and so on -- Part 1"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Łukasz Kaiser", "lukasz-kaiser"),
        ("Brian O’Horo", "brian-ohoro"),
        ("Dolly 2.0", "dolly-2-0"),
        ("TÜLU", "tulu"),
        ("C++", "cplusplus"),
        ("BIG-Bench Hard (BBH)", "big-bench-hard-bbh"),
        ("  --x--  ", "x"),
        ("Ærøskøbing straße", "aeroskobing-strasse"),
    ],
)
def test_slugs_are_frozen(name: str, expected: str) -> None:
    assert slug(name) == expected
