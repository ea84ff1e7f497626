import { defaultRules, type Rule } from '#alert'
import { AlertQueries, RejectQueries, type AlertListQuestion, type ReadAlert, type ReadReject } from '../ports.js'

/** Alerts from a list. */
export class FixedAlerts extends AlertQueries {
  asked: AlertListQuestion | null = null

  constructor(private readonly alerts: readonly ReadAlert[] = []) {
    super()
  }

  override async list(question: AlertListQuestion) {
    this.asked = question
    return { alerts: this.alerts.slice(0, question.first), hasNextPage: this.alerts.length > question.first }
  }

  override async get(id: string): Promise<ReadAlert | null> {
    return this.alerts.find((alert) => alert.id === id) ?? null
  }

  override rules(): readonly Rule[] {
    return defaultRules
  }
}

/** Quarantine from a list. */
export class FixedRejects extends RejectQueries {
  constructor(private readonly rejects: readonly ReadReject[] = []) {
    super()
  }

  override async list({ first }: { first: number }) {
    return { rejects: this.rejects.slice(0, first), hasNextPage: this.rejects.length > first }
  }
}
