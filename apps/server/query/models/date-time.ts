import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'
import { TIME_FORMS, timeFromText } from '../time-text.js'

/** Times of questions and answers; in questions only what means the same moment on every machine. */
export const DateTime = new GraphQLScalarType<Date, string | null>({
  name: 'DateTime',
  description:
    'A time: in answers in UTC, such as 2026-05-20T12:00:00.000Z; in questions with Z or an offset, or a day such as 2026-05-20 (midnight UTC), or epoch milliseconds (13 digits).',
  serialize: (value) => (value instanceof Date ? value.toISOString() : null),
  parseValue: (value) => read(typeof value === 'number' || typeof value === 'string' ? String(value) : ''),
  parseLiteral: (node) => read(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : ''),
})

function read(text: string): Date {
  const time = timeFromText(text)
  if (time === null) throw new GraphQLError(`DateTime takes ${TIME_FORMS}`)
  return time
}
