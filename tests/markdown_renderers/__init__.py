"""Independent renderers of Discord's markdown, which look for text that should be hidden.

Each renderer has one function, `visible(text)`: what a message shows without a click. None of them knows the bot. They
disagree here and there, as real clients do. Text that any one of them shows counts as shown.

- `client`: our own model of Discord's client, pessimistic on every doubtful point.
- `notification`: the plain text of a desktop notification.
- `simcord_page`: the page of the simulated Discord.
- `node`: two parsers from npm, in one Node.js process.
- `all_renderers`: all of them that are installed.

`hostile_texts` generates page text that tries to break out of its tags. `campaign` lets the bot render it for all.
"""
