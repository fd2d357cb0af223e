"""Features of overlapping windows of one recording, cut from one framing as it streams past."""

import math
from collections import deque
from itertools import count
from numbers import Real
from typing import NamedTuple

import numpy as np

from sersk.audio import find_sound
from sersk.features._analysis import extract_parts
from sersk.features._framing import Frames, cut_blocks
from sersk.utils._sklearn import Interval, validate_parameter_constraints

# As fast as longer ones, and two at a time are held, with their spectra.
_BLOCK_LENGTH = 512
_PLACEMENT = {
    "window_s": [Interval(Real, 0, None, closed="neither")],
    "hop_s": [Interval(Real, 0, None, closed="neither")],
}


class Window(NamedTuple):
    """A window of a recording, and its features.

    Attributes
    ----------
    start_s, stop_s : float
        Where it lies in the recording, in seconds.
    row : ndarray of shape (n_features,), dtype float32
        What `transform` gives for one clip; without functionals a sequence of shape
        (n_frames, n_features).
    """

    start_s: float
    stop_s: float
    row: np.ndarray


def check_placement(window_s, hop_s):
    """Raise unless windows of this length and step cover a recording.

    Parameters
    ----------
    window_s : float
        Length of a window, in seconds.
    hop_s : float
        Step from one to the next, in seconds.

    Raises
    ------
    ValueError
        When one of them is not positive, or the step exceeds the length.
    """
    placement = dict(window_s=window_s, hop_s=hop_s)
    validate_parameter_constraints(_PLACEMENT, placement, caller_name="extract_windows")
    if hop_s > window_s:
        raise ValueError(
            f"The 'hop_s' parameter of extract_windows must not exceed window_s, {window_s}. "
            f"Got {hop_s} instead."
        )


def extract_windows(extractor, recording, window_s, hop_s):
    """Extract the features of each window.

    Parameters
    ----------
    extractor : BaseExtractor
        What to extract.
    recording : Recording
        The whole recording.
    window_s, hop_s : float
        Length of a window, and the step from one to the next, in seconds.

    Yields
    ------
    window : Window
        The next window.
    """
    parts = [part for _, part in extractor._parts]
    use = extractor._part_of_clip
    longest_s = use.get("duration_s") or math.inf
    streams = _Streams(recording)
    notes = []
    for start_s, stop_s, is_last in _place_windows(recording, window_s, hop_s):
        used_s = min(stop_s, start_s + longest_s)
        is_end = is_last and used_s == stop_s
        clip = _WindowClip(streams, start_s, None if is_end else used_s, use.get("trim_db"))
        rows = extract_parts(clip, parts)
        notes += clip.notes
        # A copy, since sequences of neighbours are views of the same frames.
        yield Window(start_s, stop_s, np.array(extractor._join(rows)))
    extractor._report(notes)


def _place_windows(recording, window_s, hop_s):
    """Yield beginning and end of each window, in seconds, and whether it is the last."""
    # How long a damaged file is, only reading it tells; in its own samples it is exact.
    sample_rate = recording.native_rate
    pieces = recording.pieces(sample_rate)
    n_read = 0
    for k in count():
        start_s = float(k * hop_s)
        stop_s = start_s + window_s
        # Only a sample beyond the window tells that the recording goes on.
        while n_read <= round(stop_s * sample_rate):
            piece = next(pieces, None)
            if piece is None:
                yield start_s, n_read / sample_rate, True
                return
            n_read += len(piece)
        yield start_s, stop_s, False


