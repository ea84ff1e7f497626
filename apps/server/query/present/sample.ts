import type { Sample as DomainSample, Source as DomainSource } from '#store'
import type { Sample } from '../models/sample.js'
import type { Source } from '../models/source.js'
import { upper } from '../models/words.js'

/** A sample. */
export function sampleModel({ atMs, outcome, owner, ...rest }: DomainSample): Sample {
  return { at: new Date(atMs), ...rest, outcome: upper(outcome), owner: upper(owner) }
}

/** A source. */
export function sourceModel(source: DomainSource): Source {
  const { name, lastEventMs, lagMs, health, delivery, ledger, seriesUsed, seriesBudget } = source
  const lastEventAt = lastEventMs === null ? null : new Date(lastEventMs)
  return { name, lastEventAt, lagMs, health: [...health], delivery: upper(delivery), ledger, seriesUsed, seriesBudget }
}
