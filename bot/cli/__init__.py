"""What a process prints: the reports of its commands, and its log."""
