import type { StatusCodeText } from '../status-code.js'

/** What nginx writes into its log beyond the registered codes. */
export const nginxTexts: readonly StatusCodeText[] = [
  {
    code: 444,
    name: 'No Response',
    description: 'The connection was closed on purpose, with no response sent.',
    whenToUse: 'In the configuration, to drop malicious requests.',
    example: 'The request was dropped.',
    outcome: 'unknown',
    owner: 'gateway',
  },
  {
    code: 494,
    name: 'Request Header Too Large',
    description: 'A header or cookie is larger than the buffer; the client is sent a 400.',
    whenToUse: 'Inside nginx, for use in error_page.',
    example: 'A header or cookie is too large.',
  },
  {
    code: 495,
    name: 'SSL Certificate Error',
    description: 'The client certificate is invalid; the client is sent a 400.',
    whenToUse: 'Inside nginx, for use in error_page.',
    example: 'The client certificate is not valid.',
  },
  {
    code: 496,
    name: 'SSL Certificate Required',
    description: 'The client sent no certificate where one is required; it is sent a 400.',
    whenToUse: 'Inside nginx, for use in error_page.',
    example: 'A client certificate is required.',
  },
  {
    code: 497,
    name: 'HTTP Request Sent to HTTPS Port',
    description: 'Plain HTTP arrived on a TLS port; the client is sent a 400.',
    whenToUse: 'Inside nginx, often to redirect to https.',
    example: 'Please speak TLS on this port.',
  },
  {
    code: 498,
    name: 'Invalid Host',
    description: 'The request was cancelled or named an invalid host.',
    whenToUse: 'Inside nginx only.',
    example: 'The host name is not valid.',
  },
  {
    code: 499,
    name: 'Client Closed Request',
    description: 'The client closed the connection while the proxy was still working.',
    whenToUse: 'In the log only; a rise often means that responses became slow.',
    example: 'The client left before the response.',
    outcome: 'client_closed',
  },
]
