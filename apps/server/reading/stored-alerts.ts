import type { Rule } from '#alert'
import type { AlertReader } from '#store'
import { AlertQueries, type AlertListQuestion } from '../query/ports.js'

/** The alerts of the store, for questions. */
export class StoredAlerts extends AlertQueries {
  constructor(
    private readonly reader: Pick<AlertReader, 'list' | 'get'>,
    private readonly inForce: readonly Rule[],
  ) {
    super()
  }

  override list(question: AlertListQuestion): ReturnType<AlertQueries['list']> {
    return this.reader.list(question)
  }

  override get(id: string): ReturnType<AlertQueries['get']> {
    return this.reader.get(id)
  }

  override rules(): readonly Rule[] {
    return this.inForce
  }
}
