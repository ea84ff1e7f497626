/** A bucket is ten seconds in every tier: floor(epoch seconds / 10). */
export const BUCKET_MS = 10_000

/** The tiers, finest first; `width` in buckets. Each width divides the next. */
export const TIERS = [
  { name: '10s', width: 1 },
  { name: '1m', width: 6 },
  { name: '1h', width: 360 },
  { name: '1d', width: 8_640 },
] as const
export type Tier = (typeof TIERS)[number]
export type TierName = Tier['name']

/** The bucket at or before a time in epoch milliseconds, at the start of a tier's interval. */
export function bucketAtOrBefore(ms: number, width: number): number {
  return Math.floor(ms / (BUCKET_MS * width)) * width
}

/** The bucket at or after a time in epoch milliseconds, at the start of a tier's interval. */
export function bucketAtOrAfter(ms: number, width: number): number {
  return Math.ceil(ms / (BUCKET_MS * width)) * width
}

/** The tier of a name. */
export function tierNamed(name: TierName): Tier {
  return TIERS.find((tier) => tier.name === name) ?? TIERS[0]
}
