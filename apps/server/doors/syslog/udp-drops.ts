import { isIPv6 } from 'node:net'

/** Drops of the socket that is bound to an address and port, from the text of /proc/net/udp or udp6; null: no such socket. */
export function udpDrops(table: string, address: string, port: number): number | null {
  const local = `${hexAddress(address)}:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const row = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((words) => words[1] === local)
  const drops = Number(row?.at(-1))
  return Number.isSafeInteger(drops) ? drops : null
}

/** The kernel writes addresses as words of four bytes, the lowest first. */
function hexAddress(address: string): string {
  const bytes = isIPv6(address) ? bytesOfV6(address) : address.split('.').map(Number)
  const words: string[] = []
  for (let i = 0; i < bytes.length; i += 4) {
    const word = bytes.slice(i, i + 4).toReversed()
    words.push(...word.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')))
  }
  return words.join('')
}

function bytesOfV6(address: string): number[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<number>(zeros).fill(0), ...after].flatMap((group) => [group >> 8, group & 0xff])
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
