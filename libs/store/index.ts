export { Journal, JournalUnavailable, type AppendResult } from './journal.js'
