"""What the preview says about itself."""

from bot.language import Label
from bot.render.texts import Text

WELCOME = Text(
    "Welcome! I’m the real bot in a simulated Discord: nothing is sent or stored. Press a button, or type:\n"
    "- `/ran` and **Enter** three times: a random example (7 keys)\n"
    "- `/sea`, **Enter**, `bridge`, **Esc**, **Enter**: a search (13 keys)\n"
    "- `/hel` and **Enter** twice: what I can do (6 keys)"
)
LIMITS = Text(
    "With *Viewing as* at the top, you can also be a friend, who can’t change this server’s settings. "
    "Message menus, direct messages and dropped files don’t work here. To see a page of your own, stop me and "
    "start `bigrun preview PAGE.html`. Old messages disappear."
)
RANDOM, MEDIUM, SEARCH = Label("random"), Label("medium film"), Label("search bridge")
WORK, ABOUT = Label("work Firefly"), Label("about")
