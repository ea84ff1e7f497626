/** What an alert watches: responses that failed on our side, or callers that were turned away. */
export const TRACKS = ['server_error', 'throttled'] as const

/** One of the two watched kinds of trouble. */
export type Track = (typeof TRACKS)[number]
