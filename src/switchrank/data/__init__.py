"""Benchmarks: passages, queries, qrels, candidates and training instances from pinned sources."""
