export { alertId } from './alert-id.js'
export { AlertBook, type BookEntry, type SaveResult } from './book.js'
export { Channel, type Delivery } from './channel.js'
export {
  type Circumstances,
  decide,
  type Decision,
  DECISION_REASONS,
  type DecisionReason,
  NOTICE_KINDS,
  type NoticeKind,
} from './decide.js'
export { changedRules, type RuleChanges, type RuleProblem } from './changed-rules.js'
export { deliverDue, type DeliverPorts, type DeliveryReport } from './deliver.js'
export { Detector, type Judgement, type Verdict, type Watched } from './detector.js'
export { evaluate, type Evaluation } from './evaluate.js'
export {
  type AlertSample,
  CURVE_MS,
  type CurvePoint,
  curveOf,
  type Evidence,
  type EvidenceParts,
  EvidenceReader,
  type TopRow,
} from './evidence.js'
export { type Held, newHeld } from './held.js'
export {
  ALERT_STATES,
  type AlertState,
  type Life,
  type Transition,
  TRANSITION_REASONS,
  type TransitionReason,
} from './life.js'
export { type AlertChange, type Notice, type NoticeBody } from './notice.js'
export { type ClaimedNotice, MAXIMUM_ATTEMPTS, NoticeOutbox, type NoticeOutcome, retryDelayMs } from './outbox.js'
export { defaultRules, type Rule, type RuleLabel } from './rule.js'
export { type Signal, SignalReader } from './signal.js'
export { contiguousSlots, type Counts, type Slot, SLOT_MS, slotStart } from './slot.js'
export { tick, type TickPorts, type TickReport } from './tick.js'
export { type Track, TRACKS } from './track.js'
export { signature, type SignedRequest, webhookRequest, type WebhookTarget } from './webhook.js'
export { WindowDetector } from './window-detector.js'
