from pydantic import TypeAdapter

from switchrank.corpus.files import shard_groups, switch_file
from switchrank.corpus.settings import Corpus
from switchrank.job import job
from switchrank.languages import parse_pair

with job(snakemake.log[0], snakemake.threads):
    given = snakemake.input
    settings = TypeAdapter(Corpus).validate_python(snakemake.params.settings)
    switch_file(
        given.tokens,
        given.vocabulary,
        given.get("lexicons", []),
        snakemake.output[0],
        settings,
        parse_pair(snakemake.wildcards.pair),
        shard_groups(given.tokens, int(snakemake.wildcards.shard), settings.shards),
        snakemake.threads,
    )
