"""``python -m itgraph``: the command line, where the console script is not on the path.

Example: ``python -m itgraph lineage model/llama --down``.
"""

from __future__ import annotations

from itgraph.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
