import type { Config } from '#platform'

/** What of the settings decides how bodies are scanned; can be handed to another thread. */
export interface ScanSettings {
  readonly codes: Config['codes']
  readonly formats: Config['formats']
  readonly sources: Config['sources']
  readonly maxSources: number
  readonly seriesPerSource: number
  readonly routesPerService: number
  readonly maxRecordBytes: number
  readonly replayLateMs: number
  readonly consumerSalt: string
  /** How many threads scan, each with an equal part of the memory for labels and for rejected records. */
  readonly shares: number
}

const DAY_MS = 86_400_000

/** The scanning part of `config`, for `threads` threads beside the main one. */
export function scanSettingsOf(config: Config, threads: number, consumerSalt: string): ScanSettings {
  const { codes, formats, sources, budgets, limits, retention } = config
  return {
    codes,
    formats,
    sources,
    consumerSalt,
    maxSources: budgets.sources,
    seriesPerSource: budgets.seriesPerSource,
    routesPerService: budgets.routesPerService,
    maxRecordBytes: limits.lineBytes,
    replayLateMs: retention.daysYears * 366 * DAY_MS,
    shares: threads + 1,
  }
}
