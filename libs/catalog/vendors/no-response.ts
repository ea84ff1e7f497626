/** What every vendor's entry for "nothing was sent" has in common. */
export const NOTHING_SENT = {
  name: 'No Response',
  whenToUse: 'Written by the gateway itself when a request ends before any status was sent.',
  example: 'The caller hung up before a response began.',
} as const
