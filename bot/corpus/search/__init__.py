"""Full-text search: parse the query, plan it, match it, rank the hits."""
