import { type Slot } from './slot.js'
import { type Track } from './track.js'

/** What a rule looks at for one service: its recent slots and how far they can be trusted. */
export interface Signal {
  readonly service: string
  readonly track: Track
  /** Contiguous, oldest first, reaching at least to the watermark; empty slots are zeros. */
  readonly slots: readonly Slot[]
  /** Up to here (epoch ms, event time) the counts are as complete as they usually get; nothing later is judged. */
  readonly watermarkMs: number
  /** Since when (epoch ms) every source of the service is silent; null while at least one speaks. */
  readonly silentSinceMs: number | null
}

/**
 * Reads the recent counts of every service and track. It leaves out replayed responses and those that came more than
 * the alert window behind their source's watermark: they are counted everywhere else, but they never raise an alert.
 */
export abstract class SignalReader {
  abstract read(now: number): Promise<Signal[]>
}

/** The signal of a service that the reader no longer knows: nothing but silence. */
export const silentSignal = (service: string, track: Track, sinceMs: number): Signal => ({
  service,
  track,
  slots: [],
  watermarkMs: sinceMs,
  silentSinceMs: sinceMs,
})
