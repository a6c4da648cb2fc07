"""What the Live run page says of two runs as a whole."""

from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import spoken
from genedge.runs.run import Run
from genedge.say import amount


def sentence(runs: list[Run], metric: str) -> str:
    """What the two runs come to."""
    first = runs[0].summary
    text = (
        f"Over all {runs[0].requests.slots:,} slots {spoken(runs[0].policy)} costs "
        f"{amount(first[metric])} a slot on {LEDGERS[metric].spoken}"
    )
    if len(runs) == 1:
        return text + "."
    second = runs[1].summary
    waits = (first["misses"], second["misses"])
    return (
        f"{text}, {spoken(runs[1].policy)} {amount(second[metric])}: "
        f"{waits[0]:,} against {waits[1]:,} misses, "
        f"{runs[0].evictions:,} against {runs[1].evictions:,} evictions, "
        f"{first['mean_deployed']:.1f} against {second['mean_deployed']:.1f} models held."
    )
