from contextlib import ExitStack
from functools import partial
from pathlib import Path

from switchrank import tables
from switchrank.data.qrels import of_queries
from switchrank.job import job


def judged(qrels, queries):
    """The judgements of a pair."""
    return of_queries(tables.read(qrels, tables.QRELS), [tables.read(path, tables.QUERIES) for path in queries])


with job(snakemake.log[0], snakemake.threads):
    from switchrank.models.folder import folder_of, read_hugging_face_tokenizer
    from switchrank.ranker.dev import encode_dev
    from switchrank.ranker.loss import open_loss
    from switchrank.ranker.settings import Training
    from switchrank.ranker.stored_pairs import stored_again, stored_corpus
    from switchrank.ranker.training import save_ranker, train_ranker
    from switchrank.training.checkpoint import Checkpoints
    from switchrank.training.launch import launch, process_count, train_and_save

    files, params = snakemake.input, snakemake.params
    settings, seed = Training(**params.settings), int(snakemake.wildcards.seed)
    source = folder_of(files.encoder)
    tokenizer = read_hugging_face_tokenizer(source)
    dev = None
    if settings.dev:
        texts = {
            side: {Path(path).stem: tables.read(path, contract) for path in files[side]}
            for side, contract in (("queries", tables.QUERIES), ("passages", tables.PASSAGES))
        }
        mixed = {
            side: tables.read(path, tables.MIXED) if (path := files.get(f"mixed_{side}")) else None for side in texts
        }
        dev = encode_dev(
            tokenizer,
            settings.dev.pairs,
            settings.max_length,
            {pair: tables.read(path, tables.CANDIDATES) for pair, path in params.dev["candidates"].items()},
            {pair: judged(**by) for pair, by in params.dev["judged_by"].items()},
            texts["queries"],
            texts["passages"],
            mixed,
        )
    whole_queries = open_loss(settings.loss).whole_queries
    with ExitStack() as opened:
        instances, pairs = opened.enter_context(
            stored_corpus(files.tokens, tokenizer, settings.max_length, whole_queries)
        )
        others = [
            opened.enter_context(stored_again(path, tokenizer, settings.max_length, instances))
            for path in (*files.get("curriculum", []), *files.get("english", []))
        ]
        english = others.pop() if settings.joint else None
        launch(
            train_and_save,
            process_count(snakemake.resources.processes),
            train_ranker,
            partial(
                save_ranker,
                encoder=source,
                max_length=settings.max_length,
                folder=folder_of(snakemake.output.model),
                training_file=snakemake.output.training,
                dev_file=snakemake.output.dev,
            ),
            Checkpoints(
                Path("results/checkpoint/train_ranker", *snakemake.wildcards),
                snakemake.resources.checkpoint_steps,
                {"settings": params.settings, "code": params.code, "seed": seed},
                list(files),
            ),
            {
                "instances": instances,
                "pairs": pairs,
                "encoder": source,
                "settings": settings,
                "seed": seed,
                "threads": snakemake.threads,
                "label": "train_ranker {} {} seed {}".format(
                    *(snakemake.wildcards[name] for name in ("system", "pair", "seed"))
                ),
                "dev": dev,
                "english": english,
                "earlier": others,
            },
        )
