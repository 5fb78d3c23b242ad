"""The reconciler: which item of Wikidata is an entity of the release, found, judged, and looked up again.

Serve side. ``subjects`` reads the release; ``papers``, ``things`` and ``people`` find candidates; ``judgement`` says
what a machine may take; ``table`` keeps what is settled; ``check`` looks every link up again.
"""
