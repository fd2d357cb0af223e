"""What the page shows of one recording, computed without a page and only once."""

from dataclasses import dataclass

import pandas as pd

from sersk import workflows
from sersk.app._pictures import draw_sound
from sersk.app._uploads import on_disk
from sersk.audit import inspect_clip
from sersk.datasets import find_label_map
from sersk.report import describe_answer, format_table

# Above that, one label for all of it would say little.
_LONG_S = 10.0


@dataclass(frozen=True)
class Answer:
    """What one model says of one clip.

    Attributes
    ----------
    table : pandas.DataFrame
        The row that ``sersk predict`` writes.
    """

    table: pd.DataFrame

    @property
    def probabilities(self):
        """Probability of each class, by the name of its column."""
        row = self.table.iloc[0, 2:-1].astype(float)
        return dict(zip(self.table.columns[2:-1], row, strict=True))

    @property
    def sentence(self):
        """The answer in words."""
        return describe_answer(self.probabilities)

    @property
    def warning(self):
        """What the guards of the model say of the clip; empty for a clean one."""
        return self.table["Warning"].iat[0]

    def format(self, form):
        """Write the row as ``sersk predict --format`` does.

        Parameters
        ----------
        form : {"csv", "json"}
            The form.

        Returns
        -------
        text : str
            The row, with the names of its columns.
        """
        return format_table(self.table, form)


class Analysis:
    """One recording, and what was found out about it so far.

    Its file is on disk only while something new is found out.

    Parameters
    ----------
    source : Source
        The recording.
    max_duration_s : float
        Longest recording wanted, in seconds.

    Attributes
    ----------
    report : ClipReport
        What the recording is like.

    Raises
    ------
    AudioReadError
        When it cannot be read, or is too long.
    """

    def __init__(self, source, *, max_duration_s):
        self.source = source
        self.max_duration_s = max_duration_s
        self._found = {}
        with self._on_disk() as path:
            self.report = inspect_clip(path)

    def _on_disk(self):
        source = self.source
        return on_disk(source.content, source.name, max_duration_s=self.max_duration_s)

    def _find(self, key, look):
        if key not in self._found:
            with self._on_disk() as path:
                self._found[key] = look(path)
        return self._found[key]

    @property
    def is_long(self):
        """Whether it takes a timeline to tell what it holds."""
        return self.report.duration_s > _LONG_S

    def answer(self, model, view=None):
        """Ask a model for the class of a clip.

        Parameters
        ----------
        model : Model
            The model.
        view : str or None, default=None
            Labels to sum its probabilities up to.

        Returns
        -------
        answer : Answer
            Its answer.
        """

        def ask(path):
            name = self.source.name
            return Answer(workflows.predict(model.pipeline, [name], [path], labels=view))

        return self._find(("answer", model.name, view), ask)

    def timeline(self, model, view=None, *, progress=None):
        """Ask a model for the classes in a long recording, window by window.

        Parameters
        ----------
        model : Model
            The model.
        view : str or None, default=None
            Labels to sum its probabilities up to.
        progress : callable or None, default=None
            Is told from time to time which share of the recording was heard.

        Returns
        -------
        timeline : Timeline
            What it heard.
        """

        def listen(path):
            return workflows.predict_timeline(
                model.pipeline,
                path,
                filename=self.source.name,
                progress=progress,
            )

        whole = self._find(("timeline", model.name), listen)
        return whole if view is None else whole.relabel(find_label_map(view))

    def find_warnings(self, model, view=None):
        """Tell what of the recording spoils the answers of a model.

        Parameters
        ----------
        model : Model
            The model.
        view : str or None, default=None
            Labels in which it is asked.

        Returns
        -------
        warnings : list of str
            What its guards say: of a clip all in one, of a long recording by matter.
        """
        if not self.is_long:
            return [warning] if (warning := self.answer(model, view).warning) else []
        guard = workflows.find_sound_guard(model.pipeline)
        return list(guard.check_reports([self.report], over_time=True)[0].values())

    @property
    def pictures(self):
        """PNG files of the sound, by what they show."""
        return self._find("pictures", lambda path: draw_sound(path, self.source.name))
