"""Without matplotlib every display tells how to install it, before it does any work."""

import sys
from types import SimpleNamespace

import pytest

from sersk import display

CALLS = {
    "WaveformDisplay": ("from_file", ["no-such.wav"]),
    "SpectrogramDisplay": ("from_file", ["no-such.wav"]),
    "MelSpectrogramDisplay": ("from_file", ["no-such.wav"]),
    "MFCCDisplay": ("from_signal", [[0.0], 16000]),
    "ClassDistributionDisplay": ("from_labels", [["a"]]),
    "ConfusionMatrixDisplay": ("from_estimator", [None, [], []]),
    "SpeakerRecallDisplay": ("from_estimator", [None, [], [], []]),
    "LearningCurveDisplay": ("from_curve", [SimpleNamespace(n_speakers=[1], scores=[[0.5]])]),
    "CalibrationDisplay": ("from_estimator", [None, [], []]),
    "RiskCoverageDisplay": ("from_estimator", [None, [], []]),
    "TimelineDisplay": ("from_timeline", [None]),
    "ProbabilityDisplay": ("from_estimator", [None, None]),
    "TrainingCurveDisplay": ("from_estimator", [None]),
    "ImportanceDisplay": ("from_rows", [[]]),
    "ExplanationDisplay": ("from_explanation", [None, None, None]),
}


def test_all_are_tried():
    assert set(CALLS) == set(display.__all__) - {"Sound"}


@pytest.mark.parametrize("name", CALLS)
def test_install_line(name, monkeypatch):
    display_type = getattr(display, name)
    method, args = CALLS[name]
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError) as raised:
        getattr(display_type, method)(*args)
    assert str(raised.value) == (
        'sersk.display needs matplotlib. Install it with: pip install "sersk[plot]"'
    )
