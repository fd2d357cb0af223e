import subprocess
import sys

import pytest

HIDE = {
    "none": "import sys; sys.modules[{name!r}] = None",
    "without spec": "import sys, types; sys.modules[{name!r}] = types.ModuleType({name!r})\n"
    "sys.modules[{name!r}].__spec__ = None",
    "finder": """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] == {name!r}:
            raise ModuleNotFoundError(f'No module named {{name!r}}', name=name)
sys.meta_path.insert(0, Finder())
""",
}


def _run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


@pytest.mark.parametrize("name", ["torch", "skorch"])
@pytest.mark.parametrize("how", HIDE)
def test_missing_library_is_named(how, name):
    done = _run(HIDE[how].format(name=name) + "\nimport sersk.neural")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ImportError: sersk.neural needs torch and skorch. Install them with: pip install "
        '"sersk[torch]"'
    )


def test_import_alone_loads_neither():
    done = _run("import sys, sersk.neural; print('torch' in sys.modules, 'skorch' in sys.modules)")
    assert done.stdout == "False False\n", done.stderr
