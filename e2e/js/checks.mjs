// One line of JSON for each check, so that whoever started this can show each as a test of its own.
import { isDeepStrictEqual } from 'node:util'

let failures = 0

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n')

/** Runs one check and says how it ended. */
export async function check(name, body) {
  const start = performance.now()
  const line = { check: name, ok: true }
  try {
    await body()
  } catch (error) {
    line.ok = false
    line.error = `${error?.name ?? 'Error'}: ${error?.message ?? error}\n${error?.stack ?? ''}`
    failures++
  }
  line.ms = Math.round(performance.now() - start)
  say(line)
  return line.ok
}

export function equal(actual, expected, what = 'value') {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`)
  }
}

export function truthy(value, what) {
  if (!value) throw new Error(`expected: ${what}`)
}

/** The error that `body` throws; it must throw one. */
export async function thrown(body) {
  try {
    await body()
  } catch (error) {
    return error
  }
  throw new Error('expected an error, and there was none')
}

/** The promise, or an error after `ms`. */
export function within(ms, promise, what) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${typeof what === 'function' ? what() : what}: nothing after ${ms} ms`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Ends the process: pools of kept connections must not hold it up. */
export function finish() {
  say({ done: true, failures })
  process.exit(failures === 0 ? 0 : 1)
}
