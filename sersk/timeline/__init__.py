"""Long recordings: which class is heard when."""

from sersk.timeline._activity import Activity, measure_activity
from sersk.timeline._formats import find_format, save_timeline
from sersk.timeline._parts import Cells, Segment, Windows
from sersk.timeline._timeline import Timeline, make_timeline

__all__ = [
    "Activity",
    "Cells",
    "Segment",
    "Timeline",
    "Windows",
    "find_format",
    "make_timeline",
    "measure_activity",
    "save_timeline",
]
