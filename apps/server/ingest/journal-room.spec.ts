import { JournalRoom } from './journal-room.js'

describe('JournalRoom', () => {
  it('is full while as much waits as may, and keeps what it knew while the database is away', async () => {
    let bytes: number | null = 99
    const room = new JournalRoom(
      () => (bytes === null ? Promise.reject(new Error('away')) : Promise.resolve({ bytes })),
      100,
    )
    const fullWith = async (now: number | null): Promise<boolean> => {
      bytes = now
      await room.look()
      return room.full
    }
    expect(room.full).toBe(false)
    expect(await fullWith(99)).toBe(false)
    expect(await fullWith(100)).toBe(true)
    expect(await fullWith(null)).toBe(true)
    expect(await fullWith(99)).toBe(false)
    expect(await fullWith(null)).toBe(false)
  })
})
