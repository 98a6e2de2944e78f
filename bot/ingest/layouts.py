"""What the corpus stores of texts as they are shown."""

from bot.corpus.rows import Layouts
from bot.render.appearances import find_appearances
from bot.render.layout import lay_out_example, lay_out_trope

LAYOUTS = Layouts(lay_out_example, lay_out_trope, find_appearances)
