/** Questions that read the database: the values of `question` in `statusline_query_seconds`. */
export const TIMED_QUESTIONS = ['breakdown', 'timeSeries', 'samples', 'sources', 'alerts', 'alert', 'rejects'] as const
export type TimedQuestion = (typeof TIMED_QUESTIONS)[number]

/** Hears how long a question took, in seconds, by its name in GraphQL. */
export type QuestionTimes = (question: TimedQuestion, seconds: number) => void

/** Who injects them. */
export const QUESTION_TIMES = Symbol('QuestionTimes')
