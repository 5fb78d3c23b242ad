"""A mapping set as SSSOM/TSV: the metadata as YAML behind ``#``, then the rows, sorted, without empty columns.

Written as the canonical form of the standard asks (https://w3id.org/sssom/spec, section on SSSOM/TSV), but for one
thing: what all rows share stays in each row, so that a row can be read and changed alone.

>>> print(written(MappingSet("https://e.org/s", "A set", "https://e.org/l", ())).splitlines()[2])
#mapping_set_title: A set
"""

from __future__ import annotations

import csv
import io

import yaml

from itgraph.errors import InputError, echo
from itgraph.namespaces import ITG
from itgraph.sssom.model import BUILT_IN, NEEDED, SLOTS, Kind, Mapping, MappingSet
from itgraph.unseen import UNSEEN

__all__ = ["EXTENSION", "written"]

#: What SSSOM is told of the slot that it does not know.
EXTENSION = {"slot_name": "state", "property": "itg:linkState", "type_hint": "xsd:string"}


class Metadata(yaml.SafeDumper):
    """YAML whose texts are plain where they can be, else in double quotes, and whose lists are indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the lists of a mapping too."""
        super().increase_indent(flow, False)


def plain_or_double(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = yaml.safe_dump(text, allow_unicode=True, width=float("inf")).splitlines()[0] == text
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


Metadata.add_representer(str, plain_or_double)


def written(mapping_set: MappingSet) -> str:
    """Return the text of the table.

    Raises:
        InputError: a cell could not be read again.
    """
    rows = sorted(mapping_set.mappings, key=lambda row: [row.values(slot) for slot in SLOTS])
    columns = [slot for slot in SLOTS if slot in NEEDED or any(row.values(slot) for row in rows)]
    stream = io.StringIO()
    table = csv.writer(stream, delimiter="\t", lineterminator="\n")
    table.writerow(columns)
    table.writerows([cell(row, slot) for slot in columns] for row in rows)
    return metadata(mapping_set, rows) + stream.getvalue()


def metadata(mapping_set: MappingSet, rows: list[Mapping]) -> str:
    with_state = any(row.state for row in rows)
    entities = [name for name, slot in SLOTS.items() if slot.kind is Kind.ENTITY]
    used = {curie.partition(":")[0] for row in rows for name in entities for curie in row.values(name)}
    prefixes = {prefix: iri for prefix, iri in mapping_set.curie_map.items() if prefix in used}
    if with_state:
        prefixes["itg"] = ITG
    said = {
        "sssom_version": "1.1",
        "curie_map": {prefix: prefixes[prefix] for prefix in sorted(prefixes) if prefix not in BUILT_IN},
        "mapping_set_id": mapping_set.mapping_set_id,
        "mapping_set_title": mapping_set.mapping_set_title,
        "mapping_set_description": mapping_set.mapping_set_description,
        "license": mapping_set.license,
        "extension_definitions": [EXTENSION] if with_state else [],
    }
    text = yaml.dump(
        {key: value for key, value in said.items() if value},
        Dumper=Metadata,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=float("inf"),
    )
    return "".join(f"#{line}\n" for line in text.splitlines())


def cell(row: Mapping, slot: str) -> str:
    for value in row.values(slot):
        if value != value.strip() or UNSEEN.search(value) or len(value) > csv.field_size_limit():
            what = f"{row.subject_id} and {row.object_id}: {slot} {echo(value)} would not be read again"
            raise InputError(what, hint="shorten it, and leave out blanks around it and what nobody sees")
    if not SLOTS[slot].several:
        return str(getattr(row, slot))
    return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in row.values(slot))
