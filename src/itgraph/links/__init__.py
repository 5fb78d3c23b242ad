"""Names elsewhere: what other places call the entities of a release, found, judged, looked up again and given back.

Serve side: it reads a release and the link tables (``data/links/*.sssom.tsv``), asks other services, and proposes rows
to the tables. The build reads the tables and asks nobody.
"""
