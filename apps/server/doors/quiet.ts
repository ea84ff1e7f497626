import { setTimeout as pause } from 'node:timers/promises'

const LOOK_MS = 50
const LOOKS = 20

/** At the stop: resolves once what a door has received stands still, so that what had arrived is read; after a second in any case. */
export async function quiet(received: () => number | string): Promise<void> {
  let before: number | string | null = null
  for (let look = 0; look < LOOKS && before !== received(); look++) {
    before = received()
    await pause(LOOK_MS)
  }
}
