"""The benchmark: one corpus, one set of queries, several search engines in turn."""
