"""Evolution through large models: MAP-Elites over programs, changed by chance or by a model.

After Lehman et al., Evolution through Large Models (2022).
"""

from genetic.elm.archive import Archive, Elite
from genetic.elm.domain import DOMAINS, Axis, Domain, Judged, open_domain
from genetic.elm.operators import OPERATORS, Operator, Variation
from genetic.elm.plan import Plan
from genetic.elm.run import ElitesRun, Finished
from genetic.elm.search import Batch, Elites
from genetic.search.journalled import Finish

__all__ = [
    "DOMAINS",
    "OPERATORS",
    "Archive",
    "Axis",
    "Batch",
    "Domain",
    "Elite",
    "Elites",
    "ElitesRun",
    "Finish",
    "Finished",
    "Judged",
    "Operator",
    "Plan",
    "Variation",
    "open_domain",
]
