"""From page sources to the corpus."""
