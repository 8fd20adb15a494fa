// The life of a sandbox through the official JavaScript SDK. Usage: node scenario.mjs e2b|e2b-v1
// Expects E2B_API_KEY, E2B_API_URL and E2B_SANDBOX_URL; leaves no sandbox behind.
import { createHash, randomBytes } from 'node:crypto'
import { check, equal, finish, thrown, truthy, within } from './checks.mjs'

const sdk = await import(process.argv[2] ?? 'e2b')
const { Sandbox } = sdk
const open = []

async function create(opts = {}) {
  const sandbox = await Sandbox.create('base', { timeoutMs: 120_000, requestTimeoutMs: 60_000, ...opts })
  open.push(sandbox)
  return sandbox
}

let sandbox
const started = await check('create', async () => {
  sandbox = await create({ metadata: { purpose: 'e2e-js' }, envs: { FROM_CREATE: 'yes' } })
  truthy(/^[a-z0-9]+$/.test(sandbox.sandboxId), 'an id of a-z and 0-9')
})
if (!started) finish()

await check('is running', async () => equal(await sandbox.isRunning(), true))

await check('stdout, stderr and exit code 0', async () => {
  const result = await sandbox.commands.run('echo out; echo err >&2')
  equal([result.stdout, result.stderr, result.exitCode], ['out\n', 'err\n', 0])
})

await check('exit code 7 is an error that carries the output', async () => {
  const error = await thrown(() => sandbox.commands.run('echo before; exit 7'))
  equal([error.name, error.exitCode, error.stdout], ['CommandExitError', 7, 'before\n'])
})

await check('environment of the call and of the sandbox', async () => {
  const result = await sandbox.commands.run('echo "$A-$FROM_CREATE"', { envs: { A: 'a b' } })
  equal(result.stdout, 'a b-yes\n')
})

await check('working directory', async () => equal((await sandbox.commands.run('pwd', { cwd: '/tmp' })).stdout, '/tmp\n'))

await check('the user has a home and a way to be root', async () => {
  equal((await sandbox.commands.run('whoami; pwd')).stdout, 'user\n/home/user\n')
  equal((await sandbox.commands.run('sudo -n id -u')).stdout, '0\n')
  equal((await sandbox.commands.run('id -un', { user: 'root' })).stdout, 'root\n')
})

await check('output arrives while the command runs', async () => {
  const seen = []
  const handle = await sandbox.commands.run('echo first; sleep 30', { background: true, onStdout: (d) => seen.push(d) })
  await within(10_000, new Promise((done) => {
    const look = setInterval(() => seen.length && (clearInterval(look), done()), 10)
  }), 'first line')
  equal(await handle.kill(), true)
  await thrown(() => handle.wait())
})

await check('background, list, connect, kill', async () => {
  const handle = await sandbox.commands.run('sleep 60', { background: true })
  truthy((await sandbox.commands.list()).some((p) => p.pid === handle.pid), 'its pid in the list')
  const again = await sandbox.commands.connect(handle.pid)
  equal(await sandbox.commands.kill(handle.pid), true)
  const error = await within(10_000, thrown(() => again.wait()), 'the end')
  truthy(error.exitCode !== 0, 'an exit code that tells of the signal')
  equal(await sandbox.commands.kill(999_999), false)
})

await check('a command past its timeout is ended', async () => {
  const start = performance.now()
  const error = await thrown(() => sandbox.commands.run('sleep 30', { timeoutMs: 1_000 }))
  equal(error.name, 'TimeoutError')
  truthy(performance.now() - start < 10_000, 'it took less than 10 s')
})

await check('stdin', async () => {
  const handle = await sandbox.commands.run('head -n 1', { background: true, stdin: true })
  await sandbox.commands.sendStdin(handle.pid, 'through stdin\n')
  equal((await within(10_000, handle.wait(), 'the end')).stdout, 'through stdin\n')
})

