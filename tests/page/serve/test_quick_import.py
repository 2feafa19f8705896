"""What is left out of Gradio when the page begins, and that nothing is missing after."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

SCRIPT = """
import sys, importlib.util
from qa.page.serve import quick_import
assert 'gradio' not in sys.modules
with quick_import.without_mcp():
    import gradio as gr
assert 'mcp' not in sys.modules
assert importlib.util.find_spec('mcp') is not None
from gradio import component_meta
assert component_meta.create_or_modify_pyi is quick_import._nothing
assert not any(isinstance(one, quick_import._Finder) for one in sys.meta_path)
# A component still has its events, and a page laid out without servers is served all the same.
with quick_import.unserved():
    with gr.Blocks() as page:
        box = gr.Textbox()
        box.submit(str.upper, box, box, api_name='upper')
assert page.app is None
page.launch(prevent_thread_lock=True, quiet=True, share=False, ssr_mode=False)
from gradio_client import Client
assert Client(page.local_url, verbose=False, analytics_enabled=False).predict('a', api_name='/upper') == 'A'
page.close(verbose=False)
print('done')
"""


def test_a_page_begun_so_is_whole() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.stdout.strip() == "done", done.stderr
