"""The fields of data/regimens.yaml: names of combinations under which several medicines are ordered at once."""

from __future__ import annotations

from pydantic import Field

from crskb.knowledge.claim import Claim
from crskb.knowledge.fields import Text


class Regimen(Claim):
    """A combination of medicines with a name of its own: R-CHOP."""

    name: Text = Field(description="The name as most people write it.")
    spellings: list[Text] = Field(
        [], description="Other ways to write it, but for case and hyphens; of two or three letters those too."
    )
    members: list[Text] = Field(
        min_length=2, description="Its medicines by nonproprietary name, the usual choice where there is one."
    )
    ordinary_word: bool = Field(
        False,
        description="True where the name is an ordinary word or a medicine's too but for its hyphen (AC-TH), so that it counts only as it is written here or in capitals.",
    )
    note: Text | None = Field(None, description="What a reader must know.")
