"""The full-screen face. Textual lives here and nowhere else."""

import os

# Both make Textual write every key press and every pasted value to a file in clear; they count at its import.
for _name in ("TEXTUAL", "TEXTUAL_LOG"):
    os.environ.pop(_name, None)
