"""What there is to see of a completion."""

from __future__ import annotations

from collections.abc import Sequence

from autoagent.journal import Journal
from autoagent.view.panels import Curve, Panel, Program
from genetic.cli.coder_runs import completed


class CompletionView:
    """Shows completions; see `autoagent.view.panels.View`."""

    def panels(self, journal: Journal, run: str) -> Sequence[Panel]:
        """Return the scores, and what was written."""
        done = completed(journal, run)
        shown: list[Panel] = [
            Program(
                title=f"{each['key']}: {'passing' if each['passing'] else 'not passing'}",
                text=each["completion"],
                told=f"{each['loops']} steps, score {each['score']:g}",
                language="python",
            )
            for each in done
        ]
        if len(done) > 1:
            scores = [(float(place), each["score"]) for place, each in enumerate(done, 1)]
            shown.insert(
                0, Curve(title="Scores", x="completion", y="score", lines={"score": scores})
            )
        return shown
