"""The words that get a vector."""

from __future__ import annotations

import pytest

from switchrank.errors import SwitchRankError
from switchrank.lexicon.vectors.vocabulary import frequent_words


def test_words_by_falling_frequency_then_code_point() -> None:
    texts = ["Свет включён, свет выключен", "включён 24 свет", "выключен"]
    assert frequent_words(texts, "ru", 1, 9) == ["свет", "включён", "выключен"]
    assert frequent_words(texts, "ru", 3, 9) == ["свет"]
    assert frequent_words(texts, "ru", 1, 2) == ["свет", "включён"]


def test_chinese_is_segmented() -> None:
    assert frequent_words(["打开灯光", "打开客厅的灯光"], "zh", 2, 9) == ["打开", "灯光"]


def test_too_rare_words_are_named_with_their_number() -> None:
    with pytest.raises(SwitchRankError, match="'de': none of 2 different words occurs 2 times"):
        frequent_words(["Licht einschalten"], "de", 2, 9)
