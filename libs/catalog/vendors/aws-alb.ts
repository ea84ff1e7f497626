import type { StatusCodeText } from '../status-code.js'

/** What the AWS application load balancer answers by itself. */
export const awsAlbTexts: readonly StatusCodeText[] = [
  {
    code: 460,
    name: 'Client Closed Connection',
    description: 'The client closed the connection before the idle timeout of the load balancer.',
    whenToUse: 'In the log only; compare the timeout of the client with that of the load balancer.',
    example: 'The client left before the response.',
    outcome: 'client_closed',
  },
  {
    code: 463,
    name: 'Too Many Forwarded Addresses',
    description: 'The X-Forwarded-For header holds more than 30 addresses.',
    whenToUse: 'By the load balancer, against forwarding loops.',
    example: 'Too many addresses in X-Forwarded-For.',
  },
  {
    code: 464,
    name: 'Incompatible Protocol Versions',
    description: 'The protocol version of the request does not fit the target group.',
    whenToUse: 'By the load balancer, for example for HTTP/1.1 to a gRPC target group.',
    example: 'The target group speaks another protocol version.',
  },
  {
    code: 561,
    name: 'Identity Provider Error',
    description: 'The identity provider answered the load balancer with an error.',
    whenToUse: 'By the load balancer, while it authenticates a user.',
    example: 'The identity provider refused the token request.',
    owner: 'upstream',
  },
]
