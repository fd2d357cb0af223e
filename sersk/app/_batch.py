"""Many recordings: a table."""

import pandas as pd
import streamlit as st

from sersk import workflows
from sersk.app._sources import SUFFIXES
from sersk.app._uploads import explain, on_disk
from sersk.app._words import as_text
from sersk.exceptions import AudioReadError
from sersk.report import format_table

_MAX_FILES = 200


def show_batch(choice, options):
    """Show the part of the page for many recordings.

    Parameters
    ----------
    choice : Choice
        The models to ask, the first of which answers, and the labels.
    options : Options
        Choices of the operator.
    """
    model = choice.models[0]
    uploads = st.file_uploader(
        f"Sound files with one voice each, {_MAX_FILES} at most",
        type=SUFFIXES,
        accept_multiple_files=True,
        key="batch",
    )
    if not uploads:
        st.info(
            "Choose several files at once. The table that appears can be downloaded; it is the "
            "one that the command sersk predict writes.",
            icon=":material/table_rows:",
        )
        return
    if len(uploads) > _MAX_FILES:
        st.warning(
            f"Of {len(uploads)} files only the first {_MAX_FILES} are judged. For more, use the "
            "command: sersk predict FOLDER",
            icon=":material/warning:",
        )
    rows = _judge_all(uploads[:_MAX_FILES], model, choice.view, options)
    table = pd.concat([row for row, _ in rows], ignore_index=True)
    remarks = [remark for _, remark in rows]
    _show_table(table, remarks, model)


def _judge_all(uploads, model, view, options):
    """Judge each file, or remember what was said of it before."""
    known = st.session_state.setdefault("batch_rows", {})
    keys = [(upload.file_id, model.name, view) for upload in uploads]
    # What was taken away from the list is forgotten.
    for key in known.keys() - set(keys):
        del known[key]
    new = [(key, upload) for key, upload in zip(keys, uploads, strict=True) if key not in known]
    if new:
        bar = st.progress(0.0)
        for i, (key, upload) in enumerate(new):
            bar.progress(i / len(new), f"Listening to {as_text(upload.name)}")
            known[key] = _judge(upload, model, view, options)
        bar.empty()
    return [known[key] for key in keys]


def _judge(upload, model, view, options):
    """Give the row of one file, and what is to be said of it."""
    try:
        content, name = upload.getvalue(), upload.name
        with on_disk(content, name, max_duration_s=options.max_duration_s) as path:
            row = workflows.predict(model.pipeline, [name], [path], labels=view)
            return row, row["Warning"].iat[0]
    except AudioReadError as error:
        # As with --on-error skip: the file keeps its row.
        return pd.DataFrame({"Filename": [upload.name], "Class": [None]}), explain(error)


def _show_table(table, remarks, model):
    judged = int(table["Class"].notna().sum())
    st.markdown(f"**{judged} of {len(table)} files judged** by {as_text(model.name)}")
    shown = table.assign(Class=table["Class"].fillna("–")).drop(columns="Warning", errors="ignore")
    if any(remarks):
        # Beside the class, or nobody would see it on a phone.
        shown.insert(2, "Remark", remarks)
    percent = st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent")
    st.dataframe(
        shown,
        hide_index=True,
        column_config=dict.fromkeys(table.columns[2:-1], percent),
        alt="A row per file: its class, remarks, and the probability of each class",
    )
    with st.container(horizontal=True):
        for form, mime in (("csv", "text/csv"), ("json", "application/json")):
            st.download_button(
                form.upper(),
                format_table(table, form),
                f"predictions.{form}",
                mime,
                key=f"batch-{form}",
                on_click="ignore",
            )
