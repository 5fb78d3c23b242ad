"""How Wikidata is asked by the commands that do: where, by whom, and what is kept of the answers.

Used by the commands of ``itgraph link``; imports nothing heavier than click.

Example: ``@wikidata_options`` above a command gives it the parameter ``asking: Asking``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from itgraph.cli.options import Folder

if TYPE_CHECKING:
    from itgraph.links.wikidata import Wikidata

__all__ = ["Asking", "wikidata_options"]

#: As in itgraph.links.wikidata.services, which is not imported before it is needed.
MAIN = "https://query.wikidata.org/sparql"
SCHOLARLY = "https://query-scholarly.wikidata.org/sparql"
API = "https://www.wikidata.org/w/api.php"

OPTIONS = (
    click.option("--contact", metavar="ADDRESS", help="Tell Wikidata who asks: a mail address or a page"),
    click.option("--offline", is_flag=True, help="Ask nobody: answer from what was kept of earlier answers"),
    click.option("--refresh", is_flag=True, help="Ask anew for what was kept"),
    click.option("--cache", type=Folder(), metavar="DIR", help="Keep the answers here instead of in the user's cache"),
    click.option(
        "--pause",
        type=click.FloatRange(0, 60),
        default=0.5,
        show_default=True,
        metavar="SECONDS",
        help="Leave Wikidata alone between two requests, and four times as long after a fault",
    ),
    click.option("--main", metavar="URL", default=MAIN, show_default=True, help="The endpoint without the papers"),
    click.option("--scholarly", metavar="URL", default=SCHOLARLY, show_default=True, help="The endpoint of the papers"),
    click.option("--api", metavar="URL", default=API, show_default=True, help="The address of the API"),
)


@dataclass(frozen=True)
class Asking:
    """What was said of how to ask."""

    contact: str | None
    offline: bool
    refresh: bool
    cache: str | None
    pause: float
    main: str
    scholarly: str
    api: str

    def open(self, waiting: Callable[[str], None]) -> Wikidata:
        """Return the client; ``waiting`` gets one line before each wait.

        Raises:
            UsageError: an address is none, or two options contradict each other.
            InputError: the cache cannot be used.
            NetworkError: offline, and nothing was kept.
        """
        from pathlib import Path

        from itgraph.links.wikidata import Patience, Services, Wikidata
        from itgraph.links.wikidata.answers import default_folder

        services = Services(self.main, self.scholarly, self.api)
        return Wikidata.open(
            services,
            cache=Path(self.cache) if self.cache else default_folder(services),
            offline=self.offline,
            refresh=self.refresh,
            contact=self.contact,
            patience=Patience(pause=self.pause, first_wait=4 * self.pause),
            waiting=waiting,
        )


def wikidata_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of how Wikidata is asked, as one parameter ``asking``."""

    @functools.wraps(command)
    def with_asking(*arguments: Any, **options: Any) -> Any:
        said = {name: options.pop(name) for name in Asking.__dataclass_fields__}
        return command(*arguments, asking=Asking(**said), **options)

    for option in reversed(OPTIONS):
        with_asking = option(with_asking)
    return with_asking
