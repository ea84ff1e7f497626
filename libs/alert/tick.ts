import { type AlertBook, type SaveResult } from './book.js'
import { decide } from './decide.js'
import { type Detector } from './detector.js'
import { evaluate } from './evaluate.js'
import { type Evidence, evidenceOf, type EvidenceParts, type EvidenceReader, noParts } from './evidence.js'
import { type Held, heldKey, isWorthSaving, newHeld } from './held.js'
import { type Transition } from './life.js'
import { type AlertChange, noticesOf } from './notice.js'
import { ruleRemoved } from './removal.js'
import { labelOf, type Rule } from './rule.js'
import { type Signal, type SignalReader, silentSignal } from './signal.js'
import { changeSummary, firingSummary } from './summary.js'

/** What a tick needs from outside. */
export interface TickPorts {
  readonly signals: SignalReader
  readonly evidence: EvidenceReader
  readonly book: AlertBook
  readonly detector: Detector
  /** Names of the channels that are told. */
  readonly channels: readonly string[]
  /** Whether someone asked for quiet about a service now; absent: nobody did. */
  readonly silenced?: (service: string, rule: Rule, now: number) => boolean
  /** Called between two services, so that thousands of them do not hold the thread at one go; absent: they do. */
  readonly turn?: () => Promise<void>
}

/** What a tick did. */
export interface TickReport {
  readonly result: SaveResult
  readonly evaluated: number
  readonly changes: readonly AlertChange[]
  readonly evidenceFailures: number
}

/** More alerts than this at once are stored with their numbers only, so that an outage of everything is told in time. */
const EVIDENCE_READS = 50

/** Evaluates all rules for all services at `now` (epoch ms) and saves the outcome as one entry. */
export async function tick(ports: TickPorts, rules: readonly Rule[], now: number): Promise<TickReport> {
  const [signals, stored] = await Promise.all([ports.signals.read(now), ports.book.load()])
  await ports.turn?.()
  const previous = new Map(stored.map((held) => [heldKey(held.rule.id, held.service, held.track), held]))
  const evidence = new EvidenceBudget(ports.evidence)
  const changes: AlertChange[] = []
  const held: Held[] = []
  await ports.turn?.()
  const pairs = pairsOf(rules, signals, stored)
  for (const { rule, signal, key } of pairs) {
    await ports.turn?.()
    const before = previous.get(key)
    const start = before ?? newHeld(rule, signal.service)
    const evaluation = evaluate(ports.detector, rule, signal, start, now)
    const told = await tell(ports, rule, evaluation.held, evaluation.transitions, evidence, now)
    changes.push(...told.changes)
    if (told.changes.length > 0 || isWorthSaving(before, told.held)) held.push(told.held)
  }
  const removed = ruleRemoved(stored, rules, now)
  changes.push(...removed.changes)
  const notices = changes.flatMap((change) => noticesOf(change, ports.channels))
  const nothing = held.length + changes.length + removed.dropped.length === 0
  const result = nothing ? 'saved' : await ports.book.save({ held, dropped: removed.dropped, changes, notices })
  return { result, evaluated: pairs.length, changes, evidenceFailures: evidence.failures }
}

interface Pair {
  readonly rule: Rule
  readonly signal: Signal
  readonly key: string
}

/** Every rule with every signal of its track, and with silence where an open alert has no signal any more. */
function pairsOf(rules: readonly Rule[], signals: readonly Signal[], stored: readonly Held[]): Pair[] {
  const pairs = new Map<string, Pair>()
  for (const rule of rules) {
    const silent = stored
      .filter((held) => held.rule.id === rule.id && held.track === rule.track && held.life.state !== 'inactive')
      .map((held) => silentSignal(held.service, held.track, held.lastTrafficMs ?? 0))
    for (const signal of [...silent, ...signals.filter((candidate) => candidate.track === rule.track)]) {
      const key = heldKey(rule.id, signal.service, signal.track)
      pairs.set(key, { rule, signal, key })
    }
  }
  return [...pairs.values()]
}

interface Told {
  readonly changes: AlertChange[]
  readonly held: Held
}

async function tell(
  ports: TickPorts,
  rule: Rule,
  held: Held,
  transitions: readonly Transition[],
  evidence: EvidenceBudget,
  now: number,
): Promise<Told> {
  const { service, track } = held
  const silenced = ports.silenced?.(service, rule, now) ?? false
  const changes: AlertChange[] = []
  let { announced } = held
  for (const [i, transition] of transitions.entries()) {
    const overtaken = transitions.slice(i + 1).some((later) => later.to === 'resolved')
    const decision = decide(transition, { silenced, announced, overtaken })
    if (transition.to === 'firing' && transition.from !== 'stale') announced = decision.kind === 'firing'
    if (transition.to === 'resolved') announced = false
    const proof = await evidence.of(rule, service, transition)
    const summary = proof ? firingSummary(service, track, proof) : changeSummary(service, transition)
    changes.push({ rule: labelOf(rule), service, track, transition, decision, summary, evidence: proof })
  }
  return { changes, held: { ...held, announced } }
}

/** Reads what explains the alerts of one tick, within bounds; a failing read never holds back an alert. */
class EvidenceBudget {
  failures = 0
  private left = EVIDENCE_READS

  constructor(private readonly reader: EvidenceReader) {}

  /** The evidence of a transition that raises an alert or a suspicion; null for the others. */
  async of(rule: Rule, service: string, transition: Transition): Promise<Evidence | null> {
    const { verdict, atMs, reason } = transition
    if (verdict === null) return null
    if (reason === 'breach') return evidenceOf(rule, verdict, atMs, noParts)
    if (reason !== 'first' && reason !== 'reopened') return null
    return evidenceOf(rule, verdict, atMs, await this.parts(service, rule, atMs - verdict.windowSeconds * 1000, atMs))
  }

  private async parts(service: string, rule: Rule, fromMs: number, toMs: number): Promise<EvidenceParts> {
    if (this.left <= 0) return noParts
    this.left -= 1
    try {
      return await this.reader.read(service, rule.track, fromMs, toMs)
    } catch {
      this.failures += 1
      return noParts
    }
  }
}
