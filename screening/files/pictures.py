"""Pictures: what stands in their metadata, and a copy without any."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import ExifTags, Image, ImageOps, ImageSequence, UnidentifiedImageError

from screening.files.kinds import Kind
from screening.files.verdicts import TooManyPixels, Unreadable

if TYPE_CHECKING:
    from screening.files.scan import Scan

MOST_PIXELS = 40_000_000  # of one frame
MOST_FRAMES = 200
MOST_IN_ALL = 160_000_000  # pixels of all frames
FORMATS = {
    Kind.PNG: "PNG",
    Kind.JPEG: "JPEG",
    Kind.GIF: "GIF",
    Kind.WEBP: "WEBP",
}
BROKEN = (
    *(UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, IndexError),
    *(KeyError, EOFError, OverflowError, Image.DecompressionBombError),
)
OPTIONS: dict[str, dict[str, Any]] = {
    "PNG": {"optimize": False, "compress_level": 6},
    "JPEG": {"quality": 90},
    "GIF": {},
    "WEBP": {"quality": 90},
}


def read_picture(content: bytes, scan: Scan) -> None:
    """Read the metadata, of a picture that is a part of another file, too."""
    scan.bytes(content)
    try:
        with Image.open(BytesIO(content)) as picture:
            for text in _texts_of(picture):
                scan.text(text)
    except BROKEN:
        return  # nothing but its bytes can be read, which were


def copy_of(content: bytes, kind: Kind, scan: Scan) -> bytes:
    """Return the picture drawn anew: without metadata, place and hidden parts. Raise
    Unreadable for what is none, TooManyPixels for what is too large."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses twice as many
    try:
        with Image.open(BytesIO(content), formats=[FORMATS[kind]]) as picture:
            for text in _texts_of(picture):
                scan.text(text)
            return _drawn(picture, FORMATS[kind])
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except BROKEN as error:
        raise Unreadable from error


def _texts_of(picture: Image.Image) -> list[str]:
    values = [*picture.info.values(), *_exif_of(picture)]
    texts = [value.decode("latin-1") for value in values if isinstance(value, bytes)]
    wide = [text.replace("\x00", "") for text in texts if "\x00" in text]
    return [*map(str, values), *texts, *wide]


def _exif_of(picture: Image.Image) -> list[Any]:
    exif = picture.getexif()
    blocks = [exif.get_ifd(block) for block in ExifTags.IFD]
    return [*exif.values(), *(value for block in blocks for value in block.values())]


def _drawn(picture: Image.Image, name: str) -> bytes:
    # A camera may put a second picture into a JPEG, which is none to be seen.
    number = 1 if name == "JPEG" else getattr(picture, "n_frames", 1)
    width, height = picture.size
    if number > MOST_FRAMES or number * width * height > MOST_IN_ALL:
        raise TooManyPixels
    made = BytesIO()
    if number > 1:
        _draw_frames(picture, name, made)
    else:
        turned = ImageOps.exif_transpose(picture)
        _bare(turned).save(made, name, **OPTIONS[name])
    return made.getvalue()


def _draw_frames(picture: Image.Image, name: str, made: BytesIO) -> None:
    times = []
    frames = []
    for frame in ImageSequence.Iterator(picture):
        times.append(frame.info.get("duration", 100))
        frames.append(_bare(frame.copy()))
    frames[0].save(
        made,
        name,
        save_all=True,
        append_images=frames[1:],
        duration=times if name != "PNG" else times[0],
        loop=picture.info.get("loop", 0),
    )


def _bare(picture: Image.Image) -> Image.Image:
    """Return the pixels alone."""
    transparency = picture.info.get("transparency")
    picture.load()
    picture.info = {} if transparency is None else {"transparency": transparency}
    bare = picture.copy()
    bare.info = dict(picture.info)
    return bare
