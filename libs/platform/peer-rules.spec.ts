import { isCidr, PeerRules } from './peer-rules.js'

describe('who may send without a key', () => {
  it.each([
    ['127.0.0.1', 'syslog'],
    ['::1', 'syslog'],
    ['::ffff:127.0.0.1', 'syslog'],
    ['10.0.0.1', null],
  ])('without rules, %s counts as %s', (address, source) => {
    expect(new PeerRules([]).sourceOf(address, 'syslog')).toBe(source)
  })

  const rules = new PeerRules([
    { cidr: '10.1.0.0/16', source: 'edge' },
    { cidr: '10.0.0.0/8', source: 'inner' },
    { cidr: '2001:db8::/32', source: 'six' },
    { cidr: '192.0.2.7', source: 'one' },
  ])
  it.each([
    ['10.1.2.3', 'edge'],
    ['::ffff:10.1.2.3', 'edge'],
    ['10.2.2.3', 'inner'],
    ['2001:db8::5', 'six'],
    ['192.0.2.7', 'one'],
    ['192.0.2.8', null],
    ['127.0.0.1', null],
    ['', null],
  ])('with rules, %s counts as %s', (address, source) => {
    expect(rules.sourceOf(address, 'syslog')).toBe(source)
  })

  it.each([
    ['10.0.0.0/8', true],
    ['::/0', true],
    ['10.0.0.1', true],
    ['10.0.0.0/33', false],
    ['10.0.0/8', false],
    ['host/8', false],
    ['10.0.0.0/8/8', false],
    ['10.0.0.0/', false],
    ['', false],
  ])('%j is a network: %s', (text, expected) => expect(isCidr(text)).toBe(expected))
})
