"""A local worker process: Beam's own, but without its chatter on the operator's terminal."""

import logging
import os
import sys

from pipelines.processes import be_thrifty


def main() -> None:
    """Serves the runner that started this process until it is told to end."""
    # Before Beam is imported: with no handler, its first warning would set one up on stderr.
    logging.getLogger().addHandler(logging.NullHandler())
    import pyarrow as pa
    from apache_beam.runners.worker import sdk_worker_main

    be_thrifty()
    # Beam prints the traceback of every error to stderr, and an error may quote a row.
    sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115
    # There is a worker for every core.
    pa.set_cpu_count(1)
    try:
        sdk_worker_main.main(sys.argv)
    finally:
        # At once: threads of gRPC and Arrow that still live would abort an orderly exit.
        os._exit(0 if sys.exc_info()[0] is None else 1)


if __name__ == "__main__":
    main()
