"""What a partner may see of the inputs, in the one form that is evaluated, hashed and shown."""

from handsel.engine.commission import Inputs


def disclose(inputs: Inputs, partnership: str, commission: str, secret: bytes) -> Inputs:
    """The inputs of one commission, as its partnership may read them.

    Of other partners' touches the kind, time and standing remain, under ids that are consistent
    within one commission and say nothing outside it. Their agreements, codes and click ids are
    left out. The result depends on nothing but the arguments: `secret` (32 bytes or more, never
    shown) stays the same for ever. Evaluate, store and hash only what this returns.
    """
    raise NotImplementedError
