import { QueryError } from './query-error.js'

/** What the questions of one request may read together, so that aliases cannot multiply the cost of one. */
export class QuestionBudget {
  constructor(private left: number) {}

  /** Takes an estimated number of cells from the budget; throws QueryError `query_too_complex` when it is spent. */
  spend(cells: number): void {
    this.left -= cells
    if (this.left < 0)
      throw new QueryError(
        'query_too_complex',
        'the request reads too many cells: narrow the range, lengthen the step, or ask less at once',
      )
  }
}
