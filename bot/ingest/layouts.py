"""The layouts that the corpus stores."""

from bot.corpus.rows import Layouts
from bot.render.layout import lay_out_example, lay_out_trope

LAYOUTS = Layouts(lay_out_example, lay_out_trope)
