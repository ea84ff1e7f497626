import { type Held } from './held.js'
import { type AlertChange, type Notice } from './notice.js'

/** Everything that one tick decided. */
export interface BookEntry {
  readonly held: readonly Held[]
  /** Held states that are needed no more. */
  readonly dropped: readonly Held[]
  readonly changes: readonly AlertChange[]
  readonly notices: readonly Notice[]
}

/** `fenced`: this process is no longer the one that may write, and nothing was written. */
export type SaveResult = 'saved' | 'fenced'

/** Keeps what the alerts remember. `save` writes all of an entry or nothing, and only for the holder of the lease. */
export abstract class AlertBook {
  abstract load(): Promise<Held[]>
  abstract save(entry: BookEntry): Promise<SaveResult>
}
