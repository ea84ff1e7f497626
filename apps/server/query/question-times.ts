/** Hears how long a question took, under the name of its GraphQL field. */
export type QuestionTimes = (question: string, seconds: number) => void

/** Who injects them. */
export const QUESTION_TIMES = Symbol('QuestionTimes')
