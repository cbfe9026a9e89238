"""A benchmark in which each language has passages of its own: one BEIR folder per language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

LANGUAGES = ["en", "ar", "hi", "zh"]
QUERIES = {
    "q1": {
        "en": "When does the library open?",
        "ar": "متى تفتح المكتبة أبوابها؟",
        "hi": "पुस्तकालय कब खुलता है?",
        "zh": "图书馆什么时候开门？",
    },
    "q2": {
        "en": "How much is a copy?",
        "ar": "كم ثمن النسخة الواحدة؟",
        "hi": "एक प्रति कितने की है?",
        "zh": "复印一张多少钱？",
    },
    "q3": {
        "en": "Who may borrow books?",
        "ar": "من يستطيع استعارة الكتب؟",
        "zh": "谁可以借书？",
    },
    "q4": {
        "en": "Where is the children's room?",
        "ar": "أين غرفة الأطفال؟",
        "hi": "बच्चों का कमरा कहाँ है?",
        "zh": "儿童阅览室在哪里？",
    },
}
PASSAGES = {
    "en": [
        "The library opens at nine in the morning.",
        "A copy is ten cents.",
        "Everyone with a card may borrow books. Children need a signature.",
        "The room for children is on the second floor.",
        "The garden is closed in winter.",
    ],
    "ar": [
        "تفتح المكتبة في التاسعة صباحا.",
        "ثمن النسخة عشرة سنتات.",
        "غرفة الأطفال في الطابق الثاني.",
        "الحديقة مغلقة في الشتاء.",
    ],
    "hi": [
        "पुस्तकालय सुबह नौ बजे खुलता है और शाम छह बजे बंद होता है।",
        "एक प्रति दस सेंट की है।",
        "बच्चों का कमरा दूसरी मंज़िल पर है।",
    ],
    "zh": [
        "图书馆早上九点开门。",
        "复印一张十分钱。",
        "有借书证的人都可以借书。",
        "儿童阅览室在二楼。",
        "花园冬天关闭。",
    ],
}
RELEVANT = {
    "en": {"q1": [1], "q2": [2], "q3": [3], "q4": [4]},
    "ar": {"q1": [1], "q2": [2], "q4": [3]},  # nobody answers q3
    "hi": {"q1": [1], "q2": [2], "q4": [3]},  # q3 is not even asked
    "zh": {"q1": [1], "q2": [2], "q3": [3], "q4": [4]},
}
"""The number of the relevant passages of each query, from 1."""
ENTRY: dict[str, Any] = {
    "source": {"format": "beir", "path": "own/{language}", "same_passages": False},
    "languages": LANGUAGES,
}


def write(folder: Path, split: str = "test") -> None:
    """One folder for each language, with `{language}-{number}` as the ids of passages."""
    for code in LANGUAGES:
        passages = ({"_id": f"{code}-{n}", "text": text} for n, text in enumerate(PASSAGES[code], start=1))
        _lines(folder / code / "corpus.jsonl", passages)
        asked = ({"_id": name, "text": texts[code], "split": split} for name, texts in QUERIES.items() if code in texts)
        _lines(folder / code / "queries.jsonl", asked)
        rows = ["query-id\tcorpus-id\tscore"]
        rows += [f"{query}\t{code}-{n}\t1" for query, numbers in RELEVANT[code].items() for n in numbers]
        path = folder / code / "qrels" / f"{split}.tsv"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _lines(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
