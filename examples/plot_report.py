"""
A report for those who were not there
=====================================

A table of scores tells those who made it a lot, and others little. The report says in words what a
score is worth, and begins with what speaks against it. It is one file that needs no network.
"""

# %%
# A corpus and a fit
# ------------------
# Eight speakers of synthetic speech, as ``sersk demo`` makes them, and a recipe that is quick to
# fit.

import re
import tempfile
from pathlib import Path

from sersk.workflows import fit, write_demo_corpus

folder = Path(tempfile.mkdtemp()) / "demo"
fitted = fit(write_demo_corpus(folder), recipe="svm")
print(f"UAR {fitted.results['uar']:.3f}")

# %%
# The verdict
# -----------
# The headline, and the alarms below it.

from sersk.report import make_report


def print_verdict(html):
    box = html[html.index('<div class="verdict') : html.index("<dl")]
    print(re.sub(r"(\s*<[^>]+>\s*)+", "\n", box).strip())


print_verdict(make_report(fitted.results))

# %%
# The same model under folds that share speakers has a higher score. The report does not praise it.

shared = fit(folder / "TRAIN.csv", recipe="svm", protocol="stratified")
print(f"UAR {shared.results['uar']:.3f}")
print_verdict(make_report(shared.results))

# %%
# The file
# --------
# ``write_report`` writes it whole or not at all; ``sersk fit --report`` does the same.

from sersk.report import write_report

write_report(fitted.results, folder / "report.html")
print(f"{(folder / 'report.html').stat().st_size / 1000:.0f} kB")

# %%
# Its pictures are those of ``sersk.display``; here the calibration once more. Dots above the
# dashed line mean that the model could be surer of itself, dots below it that it is too sure.

from sersk.display import CalibrationDisplay

CalibrationDisplay.from_bins(fitted.results["calibration"])
