import { createHmac } from 'node:crypto'
import { noticesOf } from './notice.js'
import { webhookRequest } from './webhook.js'

const NOW = Date.UTC(2026, 0, 5, 3, 4, 5, 678)
const [notice] = noticesOf(
  {
    rule: { id: 'server-error-spike', name: 'Server error spike', version: 3, severity: 'critical' },
    service: 'checkout',
    track: 'server_error',
    decision: { kind: 'firing', reason: 'reopened' },
    summary: 'checkout: 43 of 412 requests failed.',
    evidence: null,
    transition: {
      alertId: '00112233',
      episode: 2,
      from: 'resolved',
      to: 'firing',
      reason: 'reopened',
      startedAtMs: NOW - 90_000,
      firedAtMs: NOW,
      atMs: NOW,
      verdict: null,
    },
  },
  ['ops'],
)
if (notice === undefined) throw new Error('no notice')

describe('webhookRequest', () => {
  const request = webhookRequest({ url: 'https://hooks.example/in', secret: 's3cret' }, notice, NOW + 1000)

  it('signs timestamp and body, so that a receiver can check both', () => {
    const timestamp = request.headers['x-statusline-timestamp']
    expect(timestamp).toBe(String(Math.floor((NOW + 1000) / 1000)))
    const expected = createHmac('sha256', 's3cret').update(`${timestamp}.${request.body}`).digest('hex')
    expect(request.headers['x-statusline-signature']).toBe(`v1=${expected}`)
  })

  it('gives the known signature of a known body', () => {
    const known = webhookRequest(
      { url: '', secret: 'key' },
      { ...notice, body: {} as typeof notice.body },
      1_700_000_000_000,
    )
    expect(known.headers['x-statusline-signature']).toBe(
      'v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae',
    )
  })

  it('carries the same delivery key and body at every attempt, under a new signature', () => {
    const again = webhookRequest({ url: 'https://hooks.example/in', secret: 's3cret' }, notice, NOW + 60_000)
    expect(again.headers['x-statusline-delivery']).toBe('00112233.2.firing')
    expect(again.body).toBe(request.body)
    expect(again.headers['x-statusline-signature']).not.toBe(request.headers['x-statusline-signature'])
  })

  it('says what happened in plain JSON', () => {
    expect(JSON.parse(request.body)).toEqual({
      version: 1,
      kind: 'firing',
      reason: 'reopened',
      delivery: '00112233.2.firing',
      at: '2026-01-05T03:04:05.678Z',
      summary: 'checkout: 43 of 412 requests failed.',
      alert: {
        id: '00112233',
        episode: 2,
        rule: { id: 'server-error-spike', name: 'Server error spike', version: 3 },
        severity: 'critical',
        track: 'server_error',
        service: 'checkout',
        startedAt: '2026-01-05T03:02:35.678Z',
        firedAt: '2026-01-05T03:04:05.678Z',
        resolvedAt: null,
        evidence: null,
      },
    })
  })
})
