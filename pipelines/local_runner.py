"""Beam's local runner, but in small bundles: a worker gets little at a time, and more when it is done.

Beam's own way is one bundle a worker and stage, with everything of it in memory three times over, and half
of the keys to each worker, however much there is in them.
"""

import itertools
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, wait
from typing import Any

from apache_beam.metrics import monitoring_infos
from apache_beam.portability.api import beam_fn_api_pb2 as fn_api
from apache_beam.portability.api import beam_runner_api_pb2 as runner_api
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.runners.portability.fn_api_runner.execution import GroupingBuffer, ListBuffer
from apache_beam.runners.portability.fn_api_runner.translations import PAR_DO_URNS
from apache_beam.utils import proto_utils, thread_pool_executor

from pipelines.spilled import Portion, SpilledGroups, SpilledList

BUNDLE_BYTES = 256 << 10
"""Enough that what a bundle costs (some milliseconds) does not count; one print file has about as much."""

BUNDLES_A_WORKER = 8
"""At least so many where there is more than one worker: a stage ends when the last one does."""

Inputs = Mapping[str, Any]


class LocalRunner(fn_runner.FnApiRunner):
    """An FnApiRunner that takes a stage's input to the workers bundle by bundle."""

    def _get_bundle_manager(self, bundle_context_manager: Any) -> Any:
        if bundle_context_manager.stage.is_stateful() or bundle_context_manager.stage_timer_outputs:
            return super()._get_bundle_manager(bundle_context_manager)
        return _StageInBundles(bundle_context_manager)


class _StageInBundles:
    def __init__(self, context: Any) -> None:
        self._context = context
        self._tokens = list(_side_input_tokens(context))

    def process_bundle(
        self, inputs: Inputs, outputs: Mapping[str, bytes], *_: Any, dry_run: bool = False
    ) -> tuple[Any, list[Any]]:
        """What the whole stage told at its end. Raises RuntimeError with what a worker raised."""
        for transform, buffer in outputs.items():
            _spill(self._context, buffer, transform)
        workers = self._context.worker_handlers
        bundles = _Bundles(inputs, len(workers))
        if len(workers) == 1:
            return self._serve(workers[0], bundles, outputs), []
        with thread_pool_executor.shared_unbounded_instance() as threads:
            served = [threads.submit(self._serve, worker, bundles, outputs) for worker in workers]
            done, _pending = wait(served, return_when=FIRST_EXCEPTION)
            bundles.stop()
            told = [future.result() for future in done]
        return _joined(told), []

    def _serve(self, worker: Any, bundles: "_Bundles", outputs: Mapping[str, bytes]) -> Any:
        """Gives bundles to one worker until there is none left."""
        told = None
        while (bundle := bundles.next()) is not None:
            result = self._process(worker, bundle, outputs)
            told = result if told is None else _joined([told, result])
        return told or fn_api.InstructionResponse()

    def _process(self, worker: Any, bundle: Mapping[str, list[Portion]], outputs: Mapping[str, bytes]) -> Any:
        with fn_runner.BundleManager._lock:
            fn_runner.BundleManager._uid_counter += 1
            name = f"bundle_{fn_runner.BundleManager._uid_counter}"
        for transform, portions in bundle.items():
            stream = worker.data_conn.output_stream(name, transform)
            stream.write(b"".join(portion.read() for portion in portions))
            stream.close()
        promised = worker.control_conn.push(
            fn_api.InstructionRequest(
                instruction_id=name,
                process_bundle=fn_api.ProcessBundleRequest(
                    process_bundle_descriptor_id=self._context.process_bundle_descriptor.id,
                    cache_tokens=self._tokens,
                ),
            )
        )
        for output in worker.data_conn.input_elements(
            name,
            list(outputs),
            abort_callback=lambda: promised.is_done() and bool(promised.get().error),
        ):
            with fn_runner.BundleManager._lock:
                buffer = self._context.get_buffer(outputs[output.transform_id], output.transform_id)
                buffer.append(output.data)
        result = promised.get()
        if result.error:
            raise RuntimeError(result.error)
        if result.process_bundle.residual_roots or result.process_bundle.requires_finalization:
            # Beam's own way for several workers would lose what is put off; no transform of ours does so.
            raise RuntimeError("a transform that puts work off or waits for the end of its bundle")
        return result


