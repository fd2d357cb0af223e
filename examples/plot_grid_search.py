"""
Searching parameters without a look at the test speakers
========================================================

How many cepstral coefficients, and which ``C``? A grid search answers both at once, because the
parameters of an extractor can be searched like those of a classifier. Two rules keep it honest:
speakers stay together in the folds of the search, and the search is scored on speakers that had no
part in it.
"""

# %%
# The search
# ----------
# ``make_pipeline`` names each step after its class in lower case, hence ``mfcc__n_mfcc``.
# :class:`~sersk.model_selection.SpeakerKFold` makes stratified folds that never split a speaker.
# With ``memory`` the extractor keeps what it has extracted in a
# :class:`~sersk.features.FeatureStore`, so that neither another ``C`` nor another fold extracts it
# again.

import tempfile

from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.datasets import make_emotional_speech
from sersk.features import MFCC, FeatureStore
from sersk.model_selection import SpeakerKFold

signals, emotions, speakers = make_emotional_speech(
    n_speakers=9, n_clips_per_class=3, duration_s=0.8
)
folder = tempfile.TemporaryDirectory()
store = FeatureStore(folder.name)
model = make_pipeline(MFCC(sample_rate=16000, memory=store), StandardScaler(), SVC())
grid = {"mfcc__n_mfcc": [5, 13, 40], "svc__C": [0.1, 1, 10, 100]}
search = GridSearchCV(model, grid, scoring="balanced_accuracy", cv=SpeakerKFold(3, random_state=0))
search.fit(signals, emotions, groups=speakers)
print(search.best_params_)
print(f"UAR of the best, as the search saw it: {search.best_score_:.2f}")

# %%
# Three numbers of coefficients times the clips is what was extracted; the rest was looked up.

info = store.info()
print(f"{len(signals)} clips, {info.n_computed} rows extracted, {info.n_reused} found")

# %%
# The grid
# --------

import matplotlib.pyplot as plt
import numpy as np

uar = search.cv_results_["mean_test_score"].reshape(len(grid["mfcc__n_mfcc"]), -1)
best_row, best_column = np.unravel_index(search.best_index_, uar.shape)

fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
image = ax.imshow(uar, cmap="cividis", aspect="auto")
for (row, column), value in np.ndenumerate(uar):
    color = "black" if image.norm(value) > 0.5 else "white"
    best = (row, column) == (best_row, best_column)
    ax.text(
        column,
        row,
        f"{value:.2f}" + ("\nbest" if best else ""),
        ha="center",
        va="center",
        color=color,
        fontsize=12,
        fontweight="bold" if best else "normal",
    )
ax.set_xticks(range(uar.shape[1]), [f"{value:g}" for value in grid["svc__C"]])
ax.set_yticks(range(uar.shape[0]), grid["mfcc__n_mfcc"])
ax.set(xlabel="C of the SVM", ylabel="Number of MFCC", title="UAR on speakers left out")
fig.colorbar(image, ax=ax, label="Unweighted average recall")
plt.show()

# %%
# The score
# ---------
# The best of twelve numbers is not a fair estimate: it was chosen because it was high. So the
# whole search is cross-validated. Each outer fold sets three speakers aside, searches among the
# other six, and scores what was found on the three. With metadata routing on, scikit-learn brings
# the speakers to both levels.

from sklearn import config_context
from sklearn.model_selection import cross_validate

with config_context(enable_metadata_routing=True):
    nested = cross_validate(
        search,
        signals,
        emotions,
        params={"groups": speakers},
        scoring="balanced_accuracy",
        cv=SpeakerKFold(3, random_state=1),
        return_estimator=True,
    )
for fold, (score, fitted) in enumerate(
    zip(nested["test_score"], nested["estimator"], strict=True), start=1
):
    print(f"fold {fold}: UAR {score:.2f} with {fitted.best_params_}")
print(f"UAR of the search, nested: {nested['test_score'].mean():.2f}")
folder.cleanup()

# %%
# On so small a grid both numbers are close; the more is tried, the more the first one flatters.
# The folds need not agree on the parameters. Where they do not, the grid is flat or the corpus is
# small, and none of the choices should be taken as a finding. On the command line, ``sersk fit
# --search`` does the same with the space of a recipe.
