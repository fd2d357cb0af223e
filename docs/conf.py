"""Configuration of the Sphinx documentation."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

from sersk import __version__  # noqa: E402

project = "sersk"
author = "The sersk developers"
project_copyright = author
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "from_package",
    "pages",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_ext", "**/.ipynb_checkpoints"]
# Single backticks in docstrings link to what they name, where it is documented here.
default_role = "py:obj"
nitpicky = False

autosummary_generate = True
autodoc_member_order = "groupwise"
autodoc_typehints = "none"
# Methods are listed by the template of a class, which leaves out what scikit-learn adds.
numpydoc_show_class_members = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"[\\/]plot_",
    "within_subsection_order": "from_package.example_order",
    "backreferences_dir": "api/generated/backreferences",
    "doc_module": ("sersk",),
    "reference_url": {"sersk": None},
    "image_srcset": ["2x"],
    "download_all_examples": False,
    "show_memory": False,
    "min_reported_time": 1000,
    "remove_config_comments": True,
}

html_theme = "furo"
html_title = f"sersk {release}"
html_static_path = ["_static"]
html_css_files = ["sersk.css"]
html_show_sourcelink = False
html_copy_source = False
