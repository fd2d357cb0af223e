"""Files that are not there, or cannot be read."""

import pytest

from sersk.audit import describe_missing
from sersk.utils._failures import Failure


def test_no_failure_is_no_finding():
    assert describe_missing("missing_audio", [], 10) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [("missing_audio", "are not there"), ("unreadable_audio", "cannot be read")],
)
def test_lists_all_and_names_a_few(kind, words):
    failures = [Failure(i, f"{i}.wav", "because", i + 2) for i in range(7)]
    (finding,) = describe_missing(kind, failures, 14)
    assert (finding.kind, finding.level) == (kind, "warning")
    assert finding.files == [f"{i}.wav" for i in range(7)]
    assert finding.score == 0.5
    assert finding.message.startswith(f"7 of 14 files {words}: 0.wav, 1.wav, 2.wav, 3.wav and")
    assert "3 more (the first: because)" in finding.message
