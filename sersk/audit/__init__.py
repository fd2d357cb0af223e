"""The leak auditor: what in a corpus makes its scores wrong."""

from sersk.audit._clip import ClipReport, inspect_clip, summarise_sound
from sersk.audit._clip_warnings import SoundLimits, learn_limits, warn_of_clip
from sersk.audit._duplicates import check_exact_duplicates, check_near_duplicates
from sersk.audit._findings import Finding, sort_findings
from sersk.audit._fingerprint import Fingerprint, make_fingerprint
from sersk.audit._manifest import check_manifest, check_rows
from sersk.audit._measurements import Measurement, measure_files
from sersk.audit._missing import describe_missing
from sersk.audit._near_duplicates import find_near_duplicates
from sersk.audit._predictability import score_by_category
from sersk.audit._sound import check_sound
from sersk.audit._voices import check_voices

__all__ = [
    "ClipReport",
    "Finding",
    "Fingerprint",
    "Measurement",
    "SoundLimits",
    "check_exact_duplicates",
    "check_manifest",
    "check_near_duplicates",
    "check_rows",
    "check_sound",
    "check_voices",
    "describe_missing",
    "find_near_duplicates",
    "inspect_clip",
    "learn_limits",
    "make_fingerprint",
    "measure_files",
    "score_by_category",
    "sort_findings",
    "summarise_sound",
    "warn_of_clip",
]
