"""A small wheel made by code, with the layout of the real one: real words in five languages and four scripts.

24 components of four services each; the nouns are feminine in German, Russian and Arabic and stand in the
accusative where it shows, so that one template fits all. Five more pairs exist to be filtered out.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "ru", "ja", "ar")
COMPONENTS = tuple(f"cabin_{number:02d}" for number in range(24))
SERVICES = 4

NOUNS = {
    "en": "lamp gate camera battery pump map room station siren page machine curtain",
    "de": "Lampe Pforte Kamera Batterie Pumpe Karte Kammer Station Sirene Seite Maschine Gardine",
    "ru": "лампу калитку камеру батарею помпу карту комнату станцию сирену страницу машину штору",
    "ja": "ランプ 門 カメラ 電池 ポンプ 地図 部屋 ステーション サイレン ページ 機械 カーテン",
    "ar": "اللمبة البوابة الكاميرا البطارية المضخة الخريطة الغرفة المحطة الصفارة الصفحة الآلة الستارة",
}
VERBS = {
    "en": "open close check find clean move save change",
    "de": "öffnen schließen prüfen finden reinigen bewegen speichern ändern",
    "ru": "открыть закрыть проверить найти очистить переместить сохранить изменить",
    "ja": "開ける 閉じる 確認する 探す 掃除する 動かす 保存する 変更する",
    "ar": "فتح إغلاق فحص إيجاد تنظيف نقل حفظ تغيير",
}
ADJECTIVES = {
    "en": "new old green small white left",
    "de": "neue alte grüne kleine weiße linke",
    "ru": "новую старую зелёную маленькую белую левую",
    "ja": "新しい 古い 緑の 小さい 白い 左の",
    "ar": "الجديدة القديمة الخضراء الصغيرة البيضاء اليسرى",
}
PLACES = {
    "en": ["in the kitchen", "in the garden", "in the cellar", "on the roof"],
    "de": ["in der Küche", "im Garten", "im Keller", "auf dem Dach"],
    "ru": ["на кухне", "в саду", "в подвале", "на крыше"],
    "ja": ["台所で", "庭で", "地下室で", "屋根で"],
    "ar": ["في المطبخ", "في الحديقة", "في القبو", "على السطح"],
}
TIMES = {
    "en": ["every morning", "every evening", "at night"],
    "de": ["jeden Morgen", "jeden Abend", "nachts"],
    "ru": ["каждое утро", "каждый вечер", "ночью"],
    "ja": ["毎朝", "毎晩", "夜に"],
    "ar": ["كل صباح", "كل مساء", "في الليل"],
}
QUERY = {
    "en": "{verb} {adjective} {noun}",
    "de": "{adjective} {noun} {verb}",
    "ru": "{verb} {adjective} {noun}",
    "ja": "{adjective}{noun}を{verb}",
    "ar": "{verb} {noun} {adjective}",
}
PASSAGE = {
    "en": "Use this action to {verb} the {adjective} {noun} {place} {time}.",
    "de": "Mit dieser Aktion lässt sich die {adjective} {noun} {place} {time} {verb}.",
    "ru": "Это действие позволяет {verb} {adjective} {noun} {place} {time}.",
    "ja": "このアクションは{time}{place}{adjective}{noun}を{verb}。",
    "ar": "يتيح هذا الإجراء {verb} {noun} {adjective} {place} {time}.",
}
PHRASE = {
    "en": "{adjective} {noun}",
    "de": "{adjective} {noun}",
    "ru": "{adjective} {noun}",
    "ja": "{adjective}{noun}",
    "ar": "{noun} {adjective}",
}
_VERB_COUNT, _ADJECTIVE_COUNT, _NOUN_COUNT = 8, 6, 12
_COMBINATIONS = _VERB_COUNT * _ADJECTIVE_COUNT * _NOUN_COUNT
_STEP = 37  # no common factor with the number of combinations: no two pairs are equal

PLACEHOLDER = "cabin_00/services/extra"
"""A pair with `{name}` in it."""
ONE_WORD = "cabin_01/services/extra"
"""A pair whose description is one word."""
SAME_TITLE = ("cabin_02/services/extra", "cabin_03/services/extra")
"""Two pairs of one title."""
UNTRANSLATED = "cabin_04/services/extra"
"""English in German, absent in Russian, half English in Japanese."""

Texts = dict[str, dict[str, str]]
_EXTRA: dict[str, Texts] = {
    PLACEHOLDER: {
        "en": {"name": "Greet {name} loudly", "description": "Greets the person with the name {name} at home."},
        "de": {"name": "{name} laut grüßen", "description": "Grüßt die Person mit dem Namen {name} zu Hause."},
        "ru": {"name": "Громко приветствовать {name}", "description": "Приветствует дома человека по имени {name}."},
        "ja": {"name": "{name}に大声で挨拶する", "description": "家で{name}という名前の人に挨拶します。"},
        "ar": {"name": "تحية {name} بصوت عال", "description": "تحية الشخص الذي اسمه {name} في المنزل."},
    },
    ONE_WORD: {
        "en": {"name": "Stop everything", "description": "Stops."},
        "de": {"name": "Alles anhalten", "description": "Hält an."},
        "ru": {"name": "Остановить всё", "description": "Останавливает."},
        "ja": {"name": "すべて停止", "description": "停止します。"},
        "ar": {"name": "إيقاف كل شيء", "description": "يوقف."},
    },
    SAME_TITLE[0]: {
        "en": {"name": "Restart system", "description": "Starts the whole house again after a short break."},
        "de": {"name": "System neu starten", "description": "Startet das ganze Haus nach kurzer Pause neu."},
        "ru": {"name": "Перезапустить систему", "description": "Снова запускает весь дом после короткого перерыва."},
        "ja": {"name": "システムを再起動", "description": "短い休みの後に家全体をもう一度起動します。"},
        "ar": {"name": "إعادة تشغيل النظام", "description": "يعيد تشغيل البيت كله بعد استراحة قصيرة."},
    },
    SAME_TITLE[1]: {
        "en": {"name": "Restart system", "description": "Switches the computer off and on again at once."},
        "de": {"name": "System neu starten", "description": "Schaltet den Rechner sofort aus und wieder ein."},
        "ru": {"name": "Перезапустить систему", "description": "Сразу выключает и снова включает компьютер."},
        "ja": {"name": "システムを再起動", "description": "コンピューターをすぐに切って入れ直します。"},
        "ar": {"name": "إعادة تشغيل النظام", "description": "يطفئ الحاسوب ويشغله من جديد على الفور."},
    },
    UNTRANSLATED: {
        "en": {"name": "Send summary", "description": "Sends a short summary of the whole day."},
        "de": {"name": "Send summary", "description": "Sends a short summary of the whole day."},
        "ja": {"name": "概要を送信", "description": "Sends a short summary of the whole day."},
        "ar": {"name": "إرسال الملخص", "description": "يرسل ملخصا قصيرا لليوم كله."},
    },
}


def pair(component: int, service: int, language: str) -> dict[str, str]:
    """Name and description of one of a component's four regular services."""
    number = SERVICES * component + service
    words = _words(number, language) | {
        "place": PLACES[language][number % len(PLACES[language])],
        "time": TIMES[language][number % len(TIMES[language])],
    }
    name = QUERY[language].format(**words)
    return {"name": name[0].upper() + name[1:], "description": PASSAGE[language].format(**words)}


