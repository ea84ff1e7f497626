import type { StatusCodeText } from '../status-code.js'

/** What IIS and Exchange add. */
export const iisTexts: readonly StatusCodeText[] = [
  {
    code: 440,
    name: 'Login Timeout',
    description: 'The session of the user has expired.',
    whenToUse: 'When a user must log in again.',
    example: 'Your session has expired.',
  },
  {
    code: 449,
    name: 'Retry With',
    description: 'The server needs more information before it can answer.',
    whenToUse: 'When the user must supply something and send the request again.',
    example: 'Please complete the request and retry.',
  },
  {
    code: 451,
    name: 'Redirect',
    description: 'ActiveSync should use another server for this mailbox.',
    whenToUse: 'When Exchange knows a better server for the user.',
    example: 'Your mailbox lives on another server.',
  },
]
