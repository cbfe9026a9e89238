"""The frame of an utterance: its intents and slots without the words."""

from __future__ import annotations

from switchrank.errors import SwitchRankError

_SHOWN = 60


def frame_of(form: str, place: str) -> str:
    """The frame of a decoupled form, in which every label is followed by its words.

    `[IN:GET_EVENT [SL:DATE_TIME in 2018 ] ]` has the frame `[IN:GET_EVENT [SL:DATE_TIME ] ]`. The slots' order stays.

    Args:
        form: labels, words and brackets, separated by white space.
        place: file and line, for messages.

    Raises:
        SwitchRankError: it is not one intent with matching brackets.
    """
    kept, depth = [], 0
    tokens = form.split()
    for number, token in enumerate(tokens):
        if token.startswith(("[IN:", "[SL:")):
            depth += 1
            kept.append(token)
        elif token == "]":
            depth -= 1
            kept.append(token)
        if depth < 1 and number < len(tokens) - 1:
            break
    else:
        if depth == 0 and kept and kept[0].startswith("[IN:"):
            return " ".join(kept)
    raise SwitchRankError(
        f"{place}: the decoupled form is {form[:_SHOWN]!r}; expected one intent with matching brackets, such as "
        "'[IN:GET_EVENT [SL:DATE_TIME in 2018 ] ]'"
    )
