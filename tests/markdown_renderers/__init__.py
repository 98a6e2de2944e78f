"""Judges of the spoiler promise: independent readers that tell what of a message stands in the open.

Every reader answers one question, `visible(text)`: the text of a Discord message as far as it shows without a click.
None of them knows the bot. They disagree here and there, as real clients do; what any one of them shows is shown.

- `client`: our own model of Discord's client, pessimistic on every doubtful point.
- `notification`: the plain-text form of a desktop notification.
- `simcord_page`: the page of the simulated Discord.
- `node`: two parsers from npm, in one process of Node.js.
- `panel`: all of them that are present, asked at once.

`hostile` makes page text that tries to break out of its tags, and `campaign` lets the bot render it and asks the panel.
"""
