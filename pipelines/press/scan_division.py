"""Where the text objects of a page's content stand, told by the words that begin and end them.

What lies between the cuts is read by others, which refuse a part that is none.
"""

from collections.abc import Sequence

BEGIN, END = b"BT\n", b"ET\n"


def around(data: bytes) -> Sequence[bytes]:
    """The content before, in and behind the text object, when it seems to have one."""
    begin = data.find(BEGIN)
    end = data.rfind(END, begin) if begin >= 0 else -1
    if end < 0 or data[begin - 1 : begin] not in (b"", b"\n") or data[end - 1 : end] != b"\n":
        return (data,)
    return data[:begin], data[begin + len(BEGIN) : end], data[end + len(END) :]


def parts(data: bytes) -> Sequence[bytes]:
    """The content, in turns what is outside of text objects and what is in them."""
    outside, *rest = data.split(BEGIN)
    found = [outside]
    for part in rest:
        inside, end, behind = part.partition(END)
        if not end or found[-1][-1:] not in (b"", b"\n") or inside[-1:] != b"\n":
            return (data,)
        found += (inside, behind)
    return found
