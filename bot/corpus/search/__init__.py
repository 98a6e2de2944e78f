"""Full-text search over the corpus: parse the query, plan it, match it, rank the hits."""
