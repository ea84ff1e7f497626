import type { AlertSample, CurvePoint, Evidence as DomainEvidence, Rule as DomainRule, TopRow, Track } from '#alert'
import type { Catalog } from '#catalog'
import type { Alert, Evidence } from '../models/alert.js'
import type { BreakdownRow } from '../models/breakdown.js'
import type { Counts } from '../models/counts.js'
import type { Rule } from '../models/rule.js'
import type { Sample } from '../models/sample.js'
import type { Point } from '../models/time-series.js'
import { AlertState, upper } from '../models/words.js'
import type { ReadAlert } from '../ports.js'
import { rowModel } from './breakdown.js'
import { plainCounts } from './counts.js'

/** An alert; `rules` are those in force, by which its rule's settings are told while the version is the same. */
export function alertModel(catalog: Catalog, alert: ReadAlert, rules: readonly DomainRule[]): Alert {
  const rule = rules.find(({ id, version }) => id === alert.rule.id && version === alert.rule.version)
  return {
    id: alert.id,
    rule: rule === undefined ? forgottenRule(alert) : ruleModel(rule),
    // An inactive alert is never read.
    state: alert.state === 'inactive' ? AlertState.RESOLVED : upper(alert.state),
    track: upper(alert.track),
    source: null,
    gateway: null,
    service: alert.service,
    route: null,
    severity: alert.rule.severity,
    startedAt: new Date(alert.startedAtMs),
    firedAt: alert.firedAtMs === null ? null : new Date(alert.firedAtMs),
    resolvedAt: alert.resolvedAtMs === null ? null : new Date(alert.resolvedAtMs),
    reason: alert.reason,
    summary: alert.summary,
    evidence: evidenceModel(catalog, alert),
    acknowledgedBy: null,
    silenced: false,
    children: [],
  }
}

/** A rule with its settings. */
export function ruleModel(rule: DomainRule): Rule {
  return {
    id: rule.id,
    name: rule.name,
    version: rule.version,
    severity: rule.severity,
    track: upper(rule.track),
    minimumRequests: rule.minimumRequests,
    minimumBad: rule.minimumBad,
    shortWindowSeconds: rule.shortWindowSeconds,
    longWindowSeconds: rule.longWindowSeconds,
    factor: rule.factor,
    minimumEffect: rule.minimumEffect,
    forSeconds: rule.forSeconds,
    resolveBelowFraction: rule.resolveBelowFraction,
    resolveAfterSeconds: rule.resolveAfterSeconds,
  }
}

function forgottenRule({ rule: { id, name, version, severity }, track }: ReadAlert): Rule {
  return {
    id,
    name,
    version,
    severity,
    track: upper(track),
    minimumRequests: null,
    minimumBad: null,
    shortWindowSeconds: null,
    longWindowSeconds: null,
    factor: null,
    minimumEffect: null,
    forSeconds: null,
    resolveBelowFraction: null,
    resolveAfterSeconds: null,
  }
}

const NOT_KEPT = 'the evidence of an alert keeps no durations'

function evidenceModel(catalog: Catalog, { evidence, track, service, rule }: ReadAlert): Evidence {
  const { bad, total, rate, normalUpTo, windowSeconds, curve, top, samples } = evidence ?? NO_EVIDENCE
  return {
    bad,
    total,
    rate,
    normalUpTo,
    windowSeconds,
    curve: curve.map((point) => curvePoint(track, point)),
    top: top.map((row) => topRow(catalog, track, bad, row)),
    samples: samples.map((sample) => sampleOf(sample, service, track)),
    ruleVersion: evidence?.ruleVersion ?? rule.version,
  }
}

const NO_EVIDENCE: Omit<DomainEvidence, 'atMs' | 'ruleVersion' | 'normalUpTo'> & { readonly normalUpTo: null } = {
  bad: 0,
  total: 0,
  rate: 0,
  normalUpTo: null,
  windowSeconds: 0,
  curve: [],
  top: [],
  samples: [],
}

function curvePoint(track: Track, { atMs, bad, total }: CurvePoint): Point {
  return { at: new Date(atMs), counts: watched(track, total, bad, total) }
}

function topRow(
  catalog: Catalog,
  track: Track,
  allBad: number,
  { gateway, route, code, bad, total }: TopRow,
): BreakdownRow {
  return rowModel(
    catalog,
    { gateway, route, code },
    watched(track, bad, bad, total),
    allBad === 0 ? 0 : Math.min(1, bad / allBad),
  )
}

function watched(track: Track, count: number, bad: number, denominator: number): Counts {
  const numbers = { count, errors: 0, throttled: 0, denominator, bytes: 0, retries: 0, estimated: false }
  return plainCounts(track === 'server_error' ? { ...numbers, errors: bad } : { ...numbers, throttled: bad }, NOT_KEPT)
}

function sampleOf({ atMs, ...sample }: AlertSample, service: string, track: Track): Sample {
  return {
    at: new Date(atMs),
    service,
    ...sample,
    outcome: upper(track),
    owner: 'UNKNOWN',
    detail: sample.detail ?? null,
  }
}
