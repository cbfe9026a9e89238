from switchrank.job import job
from switchrank.models.folder import folder_of, read_hugging_face_tokenizer

with job(snakemake.log[0], snakemake.threads):
    from switchrank.ranker.tokenized_corpus import tokenize_corpus

    tokenize_corpus(
        snakemake.input.corpus,
        read_hugging_face_tokenizer(folder_of(snakemake.input.tokenizer)),
        snakemake.output[0],
        "tokenize_corpus {} {}".format(*(snakemake.wildcards[name] for name in ("corpus", "pair"))),
    )
