import type { Quarantine } from '#store'
import { RejectQueries } from '../query/ports.js'

/** The quarantine of the store, for questions. */
export class StoredRejects extends RejectQueries {
  constructor(private readonly quarantine: Pick<Quarantine, 'list'>) {
    super()
  }

  override async list({
    source,
    reason,
    first,
    after,
  }: Parameters<RejectQueries['list']>[0]): ReturnType<RejectQueries['list']> {
    const filter = { source: source ?? undefined, reason: reason ?? undefined }
    const { records, next } = await this.quarantine.list(filter, first, after === null ? null : Number(after))
    const rejects = records.map(({ id, at, text, replayedAt, ...rest }) => ({
      ...rest,
      id: String(id),
      atMs: at.getTime(),
      record: text,
      replayedAtMs: replayedAt?.getTime() ?? null,
    }))
    return { rejects, hasNextPage: next !== null }
  }
}
