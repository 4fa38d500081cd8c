"""JSON Schemas of the YAML files, for editors: written from the models, so that there is one description of each field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from crskb.knowledge.clinical import CLINICAL, Change, Reviewed
from crskb.knowledge.drug import Drug
from crskb.knowledge.fields import Record
from crskb.knowledge.load import Knowledge
from crskb.knowledge.marks import TermOf
from crskb.knowledge.regimen import Regimen
from crskb.knowledge.source import Source
from crskb.knowledge.vocabulary import VOCABULARIES


def schemas(knowledge: Knowledge) -> dict[str, str]:
    """File name -> text of every schema; one schema for each kind of file."""
    lists: dict[str, type[Record]] = {
        **CLINICAL,
        **VOCABULARIES,
        "reviewed": Reviewed,
        "regimens": Regimen,
        "changes": Change,
    }
    texts = {"drug": Drug.model_json_schema(), "source": Source.model_json_schema()}
    texts |= {name: TypeAdapter(list[model]).json_schema() for name, model in lists.items()}  # type: ignore[valid-type]
    return {f"{name}.json": _text(name, schema, knowledge) for name, schema in sorted(texts.items())}


def write_schemas(knowledge: Knowledge, folder: Path) -> list[Path]:
    """Write the schemas into `folder`; the files that changed."""
    folder.mkdir(exist_ok=True)
    changed = []
    for name, text in schemas(knowledge).items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(file)
    return changed


def _text(name: str, schema: dict[str, Any], knowledge: Knowledge) -> str:
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{name}.json", **schema}
    _offer_terms(whole, knowledge)
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _offer_terms(schema: Any, knowledge: Knowledge) -> None:
    """Put the words of the vocabulary where a field's mark stands, so that the editor offers them."""
    if isinstance(schema, list):
        for part in schema:
            _offer_terms(part, knowledge)
    elif isinstance(schema, dict):
        if isinstance(mark := schema.pop("x-mark", None), TermOf):
            schema.update(mark.offered(list(knowledge.terms.get(mark.vocabulary, {}))))
        for part in schema.values():
            _offer_terms(part, knowledge)
