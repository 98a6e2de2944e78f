"""Draw the bot's picture: `python -m tests.draw_avatar`. Somebody runs across a bar that hides a spoiler."""

from PIL import Image, ImageDraw

from bot.settings import ROOT

AVATAR = ROOT / "docs" / "images" / "avatar.png"
SIZE, SCALE = 512, 4  # drawn large and made smaller, which smooths it
RED, WHITE, DARK = "#c0392b", "#ffffff", "#1e1f22"
LIMB, SPEED = 34, 16
# In a picture of 512 × 512
HEAD = (316, 112, 46)
LIMBS = (
    ((292, 172), (236, 284)),  # body
    ((288, 190), (352, 232), (404, 190)),  # front arm
    ((280, 188), (204, 188), (172, 244)),  # back arm
    ((236, 284), (320, 312), (306, 396)),  # front leg
    ((236, 284), (196, 352), (112, 356)),  # back leg
)
SPEED_LINES = (((56, 160), (128, 160)), ((40, 224), (104, 224)), ((56, 288), (120, 288)))
BAR = (96, 420, 416, 458)


def draw_avatar() -> Image.Image:
    """Return the picture."""
    picture = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), RED)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle([each * SCALE for each in BAR], radius=10 * SCALE, fill=DARK)
    for line in SPEED_LINES:
        _draw_line(draw, line, SPEED)
    for limb in LIMBS:
        _draw_line(draw, limb, LIMB)
    _draw_dot(draw, HEAD[:2], HEAD[2])
    return picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _draw_line(draw: ImageDraw.ImageDraw, points: tuple[tuple[int, int], ...], width: int) -> None:
    draw.line([(x * SCALE, y * SCALE) for x, y in points], fill=WHITE, width=width * SCALE)
    for point in points:
        _draw_dot(draw, point, width / 2)


def _draw_dot(draw: ImageDraw.ImageDraw, centre: tuple[int, int], radius: float) -> None:
    x, y = centre
    box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
    draw.ellipse(box, fill=WHITE)


if __name__ == "__main__":
    draw_avatar().save(AVATAR, optimize=True)
