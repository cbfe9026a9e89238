"""One module for each format of benchmarks; see `switchrank.data.reading`."""
