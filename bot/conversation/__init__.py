"""What the bot does for members and moderators, whatever button or command asks for it."""