class _WindowClip:
    """A window as extractors see it: a `Clip` of one block.

    Parameters
    ----------
    streams : _Streams
        The recording.
    start_s : float
        Where the window begins, in seconds.
    stop_s : float or None
        Where it stops; None for the end of the recording.
    trim_db : float or None
        Leave out leading and trailing silence this far below the loudest frame, in dB.

    Attributes
    ----------
    notes : set of str
        What an extractor wants the user to know about this window.
    """

    def __init__(self, streams, start_s, stop_s, trim_db):
        self.notes = set()
        self._streams = streams
        self._start_s = start_s
        self._stop_s = stop_s
        self._trim_db = trim_db
        self._spans = {}
        self._made = {}

    def once(self, key, make):
        """Make what the window as a whole has once, as `Clip` does."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def signal(self, sample_rate):
        """Give the samples at a rate, as `Clip` does."""
        signal, _, _ = self._cut_samples(sample_rate)
        return signal

    def blocks(self, grid):
        """Give all frames of the window as one, as `Clip` does for a clip of one block."""
        if grid not in self._spans:
            self._spans[grid] = self._cut_frames(grid)
        return iter([self._spans[grid]])

    def _place(self, sample_rate):
        """The first sample, and the one after the last; None for the end of the recording."""
        start = round(self._start_s * sample_rate)
        if self._stop_s is None:
            return start, None
        return start, max(start + 1, round(self._stop_s * sample_rate))

    def _cut_samples(self, sample_rate):
        """The samples that are left after trimming, and their place."""
        start, stop = self._place(sample_rate)
        stream = self._streams.samples(sample_rate)
        stream.let_go(start)
        signal = np.concatenate([piece[part] for piece, part in stream.take(start, stop)])
        if self._trim_db is None:
            return signal, start, stop
        kept = find_sound(signal, self._trim_db)
        if kept.stop < len(signal):
            stop = start + kept.stop
        return signal[kept], start + kept.start, stop

    def _cut_frames(self, grid):
        start, stop = self._place(grid.sample_rate)
        stream = self._streams.frames(grid)
        stream.let_go(grid.find_frames(start, stop)[0])
        if self._trim_db is not None:
            _, start, stop = self._cut_samples(grid.sample_rate)
        return _Span(grid, stream.take(*grid.find_frames(start, stop)))


class _Span(Frames):
    """Consecutive frames out of one block or several.

    Parameters
    ----------
    grid : Grid
        How the frames lie.
    parts : list of (Block, slice)
        The blocks, and which frames of each.
    """

    def __init__(self, grid, parts):
        super().__init__(grid, is_last=True)
        self._parts = parts

    def _make(self, key, make):
        values = [block.per_frame(key, make)[part] for block, part in self._parts]
        return values[0] if len(values) == 1 else np.concatenate(values)

    def refine_power(self, frames, window, win_length):
        """Compute the power spectra of some frames, in ascending order, as `Block` does."""
        refined = []
        first = 0
        for block, part in self._parts:
            frames_of_block = part.start + frames[frames >= first] - first
            chosen = frames_of_block[frames_of_block < part.stop]
            refined.append(block.refine_power(chosen, window, win_length))
            first += part.stop - part.start
        return np.concatenate(refined)


class _Streams:
    """The samples and the frames of one recording, each stream read by itself."""

    def __init__(self, recording):
        self._recording = recording
        self._by_rate = {}
        self._by_grid = {}

    def samples(self, sample_rate):
        """The stream of samples at a rate."""
        if sample_rate not in self._by_rate:
            self._by_rate[sample_rate] = _Stream(self._recording.pieces(sample_rate))
        return self._by_rate[sample_rate]

    def frames(self, grid):
        """The stream of frames on a grid."""
        if grid not in self._by_grid:
            pieces = self._recording.pieces(grid.sample_rate)
            self._by_grid[grid] = _Stream(cut_blocks(pieces, grid, _BLOCK_LENGTH))
        return self._by_grid[grid]


class _Stream:
    """Samples in pieces, or frames in blocks, of which those are held that are still needed.

    Parameters
    ----------
    chunks : iterator of ndarray or Block
        The pieces or the blocks, one after the other.
    """

    def __init__(self, chunks):
        # Resampling may hold back all of a short piece.
        self._chunks = filter(len, chunks)
        self._held = deque()
        self._n_read = 0

    def let_go(self, before):
        """Let go of chunks that lie wholly before a place; never of the newest."""
        while len(self._held) > 1 and self._held[1][0] <= before:
            self._held.popleft()

    def take(self, start, stop):
        """Give each chunk from one place to another, and which part of it lies between them.

        Where the recording ends before, what is left of it; its last sample or frame at least.
        """
        while stop is None or self._n_read < stop:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._held.append((self._n_read, chunk))
            self._n_read += len(chunk)
        stop = self._n_read if stop is None else min(stop, self._n_read)
        start = min(start, stop - 1)
        return [
            (chunk, slice(max(0, start - first), min(stop - first, len(chunk))))
            for first, chunk in self._held
            if first < stop and first + len(chunk) > start
        ]