await check('closing stdin', async () => {
  const handle = await sandbox.commands.run('cat', { background: true, stdin: true })
  await sandbox.commands.sendStdin(handle.pid, 'all')
  await sandbox.commands.closeStdin(handle.pid)
  equal((await within(10_000, handle.wait(), 'the end')).stdout, 'all')
})

await check('text with every kind of character', async () => {
  const text = 'ä € 😀 "quotes" \\ \t tab\r\nline\n'
  await sandbox.files.write('text.txt', text)
  equal(await sandbox.files.read('text.txt'), text)
  equal((await sandbox.commands.run('cat /home/user/text.txt')).stdout, text)
})

await check('binary, every byte', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  await sandbox.files.write('/tmp/bytes', bytes.buffer)
  equal(Buffer.from(await sandbox.files.read('/tmp/bytes', { format: 'bytes' })).equals(Buffer.from(bytes)), true)
})

await check('20 MB there and back', async () => {
  const bytes = randomBytes(20_000_000)
  await sandbox.files.write('/tmp/large', bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const digest = createHash('sha256').update(bytes).digest('hex')
  equal((await sandbox.commands.run('sha256sum < /tmp/large')).stdout.slice(0, 64), digest)
  const back = await sandbox.files.read('/tmp/large', { format: 'bytes' })
  equal(createHash('sha256').update(back).digest('hex'), digest)
})

await check('several files in one call', async () => {
  await sandbox.files.write([{ path: 'many/a.txt', data: 'a' }, { path: 'many/b.txt', data: 'b' }])
  equal((await sandbox.files.list('many')).map((e) => e.name).sort(), ['a.txt', 'b.txt'])
})

await check('make, list, rename, stat, remove', async () => {
  equal(await sandbox.files.makeDir('/tmp/dir/deep'), true)
  equal(await sandbox.files.makeDir('/tmp/dir/deep'), false)
  await sandbox.files.write('/tmp/dir/one', '12345')
  await sandbox.files.rename('/tmp/dir/one', '/tmp/dir/two')
  equal((await sandbox.files.list('/tmp/dir')).map((e) => [e.name, e.type]).sort(), [['deep', 'dir'], ['two', 'file']])
  equal((await sandbox.files.getInfo('/tmp/dir/two')).size, 5)
  await sandbox.files.remove('/tmp/dir')
  equal(await sandbox.files.exists('/tmp/dir'), false)
})

await check('a missing file is told apart', async () => {
  const error = await thrown(() => sandbox.files.read('/nowhere'))
  truthy(/NotFound/.test(error.name), `a not-found error, got ${error.name}: ${error.message}`)
})

await check('watching a directory', async () => {
  await sandbox.files.makeDir('/tmp/watched')
  let handle
  const seen = new Promise((done) => {
    handle = sandbox.files.watchDir('/tmp/watched', (event) => event.name === 'new.txt' && done(event))
  })
  const watch = await handle
  await sandbox.files.write('/tmp/watched/new.txt', 'x')
  await within(10_000, seen, 'an event')
  await watch.stop()
})

await check('a terminal', async () => {
  let text = ''
  const terminal = await sandbox.pty.create({ cols: 90, rows: 30, onData: (d) => (text += Buffer.from(d).toString()) })
  await sandbox.pty.sendInput(terminal.pid, Buffer.from('tty; stty size; exit 3\n'))
  const error = await within(15_000, thrown(() => terminal.wait()), 'the end')
  equal(error.exitCode, 3)
  truthy(text.includes('/dev/pts/') && text.includes('30 90'), `a tty of 30 by 90 in ${JSON.stringify(text)}`)
})

await check('Python runs', async () => {
  equal((await sandbox.commands.run('python3 -c "print(sum(range(101)))"')).stdout, '5050\n')
})

await check('a port without a server is said to be closed', async () => {
  const url = `${process.env.E2B_SANDBOX_URL}/`
  const reply = await fetch(url, { headers: { 'E2b-Sandbox-Id': sandbox.sandboxId, 'E2b-Sandbox-Port': '9' } })
  const body = await reply.json()
  equal([reply.status, body.code, body.port, body.sandboxId], [502, 502, 9, sandbox.sandboxId])
  truthy(body.message.includes('port is not open'), 'the phrase in the message')
})

await check('a server in the guest is reached by its port', async () => {
  await sandbox.commands.run('mkdir -p /tmp/www && echo served > /tmp/www/a.txt')
  const server = await sandbox.commands.run('python3 -m http.server 8000 --directory /tmp/www', { background: true })
  const headers = { 'E2b-Sandbox-Id': sandbox.sandboxId, 'E2b-Sandbox-Port': '8000' }
  let text
  for (let i = 0; i < 15 && text !== 'served\n'; i++) {
    const reply = await fetch(`${process.env.E2B_SANDBOX_URL}/a.txt`, { headers })
    text = await reply.text()
  }
  equal(text, 'served\n')
  await server.kill()
})

await check('set timeout and read it back', async () => {
  await sandbox.setTimeout(300_000)
  const left = (await sandbox.getInfo()).endAt.getTime() - Date.now()
  truthy(left > 280_000 && left < 305_000, `about 300 s left, not ${left} ms`)
})

await check('info', async () => {
  const info = await sandbox.getInfo()
  equal([info.sandboxId, info.state, info.metadata], [sandbox.sandboxId, 'running', { purpose: 'e2e-js' }])
  truthy(info.cpuCount >= 1 && info.memoryMB >= 128, 'processors and memory')
})

await check('list by metadata', async () => {
  const page = await Sandbox.list({ query: { metadata: { purpose: 'e2e-js' } } }).nextItems()
  truthy(page.some((s) => s.sandboxId === sandbox.sandboxId), 'the sandbox in the list')
  const none = await Sandbox.list({ query: { metadata: { purpose: 'of-nobody' } } }).nextItems()
  equal(none.length, 0)
})

await check('connect by id', async () => {
  const again = await Sandbox.connect(sandbox.sandboxId)
  equal((await again.commands.run('cat /home/user/many/a.txt')).stdout, 'a')
})

await check('two sandboxes do not see each other', async () => {
  const other = await create()
  truthy(other.sandboxId !== sandbox.sandboxId, 'another id')
  await Promise.all([sandbox.files.write('/tmp/mine', 'one'), other.files.write('/tmp/mine', 'two')])
  equal(await Promise.all([sandbox.files.read('/tmp/mine'), other.files.read('/tmp/mine')]), ['one', 'two'])
  const [a, b] = await Promise.all([sandbox, other].map((s) => s.commands.run('cat /proc/sys/kernel/random/uuid; hostname')))
  truthy(a.stdout !== b.stdout, 'their own randomness')
  equal(await other.files.exists('/home/user/text.txt'), false)
  equal(await other.kill(), true)
  equal(await sandbox.isRunning(), true)
})

await check('an unknown template is a clear error', async () => {
  const error = await thrown(() => Sandbox.create('no-such-template', { timeoutMs: 30_000 }))
  truthy(/404/.test(error.message) && /no-such-template/.test(error.message), `404 and its name in: ${error.message}`)
})

await check('a wrong key is an authentication error', async () => {
  const error = await thrown(() => Sandbox.create('base', { apiKey: 'e2b_' + '0'.repeat(40) }))
  equal(error.name, 'AuthenticationError')
})

await check('kill, and it is gone', async () => {
  equal(await sandbox.kill(), true)
  equal(await sandbox.isRunning(), false)
  equal(await sandbox.kill(), false)
  const error = await thrown(() => sandbox.commands.run('true'))
  truthy(/NotFound|Timeout/.test(error.name), `an error that says so, got ${error.name}: ${error.message}`)
  const page = await Sandbox.list({ query: { metadata: { purpose: 'e2e-js' } } }).nextItems()
  truthy(!page.some((s) => s.sandboxId === sandbox.sandboxId), 'not in the list any more')
})

await Promise.allSettled(open.map((s) => s.kill()))
finish()
