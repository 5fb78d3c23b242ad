"""``itgraph completion``: the script that lets a shell complete commands, options and their choices with Tab.

Example: ``itgraph completion bash >> ~/.bashrc``.
"""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from itgraph.cli.options import verbose_option
from itgraph.cli.output import put

__all__ = ["SHELLS", "completion"]

SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)))
@verbose_option
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands and options in SHELL.

    \b
    Add it to what the shell reads when it starts:
      itgraph completion bash >> ~/.bashrc
      itgraph completion zsh >> ~/.zshrc
      itgraph completion fish > ~/.config/fish/completions/itgraph.fish

    \b
    Example:
      itgraph completion bash
    """
    script = SHELLS[shell](ctx.find_root().command, {}, "itgraph", "_ITGRAPH_COMPLETE")
    # ShellComplete's own: that of bash would first start a bash to see its version, which need not be here.
    put(ShellComplete.source(script))