class _Bundles:
    """The bundles of a stage, in the order in which they are given out: the largest portions first."""

    def __init__(self, inputs: Inputs, workers: int) -> None:
        self._names = list(inputs)
        self._portions = [
            (name, portion) for name, buffer in inputs.items() for portion in _portions(buffer, workers)
        ]
        # Taken from the end; equal ones in the order in which they came.
        self._portions.reverse()
        self._portions.sort(key=lambda item: item[1].size)
        total = sum(portion.size for _, portion in self._portions)
        self._full = min(BUNDLE_BYTES, total // (workers * BUNDLES_A_WORKER) if workers > 1 else total)
        # A stage without any input has a bundle, too: it may give something at its end.
        self._first = True
        self._lock = threading.Lock()

    def next(self) -> dict[str, list[Portion]] | None:
        """What a worker gets now, by the name of the input; None when all is given out."""
        with self._lock:
            if not self._portions and not self._first:
                return None
            self._first = False
            bundle: dict[str, list[Portion]] = {name: [] for name in self._names}
            size = 0
            while self._portions and (not size or size + self._portions[-1][1].size <= self._full):
                name, portion = self._portions.pop()
                bundle[name].append(portion)
                size += max(portion.size, 1)
            return bundle

    def stop(self) -> None:
        """Gives out nothing more."""
        with self._lock:
            self._portions, self._first = [], False


def _portions(buffer: Any, workers: int) -> list[Portion]:
    if isinstance(buffer, SpilledGroups | SpilledList):
        found = buffer.portions()
        if len(found) >= workers or isinstance(buffer, SpilledGroups):
            return found
    # Few sendings are cut into elements, so that no worker stands idle.
    parts = buffer.partition(workers * BUNDLES_A_WORKER if workers > 1 else 1)
    return [_in_memory(data) for part in parts if (data := b"".join(part))]


def _in_memory(data: bytes) -> Portion:
    return Portion(len(data), lambda: data)


def _spill(context: Any, buffer_id: bytes, transform: str) -> None:
    """Puts a buffer of ours in the place of Beam's, where that one has nothing yet."""
    buffer = context.get_buffer(buffer_id, transform)
    kept = context.execution_context.pcoll_buffers
    if type(buffer) is ListBuffer and not buffer._inputs:
        kept[buffer_id] = SpilledList(buffer._coder_impl)
    elif type(buffer) is GroupingBuffer and not buffer._table and buffer._windowing.is_default():
        kept[buffer_id] = SpilledGroups(
            buffer._pre_grouped_coder, buffer._post_grouped_coder, buffer._windowing
        )


def _side_input_tokens(context: Any) -> Iterator[Any]:
    """Says to a worker that what it has read of a side input holds for the whole stage."""
    for transform in context.stage.transforms:
        if transform.spec.urn in PAR_DO_URNS:
            payload = proto_utils.parse_Bytes(transform.spec.payload, runner_api.ParDoPayload)
            for tag in payload.side_inputs:
                side = fn_api.ProcessBundleRequest.CacheToken.SideInput(
                    transform_id=transform.unique_name, side_input_id=tag
                )
                yield fn_api.ProcessBundleRequest.CacheToken(side_input=side, token=b"the stage's")


def _joined(told: list[Any]) -> Any:
    infos = itertools.chain(*(result.process_bundle.monitoring_infos for result in told))
    return fn_api.InstructionResponse(
        process_bundle=fn_api.ProcessBundleResponse(monitoring_infos=monitoring_infos.consolidate(infos))
    )
