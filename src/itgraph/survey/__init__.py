"""From a survey README to entries: the smart part of the path, so that the build can be dumb.

``document`` reads the file (encoding, HTML tables, reference entries, line numbers), ``grid`` undoes rowspans and lost
cells, ``links``, ``quantities``, ``names``, ``cells`` and ``bibliography`` read what a cell or an entry prints,
``registry`` turns printed names into ids, ``rows`` and ``works`` make claims, ``citations`` and ``namesakes`` look for
what does not fit, ``anomalies`` collects it, ``numbering`` keeps row numbers, ``writer`` makes YAML, and ``importer``
runs it all.

>>> from itgraph.survey.quantities import read_quantity
>>> read_quantity("52K").value
52000
"""
