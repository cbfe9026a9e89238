from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.model_folder import folder_of, read_hugging_face_tokenizer, save_model
    from switchrank.ranker.settings import Training
    from switchrank.ranker.training import train_ranker

    source = folder_of(snakemake.input.encoder)
    model, training = train_ranker(
        tables.read(snakemake.input.corpus, tables.CORPUS),
        source,
        Training(**snakemake.params.settings),
        int(snakemake.wildcards.seed),
        snakemake.threads,
        "train_ranker {} {} seed {}".format(*(snakemake.wildcards[name] for name in ("system", "pair", "seed"))),
    )
    tokenizer = read_hugging_face_tokenizer(source)
    # whoever loads the folder cuts long pairs as training did
    tokenizer.model_max_length = snakemake.params.settings["max_length"]
    save_model(model, tokenizer, folder_of(snakemake.output[:-1]))
    tables.write(training, snakemake.output.training, tables.TRAINING)
