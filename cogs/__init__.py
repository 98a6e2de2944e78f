"""What members can do, one file a feature; loaded by name, imported by nothing."""
