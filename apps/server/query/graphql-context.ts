import type { QuestionBudget } from '#store'

/** What resolvers know about a request. */
export interface GraphqlContext {
  /** Absent where nobody told who asks. */
  readonly principal?: { readonly scopes: readonly string[] }
  /** What the questions of this request may read together. */
  readonly budget: QuestionBudget
}
