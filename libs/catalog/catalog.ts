import { builtInCode, builtInOutcomes, builtInOwners, tabulateOutcomes, tabulateOwners } from './classification.js'
import { documentedCodes } from './documented-codes.js'
import { ianaCodes } from './iana-codes.js'
import type { Overlay, OverlayCode } from './overlay.js'
import { ownerByOutcome, statusCode, type StatusCode, type StatusCodeText } from './status-code.js'
import { vendorCodes } from './vendor-codes.js'
import type { StatusClass } from './vocabulary.js'

/** The codes as one traffic source sees them, or as all sources do that have no overlay of their own. */
interface View {
  readonly entries: ReadonlyMap<number, StatusCode>
  readonly outcomes: Uint8Array
  readonly owners: Uint8Array
}

const BUILT_IN_LAYERS: readonly StatusCode[] = [...documentedCodes, ...ianaCodes, ...vendorCodes]

/**
 * All known status codes: documented, over IANA, over vendors, with the user's overlays on top. A `source` argument
 * names a traffic source with an overlay, a vendor (`nginx`), `documented`, `iana`, or the name of an overlay.
 */
export class Catalog {
  private readonly common: View
  private readonly bySource = new Map<string, View>()
  private readonly byDefiner = new Map<string, Map<number, StatusCode>>()

  constructor(overlays: readonly Overlay[] = []) {
    for (const entry of BUILT_IN_LAYERS) this.define(entry)
    this.common = this.lay(overlays.filter((overlay) => overlay.source === undefined))
    const sources = new Set(overlays.flatMap((overlay) => overlay.source ?? []))
    for (const source of sources) {
      const own = overlays.filter((overlay) => overlay.source === source)
      this.bySource.set(source, this.lay(own, this.common.entries))
    }
  }

  /** The entry of a code as `source` defines or sees it, else as everyone does; undefined for a code nobody describes. */
  get(code: number, source?: string): StatusCode | undefined {
    return this.ofSource(code, source) ?? this.common.entries.get(code) ?? builtInCode(code)
  }

  /** The entries by code: one for each code, or with `source` those which that source defines or overlays. */
  list(filter: { readonly class?: StatusClass; readonly source?: string } = {}): readonly StatusCode[] {
    const entries = filter.source === undefined ? this.everyone() : this.definedBy(filter.source)
    return entries
      .filter((entry) => filter.class === undefined || entry.class === filter.class)
      .toSorted((a, b) => a.code - b.code)
  }

  /** The outcome index of every code 0-999 as `source` sees it; one shared table, never write to it. */
  outcomeTable(source?: string): Uint8Array {
    return this.view(source).outcomes
  }

  /** The owner index of every code 0-999 as `source` sees it, where nothing is told of the upstream; never write to it. */
  ownerTable(source?: string): Uint8Array {
    return this.view(source).owners
  }

  private view(source: string | undefined): View {
    return (source === undefined ? undefined : this.bySource.get(source)) ?? this.common
  }

  private ofSource(code: number, source: string | undefined): StatusCode | undefined {
    if (source === undefined) return undefined
    return this.bySource.get(source)?.entries.get(code) ?? this.byDefiner.get(source)?.get(code)
  }

  private everyone(): readonly StatusCode[] {
    const codes = new Set([...BUILT_IN_LAYERS.map((entry) => entry.code), ...this.common.entries.keys()])
    return [...codes].flatMap((code) => this.get(code) ?? [])
  }

  private definedBy(source: string): readonly StatusCode[] {
    const entries = new Map([...(this.byDefiner.get(source) ?? []), ...(this.bySource.get(source)?.entries ?? [])])
    return [...entries.values()]
  }

  /** Lays overlays over what stands below them; a later overlay wins. */
  private lay(overlays: readonly Overlay[], below: ReadonlyMap<number, StatusCode> = new Map()): View {
    const entries = new Map(below)
    for (const overlay of overlays) {
      for (const change of overlay.codes) {
        const entry = overlaid(overlay.name, change, entries.get(change.code) ?? builtInCode(change.code))
        entries.set(change.code, entry)
        this.define(entry)
      }
    }
    if (entries.size === 0) return { entries, outcomes: builtInOutcomes, owners: builtInOwners }
    const entryOf = (code: number): StatusCode | undefined => entries.get(code) ?? builtInCode(code)
    return { entries, outcomes: tabulateOutcomes(entryOf), owners: tabulateOwners(entryOf) }
  }

  private define(entry: StatusCode): void {
    const entries = this.byDefiner.get(entry.source) ?? new Map<number, StatusCode>()
    if (!this.byDefiner.has(entry.source)) this.byDefiner.set(entry.source, entries)
    entries.set(entry.code, entry)
  }
}

function overlaid(name: string, change: OverlayCode, below: StatusCode | undefined): StatusCode {
  const base = below ?? undescribed(change.code)
  const outcome = change.outcome ?? base.outcome
  return statusCode(name, {
    code: base.code,
    name: change.name ?? base.name,
    description: change.description ?? base.description,
    whenToUse: change.whenToUse ?? base.whenToUse,
    example: change.example ?? base.example,
    outcome,
    owner: change.owner ?? (outcome === base.outcome ? base.owner : ownerByOutcome(outcome)),
    retryable: change.retryable ?? base.retryable,
  })
}

function undescribed(code: number): StatusCode {
  const text: StatusCodeText = {
    code,
    name: `Status ${code}`,
    description: 'A code that is registered nowhere and was described in the configuration.',
    whenToUse: 'As the service that sends it defines.',
    example: `The service answered ${code}.`,
  }
  return statusCode('unregistered', text)
}
