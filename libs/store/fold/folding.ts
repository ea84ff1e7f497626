import { openPool } from '../pool.js'
import { FoldLoop } from './fold-loop.js'
import { Folder, type FolderOptions, type FoldReport } from './folder.js'

/** A fold that goes on until it is stopped. */
export interface Folding {
  /** Says that something was appended. */
  wake(): void
  /** Folds what waits, gives the lease back and resolves; what does not fit into 20 s stays safe in the journal. */
  stop(): Promise<void>
}

/** What a fold needs to know; can be handed to another thread. */
export interface FoldingOptions {
  readonly url: string
  /** A statement fails where the server says nothing for so long, ms. */
  readonly silenceTimeoutMs: number
  /** Looks for deltas of other replicas this often, ms. */
  readonly idleMs: number
  readonly folder: Omit<FolderOptions, 'beforeCommit'>
}

/** Who is told how it goes. */
export interface FoldWatch {
  /** A fold did something, in so many ms. */
  folded(report: FoldReport, durationMs: number): void
  /** A fold failed; it is tried again. */
  failed(error: unknown): void
}

/** One folds, and one gives the lease back or ends what a broken one has open. */
const CONNECTIONS = 3
const FINAL_FOLD_MS = 20_000

/** Folds on this thread. */
export function foldHere(
  { url, silenceTimeoutMs, idleMs, folder: options }: FoldingOptions,
  watch: FoldWatch,
): Folding {
  const pool = openPool({ url, silenceTimeoutMs, maxConnections: CONNECTIONS })
  const folder = new Folder(pool, options)
  const loop = new FoldLoop(folder, {
    idleMs,
    folded: (report, durationMs) => watch.folded(report, durationMs),
    failed: (error) => watch.failed(error),
  })
  loop.start()
  return {
    wake: () => loop.wake(),
    stop: async () => {
      await loop.stop()
      await foldTheRest(folder).finally(() => pool.end())
    },
  }
}

/** So that the counts are complete when the process is gone. */
async function foldTheRest(folder: Folder): Promise<void> {
  const untilMs = performance.now() + FINAL_FOLD_MS
  while ((await folder.foldOnce()).more && performance.now() < untilMs);
  await folder.release()
}
