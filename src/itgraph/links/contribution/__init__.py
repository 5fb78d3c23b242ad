"""Giving back: what Wikidata lacks, as a batch that a person looks at and uploads.

Serve side. ``missing`` says which entities, ``models`` and ``papers`` what is certain of them, ``batch`` puts the items
together, and ``quickstatements`` writes them.
"""
