"""Wall time from an upload to its answer on the page, in a headless Chromium, once warm."""

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import _common

from sersk import persistence, workflows


def write_clips(corpus, folder, n_clips, duration_s=3.0):
    """Write clips of so many seconds, each of several of the corpus in a row."""
    import numpy as np
    import soundfile

    from sersk.audio import read_audio

    rate, paths = 16000, []
    joined = np.concatenate([read_audio(p, sample_rate=rate)[0] for p in corpus.paths])
    length = round(duration_s * rate)
    for i in range(n_clips):
        paths.append(folder / f"clip-{i}.wav")
        soundfile.write(paths[-1], np.roll(joined, -i * length)[:length], rate)
    return paths


def serve(model):
    """Start the page; give the process and the address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sersk", "app", "--model", str(model), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    while True:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health").close()
            return process, address
        except OSError:
            if process.poll() is not None:
                sys.exit("The page did not start.")
            time.sleep(0.1)


def upload(page, paths):
    """Upload one clip after the other; give the seconds to each answer, and to the pictures."""
    answers, pictures = [], []
    for path in paths:
        started = time.perf_counter()
        page.locator("input[type=file]").first.set_input_files(str(path))
        page.get_by_text(f"{path.name}:").wait_for()
        answers.append(time.perf_counter() - started)
        page.get_by_alt_text(f"MFCC of {path.name}").wait_for(state="attached")
        pictures.append(time.perf_counter() - started)
    return answers, pictures


def main():
    """Print the table."""
    from playwright.sync_api import sync_playwright

    parser = _common.make_parser(__doc__, n_clips=12)
    parser.add_argument(
        "--recipe", default="default", metavar="NAME", help="of the model (default: default)"
    )
    args = parser.parse_args()
    _common.print_header()
    table = _common.Table(recipe="<14", shown="<10", median_s=">10.2f", slowest_s=">10.2f")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = workflows.write_demo_corpus(Path(folder) / "demo")
        fitted = workflows.fit(args.data or data, recipe=args.recipe)
        model = Path(folder) / "model.joblib"
        persistence.save_model(fitted.pipeline, model, fitted.description)
        corpus = _common.find_corpus(args.data, folder, 24)
        # The first one is slower: matplotlib looks for its fonts.
        clips = write_clips(corpus, Path(folder), args.clips + 1)
        process, address = serve(model)
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(address)
            page.get_by_text("The answer appears here").wait_for()
            page.wait_for_load_state("networkidle")
            found = upload(page, clips)
            for shown, seconds in zip(("answer", "pictures"), found, strict=True):
                median, slowest = statistics.median(seconds[1:]), max(seconds[1:])
                table.add(args.recipe, shown, median, slowest)
            browser.close()
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
