import { statusCode, type StatusCode } from './status-code.js'
import { awsAlbTexts } from './vendors/aws-alb.js'
import { cloudflareTexts } from './vendors/cloudflare.js'
import { iisTexts } from './vendors/iis.js'
import { nginxTexts } from './vendors/nginx.js'
import { otherTexts } from './vendors/others.js'

/** The vendor codes. Where several vendors share a code they stand in order of reach: the first one answers for it. */
export const vendorCodes: readonly StatusCode[] = Object.freeze([
  ...nginxTexts.map((text) => statusCode('nginx', text)),
  ...cloudflareTexts.map((text) => statusCode('cloudflare', text)),
  ...awsAlbTexts.map((text) => statusCode('aws_alb', text)),
  ...iisTexts.map((text) => statusCode('iis', text)),
  ...otherTexts.map(({ source, ...text }) => statusCode(source, text)),
])

/** The entry of a code that leaked out of a VCL `error NNN` (600-699 and 900-999), or undefined outside these ranges. */
export function syntheticCode(code: number): StatusCode | undefined {
  if (!Number.isInteger(code) || !((code >= 600 && code <= 699) || (code >= 900 && code <= 999))) return undefined
  return statusCode('fastly', {
    code,
    name: 'Synthetic Response',
    description: 'An internal code of a VCL configuration that leaked out instead of a real status.',
    whenToUse: 'Never toward a client: VCL should map it to a real status.',
    example: `The configuration raised error ${code}.`,
    owner: 'gateway',
  })
}
