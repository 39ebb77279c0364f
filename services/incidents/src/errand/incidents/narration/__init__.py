"""The words for what the rules found, by a model or by the rules: `choose` one narrator for all of a worker's threads.

    narrator = choosing.choose(settings)
    told = run.step("narration", partial(narrator.narrate, findings, reference), Told)

A narrator never raises ModelError; what it could not do is in `told.notes`, for the job's story. The step keeps what
a model was paid for: an attempt that comes later does not ask again.
"""
