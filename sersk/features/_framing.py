"""The one pass over a signal: blocks of frames, their spectra and mel bands, each made once."""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np

from sersk.features._filters import make_mel_blocks, make_window
from sersk.utils._iteration import mark_last

# A minute of sound at usual settings: what is longer is analysed block by block.
BLOCK_LENGTH = 2048
# Samples whose spectra are computed at a time: few enough to stay in the processor's cache, and
# for the allocator to hand out the same memory again. Twice as fast as a clip at once.
_BATCH_SIZE = 2**16


class Grid(NamedTuple):
    """At which rate (Hz) and in what steps (in samples) a recording is cut into frames."""

    sample_rate: int
    n_fft: int
    hop_length: int
    center: bool

    def find_frames(self, start, stop):
        """Find the frames of a part of a recording.

        Parameters
        ----------
        start : int
            First sample of the part.
        stop : int or None
            The sample after its last; None for the end of the recording.

        Returns
        -------
        first, stop : int or None
            The frames whose centres lie in the part; where frames are not centred, those that lie
            in it as a whole. At least one, and all that follow where `stop` is None.
        """
        first = -(-start // self.hop_length)
        if stop is None:
            return first, None
        beyond = stop if self.center else stop - self.n_fft + 1
        return first, max(first + 1, -(-beyond // self.hop_length))


class Frames(ABC):
    """Consecutive frames of a recording, and what extractors ask of them, each computed once.

    Attributes
    ----------
    grid : Grid
        How the frames lie.
    is_last : bool
        Whether the clip ends here.
    """

    def __init__(self, grid, is_last):
        self.grid = grid
        self.is_last = is_last
        self._made = {}

    def per_frame(self, key, make):
        """Make what each frame has of its own on the first call, and give it again from then on.

        Parameters
        ----------
        key : hashable
            What it is, with all that it depends on.
        make : callable
            Makes it of a `Block`: an array whose first axis are the frames.

        Returns
        -------
        values : ndarray of shape (n_frames, ...)
            What `make` returned, not to be written to.
        """
        if key not in self._made:
            self._made[key] = self._make(key, make)
        return self._made[key]

    @abstractmethod
    def _make(self, key, make):
        """Give what is not there yet."""

    def power(self, window, win_length):
        """Power spectrogram.

        Parameters
        ----------
        window : str
            Name of the window.
        win_length : int
            Its length, in samples.

        Returns
        -------
        power : ndarray of shape (n_frames, 1 + n_fft // 2), dtype float32
            Squared magnitude of the short-time Fourier transform.
        """

        def make(block):
            weights = make_window(window, win_length, self.grid.n_fft)
            return _compute_power(block.frames, weights)

        return self.per_frame(("power", window, win_length), make)

    def magnitude(self, window, win_length):
        """Magnitude spectrogram.

        Parameters
        ----------
        window : str
            Name of the window.
        win_length : int
            Its length, in samples.

        Returns
        -------
        magnitude : ndarray of shape (n_frames, 1 + n_fft // 2), dtype float32
            Magnitude of the short-time Fourier transform.
        """
        return self.per_frame(
            ("magnitude", window, win_length),
            lambda block: np.sqrt(block.power(window, win_length)),
        )

    def mel(self, window, win_length, n_mels, fmin, fmax):
        """Power in mel bands.

        Parameters
        ----------
        window : str
            Name of the window.
        win_length : int
            Its length, in samples.
        n_mels : int
            Number of bands.
        fmin, fmax : float
            Range of the bands, in Hz.

        Returns
        -------
        mel : ndarray of shape (n_frames, n_mels), dtype float32
            Power in each band.
        """

        def make(block):
            power = block.power(window, win_length)
            mel = np.empty((len(power), n_mels), dtype=np.float32)
            filters = make_mel_blocks(self.grid.sample_rate, self.grid.n_fft, n_mels, fmin, fmax)
            for bins, bands, weights in filters:
                np.matmul(power[:, bins], weights, out=mel[:, bands])
            return mel

        return self.per_frame(("mel", window, win_length, n_mels, fmin, fmax), make)


class Block(Frames):
    """Frames as they are cut from a recording.

    Parameters
    ----------
    samples : ndarray of shape (n_times,), dtype float32
        The samples that the frames cover, with the zeros that pad the recording's ends.
    grid : Grid
        How the frames lie.
    n_before, n_after : int
        How many of the samples are padding, at the beginning and at the end.
    is_last : bool
        Whether the recording ends here.
    previous : ndarray of shape (n_fft,), dtype float32, or None
        Samples of the frame before the first; None where the recording begins.
    """

    def __init__(self, samples, grid, n_before, n_after, is_last, previous=None):
        super().__init__(grid, is_last)
        self.samples = samples
        self.n_before = n_before
        self.n_after = n_after
        self._previous = previous

    def __len__(self):
        return 1 + (len(self.samples) - self.grid.n_fft) // self.grid.hop_length

    def _make(self, key, make):
        return make(self)

    @property
    def frames(self):
        """Samples of each frame, without a window: a view of shape (n_frames, n_fft)."""
        n_fft, hop_length = self.grid.n_fft, self.grid.hop_length
        step = self.samples.strides[0]
        # What sliding_window_view gives, ten times as fast.
        return np.ndarray(
            (len(self), n_fft), np.float32, self.samples, 0, (hop_length * step, step)
        )

    def previous_power(self, window, win_length):
        """Compute the power spectrum of the frame before the first.

        Parameters
        ----------
        window : str
            Name of the window.
        win_length : int
            Its length, in samples.

        Returns
        -------
        power : ndarray of shape (1, 1 + n_fft // 2), dtype float32
            Squared magnitude; of the first frame itself where the recording begins.
        """
        if self._previous is None:
            return self.power(window, win_length)[:1]
        return _compute_power(
            self._previous[np.newaxis], make_window(window, win_length, self.grid.n_fft)
        )

    def refine_power(self, frames, window, win_length):
        """Compute the power spectra of some frames from a transform in double precision.

        Parameters
        ----------
        frames : ndarray of shape (n_refined,), dtype int
            Which frames.
        window : str
            Name of the window.
        win_length : int
            Its length, in samples.

        Returns
        -------
        power : ndarray of shape (n_refined, 1 + n_fft // 2), dtype float32
            Squared magnitude, rounded as in librosa, which always transforms so.
        """
        from scipy.fft import rfft

        weights = make_window(window, win_length, self.grid.n_fft, "float64")
        power = np.empty((len(frames), 1 + self.grid.n_fft // 2), dtype=np.float32)
        n_batch = max(1, _BATCH_SIZE // 2 // self.grid.n_fft)
        for i in range(0, len(frames), n_batch):
            spectrum = rfft(self.frames[frames[i : i + n_batch]] * weights, axis=1)
            np.abs(spectrum.astype(np.complex64), out=power[i : i + n_batch])
        return np.square(power, out=power)


def _compute_power(frames, window):
    from scipy.fft import rfft

    power = np.empty((len(frames), 1 + len(window) // 2), dtype=np.float32)
    n_batch = max(1, _BATCH_SIZE // len(window))
    for i in range(0, len(frames), n_batch):
        spectrum = rfft(frames[i : i + n_batch] * window, axis=1).view(np.float32)
        np.square(spectrum, out=spectrum)
        np.add(spectrum[:, ::2], spectrum[:, 1::2], out=power[i : i + n_batch])
    return power


def cut_blocks(pieces, grid, block_length=None):
    """Cut a recording into blocks of frames.

    Frames are centred as in librosa: half a frame of zeros is put at both ends. What is shorter
    than a frame is filled up with zeros.

    Parameters
    ----------
    pieces : iterable of ndarray of shape (n_times,), dtype float32
        The recording, one part after the other.
    grid : Grid
        How to cut.
    block_length : int or None, default=None
        Number of frames in a block. None means `BLOCK_LENGTH`.

    Yields
    ------
    block : Block
        The next frames; as many as are left in the last one.
    """
    block_length = block_length or BLOCK_LENGTH
    n_pad = grid.n_fft // 2 if grid.center else 0
    n_times = (block_length - 1) * grid.hop_length + grid.n_fft
    n_before, n_after = n_pad, 0
    held = np.zeros(n_pad, dtype=np.float32)
    previous = None
    for piece, is_last in mark_last(pieces):
        if is_last:
            n_after = max(n_pad, grid.n_fft - len(held) - len(piece))
        held = np.concatenate([held, piece, np.zeros(n_after, dtype=np.float32)])
        # Cut only where another frame is sure to follow, so that there is a last block.
        while len(held) >= n_times + grid.hop_length:
            n_cut_after = max(0, n_after - (len(held) - n_times))
            yield Block(held[:n_times], grid, n_before, n_cut_after, False, previous)
            # A copy, as a view would keep the whole block.
            previous = held[n_times - grid.n_fft : n_times].copy()
            held = held[block_length * grid.hop_length :]
            n_before = max(0, n_before - block_length * grid.hop_length)
    yield Block(held, grid, n_before, n_after, True, previous)


class Clip:
    """A recording as extractors see it.

    Parameters
    ----------
    recording : Recording
        Where the samples come from.

    Attributes
    ----------
    notes : set of str
        What an extractor wants the user to know about this clip.
    """

    def __init__(self, recording):
        self.recording = recording
        self.notes = set()
        self._only_block = {}
        self._made = {}

    def once(self, key, make):
        """Make what the clip as a whole has on the first call, and give it again from then on.

        Parameters
        ----------
        key : hashable
            What it is, with all that it depends on.
        make : callable
            Makes it, without arguments.

        Returns
        -------
        made : object
            What `make` returned, not to be written to.
        """
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def signal(self, sample_rate):
        """Give all samples at a sampling rate.

        Parameters
        ----------
        sample_rate : int
            The rate, in Hz.

        Returns
        -------
        signal : ndarray of shape (n_times,), dtype float32
            The samples.
        """
        return self.recording.signal(sample_rate)

    def blocks(self, grid):
        """Walk through the frames, block by block.

        Parameters
        ----------
        grid : Grid
            How to cut the frames.

        Returns
        -------
        blocks : iterator of Block
            A clip of one block gives the same one each time, with what was computed of it.
        """
        if grid not in self._only_block:
            blocks = cut_blocks(self.recording.pieces(grid.sample_rate), grid)
            first = next(blocks)
            self._only_block[grid] = first if first.is_last else None
        if self._only_block[grid] is not None:
            return iter([self._only_block[grid]])
        return cut_blocks(self.recording.pieces(grid.sample_rate), grid)


def power_to_db(power, peak, *, top_db=80.0):
    """Express power in dB, not more than `top_db` below the clip's maximum.

    Parameters
    ----------
    power : ndarray of shape (n_frames, n_bands)
        Power; values under 1e-10 count as 1e-10.
    peak : float
        The greatest power in the clip.
    top_db : float, default=80.0
        Range kept below the maximum, in dB.

    Returns
    -------
    level : ndarray of shape (n_frames, n_bands)
        Level re 1, in dB.
    """
    # The floors of librosa, both applied before the logarithm.
    floor = max(1e-10, peak * 10 ** (-top_db / 10))
    return 10 * np.log10(np.maximum(power, np.float32(floor)))


def divide(values, norm):
    """Normalise each row; one that is as good as zero stays as it is, as in librosa.

    Parameters
    ----------
    values : ndarray of shape (n_frames, n_bins)
        What to normalise, not negative.
    norm : callable
        Gives the length of each row, of shape (n_frames, 1).

    Returns
    -------
    normalised : ndarray of shape (n_frames, n_bins)
        The rows, each divided by its length.
    """
    length = norm(values)
    return values / np.where(length < np.finfo(values.dtype).tiny, 1, length)
