"""What carried the decision about a clip."""

from dataclasses import dataclass, field

import numpy as np

# A change of the probability that is worth a sentence. What models fitted to shuffled labels show
# is below in most clips.
NOTEWORTHY = 0.05


@dataclass(frozen=True, eq=False)
class Explanation:
    """How the probabilities of a clip change without one of its stretches, or blocks of features.

    Attributes
    ----------
    filename : str
        What the clip is called.
    classes : list of str
        The classes, in the order of the columns of probabilities.
    label : str
        The class whose probability is explained.
    probabilities : ndarray of shape (n_classes,)
        What the model says of the clip.
    start_s : float
        Where the part of the recording that was explained begins, in seconds.
    stop_s : float
        Where it ends, in seconds.
    removal : {"cut", "silence"}
        How stretches were taken out.
    stretches : ndarray of shape (n_stretches, 2)
        Where each stretch begins and ends in the recording, in seconds. They overlap, and lie
        where the model hears something. There is none in a clip that is too short.
    without_stretches : ndarray of shape (n_stretches, n_classes)
        What the model says without each of them.
    blocks : list of str
        Blocks of features, or extractors where the model weighs no blocks.
    without_blocks : ndarray of shape (n_blocks, n_classes)
        What the model says where the features of a block are those of the average training clip.
    reason : str or None
        Why there are no blocks, as a sentence; None where there are.
    warnings : dict of str to str, default={}
        What the guards of the model say against its answer, sentences by what they are about.

    Examples
    --------
    >>> import numpy as np
    >>> from sersk.explanation import Explanation
    >>> without = np.array([[0.25, 0.75], [0.75, 0.25]])
    >>> explanation = Explanation(
    ...     "a.wav", ["angry", "sad"], "angry", np.array([0.75, 0.25]), 0.0, 1.0, "cut",
    ...     np.array([[0.0, 0.5], [0.5, 1.0]]), without, ["pitch"], without[:1], None,
    ... )
    >>> explanation.stretch_changes, explanation.most_important, explanation.stands_out
    (array([-0.5,  0. ]), 0, True)
    """

    filename: str
    classes: list
    label: str
    probabilities: np.ndarray
    start_s: float
    stop_s: float
    removal: str
    stretches: np.ndarray
    without_stretches: np.ndarray
    blocks: list
    without_blocks: np.ndarray
    reason: str | None
    warnings: dict = field(default_factory=dict)

    @property
    def probability(self):
        """Probability of the class explained."""
        return float(self.probabilities[self._column])

    @property
    def stretch_changes(self):
        """How that probability changes without each stretch, of shape (n_stretches,).

        Below zero for a stretch that speaks for the class, above for one that speaks against it.
        """
        return self.without_stretches[:, self._column] - self.probability

    @property
    def block_changes(self):
        """How it changes without each block, of shape (n_blocks,)."""
        return self.without_blocks[:, self._column] - self.probability

    @property
    def most_important(self):
        """Place of the stretch without which it changes most, either way; None without any."""
        return int(np.abs(self.stretch_changes).argmax()) if len(self.stretches) else None

    @property
    def stands_out(self):
        """Whether any stretch changes it by 5 points or more."""
        return bool((np.abs(self.stretch_changes) >= NOTEWORTHY).any())

    @property
    def _column(self):
        return self.classes.index(self.label)

    def rank_stretches(self, n_most):
        """Choose stretches that do not overlap, those first that change most.

        Parameters
        ----------
        n_most : int
            How many at most.

        Returns
        -------
        chosen : list of int
            Their places.
        """
        chosen = []
        for i in np.argsort(-np.abs(self.stretch_changes), kind="stable").tolist():
            start_s, stop_s = self.stretches[i]
            # Neighbours that touch differ by rounding.
            is_apart = all(
                start_s > self.stretches[j][1] - 1e-9 or stop_s < self.stretches[j][0] + 1e-9
                for j in chosen
            )
            if is_apart and len(chosen) < n_most:
                chosen.append(i)
        return chosen

    def to_dict(self):
        """Make what JSON can hold.

        Returns
        -------
        content : dict
            ``file``, ``label``, ``probability``, ``probabilities`` by class, ``start_s``,
            ``stop_s``, ``removal``, ``stands_out``, ``most_important`` (a stretch, or None),
            ``stretches``, ``blocks``, ``reason`` and ``warnings``. Each stretch and block has the
            ``change`` of the probability and the ``probabilities`` without it.
        """
        stretches = [
            {
                "start_s": round(float(start_s), 3),
                "stop_s": round(float(stop_s), 3),
                "change": change,
                "probabilities": self._name(row),
            }
            for (start_s, stop_s), change, row in zip(
                self.stretches, self.stretch_changes.tolist(), self.without_stretches, strict=True
            )
        ]
        blocks = [
            {"name": name, "change": change, "probabilities": self._name(row)}
            for name, change, row in zip(
                self.blocks, self.block_changes.tolist(), self.without_blocks, strict=True
            )
        ]
        return {
            "file": self.filename,
            "label": self.label,
            "probability": self.probability,
            "probabilities": self._name(self.probabilities),
            "start_s": round(self.start_s, 3),
            "stop_s": round(self.stop_s, 3),
            "removal": self.removal,
            "stands_out": self.stands_out,
            "most_important": None if not stretches else stretches[self.most_important],
            "stretches": stretches,
            "blocks": blocks,
            "reason": self.reason,
            "warnings": self.warnings,
        }

    def to_table(self):
        """Make a table of stretches, then blocks.

        Returns
        -------
        table : pandas.DataFrame
            ``Kind`` ("stretch" or "block"), ``Name`` of a block, ``Start`` and ``Stop`` of a
            stretch in seconds, ``Change`` of the probability, and the probabilities without it
            under the names of the classes.
        """
        import pandas as pd

        content = self.to_dict()
        rows = [
            {"Kind": "stretch", "Start": row["start_s"], "Stop": row["stop_s"], **row}
            for row in content["stretches"]
        ] + [{"Kind": "block", "Name": row["name"], **row} for row in content["blocks"]]
        own = ["Kind", "Name", "Start", "Stop"]
        table = pd.DataFrame(rows, columns=[*own, "change"]).rename(columns={"change": "Change"})
        # A class that is called like a column of ours would hide it.
        names = [f"P({name})" if name in table else name for name in self.classes]
        without = np.concatenate([self.without_stretches, self.without_blocks])
        return pd.concat([table, pd.DataFrame(without, columns=names)], axis=1)

    def _name(self, row):
        return dict(zip(self.classes, np.asarray(row, dtype=float).tolist(), strict=True))