def strings(component: int, language: str) -> dict[str, str]:
    """A component's eight other strings: four words and four phrases."""
    words = [_words(SERVICES * component + service, language) for service in range(SERVICES)]
    single = [words[0]["noun"], words[1]["noun"], words[2]["verb"], words[3]["adjective"]]
    phrases = [PHRASE[language].format(**found) for found in words]
    return {f"string_{number}": text for number, text in enumerate([*single, *phrases])}


def build_wheel(path: Path) -> None:
    """Write the wheel; the same bytes every time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "homeassistant/__init__.py", "")
        for number, component in enumerate(COMPONENTS):
            _add(archive, f"homeassistant/components/{component}/strings.json", "{}")
            for language in LANGUAGES:
                member = f"homeassistant/components/{component}/translations/{language}.json"
                _add(archive, member, json.dumps(_tree(number, language), ensure_ascii=False, indent=1))


def _words(number: int, language: str) -> dict[str, str]:
    code = (number * _STEP) % _COMBINATIONS
    return {
        "verb": VERBS[language].split()[code % _VERB_COUNT],
        "adjective": ADJECTIVES[language].split()[code // _VERB_COUNT % _ADJECTIVE_COUNT],
        "noun": NOUNS[language].split()[code // (_VERB_COUNT * _ADJECTIVE_COUNT)],
    }


def _tree(component: int, language: str) -> dict[str, Any]:
    services = {f"service_{number}": pair(component, number, language) for number in range(SERVICES)}
    extra = _EXTRA.get(f"{COMPONENTS[component]}/services/extra", {})
    if language in extra:
        services["extra"] = extra[language]
    return {"entity": {"sensor": {"state": strings(component, language)}}, "services": services}


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), text.encode())
