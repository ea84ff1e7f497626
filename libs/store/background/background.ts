import type { Folding, FoldingOptions, FoldWatch } from '../fold/folding.js'
import type { TrafficText } from '../traffic/traffic-metrics.js'
import { TrafficReader, type TrafficOptions } from '../traffic/traffic-reader.js'
import { foldHere } from '../fold/folding.js'

/** What a server does beside its requests: on a thread of its own, or, in tests, on the same one. */
export interface Background {
  /** Begins to fold. */
  fold(options: FoldingOptions, watch: FoldWatch): Folding
  /** Writes the traffic metrics of this moment; rejects with QueryError. */
  traffic(): Promise<TrafficText[]>
  /** Resolves when nothing is under way any more. A fold is stopped before. */
  stop(): Promise<void>
}

/** Begins it. */
export type BeginBackground = (traffic: TrafficOptions) => Background

/** On this thread. */
export function backgroundHere(options: TrafficOptions): Background {
  const traffic = new TrafficReader(options)
  return { fold: foldHere, traffic: () => traffic.read(), stop: () => traffic.close() }
}
