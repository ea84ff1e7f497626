// What the scanner asks the program that runs it, each once per key or minute that it has not met.

/** What to do with the key `from..to` of a table: its op, and its rank times 256. */
export declare function resolveKey(table: i32, from: usize, to: usize): i32

/** Epoch ms of the minute `2026-11-23T11:00` at `from`; -1: there is none. */
export declare function isoMinute(from: usize): f64

/** Epoch ms of the minute in `23/Nov/2026:11:00:00 +0000` at `from`, its zone taken off; -1: there is none. */
export declare function clfMinute(from: usize): f64

/** The texts' numbers begin anew. */
export declare function newEpoch(): void
