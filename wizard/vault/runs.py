"""The last runs of a project with their results and evidence: a second sealed file beside the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wizard.vault.files import read_file, replace_file
from wizard.vault.keys import SealingKey
from wizard.vault.migrations import NewerSchema
from wizard.vault.sealed import Document, JsonObject, Purpose, SealedError, seal, unseal

NAME: Final = "results.sealed"
ASIDE: Final = "results.damaged"
SCHEMA: Final = 1
KEPT: Final = 20


class RunsFile:
    """Read when first asked for. A damaged file is set aside and told; runs can be made again, answers cannot."""

    def __init__(self, folder: Path, project: bytes, key: SealingKey) -> None:
        self._folder = folder
        self._project = project
        self._key = key
        self._seq = 0
        self._runs: list[JsonObject] | None = None
        self._broken: bytes | None = None
        self.notice = ""
        self.read_only = False

    def all(self) -> tuple[JsonObject, ...]:
        """Oldest first. Raises NotRead."""
        return tuple(self._loaded())

    def _loaded(self) -> list[JsonObject]:
        if self._runs is None:
            blob = read_file(self._folder / NAME)
            self._runs = [] if blob is None else self._opened(blob)
        return self._runs

    def _opened(self, blob: bytes) -> list[JsonObject]:
        try:
            document = unseal(blob, self._key, project=self._project, purpose=Purpose.RESULTS)
        except SealedError as error:
            self.notice = f"Earlier results could not be opened: {error} The next run begins anew."
            self._broken = blob
            return []
        self._seq = document.seq
        if document.schema > SCHEMA:
            self.read_only = True
            self.notice = str(NewerSchema(document.schema))
        return [run for run in document.content.get("runs", ()) if isinstance(run, dict)]

    def add(self, run: JsonObject) -> None:
        """Keeps `run` as the newest. Raises NotWritten; the earlier ones stay then. No-op under a newer schema."""
        runs = [*self._loaded(), run][-KEPT:]
        if self.read_only:
            return
        self._seq += 1
        document = Document(self._project, Purpose.RESULTS, SCHEMA, self._seq, {"runs": runs})
        if self._broken is not None:
            replace_file(self._folder / ASIDE, self._broken)
            self._broken = None
        replace_file(self._folder / NAME, seal(document, self._key))
        self._runs = runs

    def forget_cache(self) -> None:
        """Reads the file again when next asked: another instance may have written it."""
        self._runs = None
