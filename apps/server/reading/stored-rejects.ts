import { RejectQueries } from '../query/ports.js'

/** The quarantine of the store, for questions. */
export class StoredRejects extends RejectQueries {
  override async list(): ReturnType<RejectQueries['list']> {
    return { rejects: [], hasNextPage: false }
  }
}
