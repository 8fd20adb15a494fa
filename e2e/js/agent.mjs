// The guest agent through the official JavaScript SDK. Usage: node agent.mjs e2b|e2b-v1
// Expects E2B_API_KEY, E2B_API_URL and E2B_SANDBOX_URL; leaves no sandbox behind.
import { createHash, randomBytes } from 'node:crypto'
import { check, equal, finish, thrown, truthy, within } from './checks.mjs'

const { Sandbox } = await import(process.argv[2] ?? 'e2b')
const sandbox = await Sandbox.create('base', { timeoutMs: 240_000 })
const sha = (content) => createHash('sha256').update(content).digest('hex')
const buffer = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)

await check('input of half a megabyte', async () => {
  const handle = await sandbox.commands.run('sha256sum', { background: true, stdin: true })
  const piece = 'x'.repeat(50_000)
  for (let i = 0; i < 10; i++) await sandbox.commands.sendStdin(handle.pid, piece)
  await sandbox.commands.closeStdin(handle.pid)
  equal((await within(20_000, handle.wait(), 'the end')).stdout.slice(0, 64), sha(piece.repeat(10)))
})

await check('characters that are torn between two reads stay whole', async () => {
  const program = "printf '\\303'; sleep 0.3; printf '\\244\\360\\237'; sleep 0.3; printf '\\230\\200\\n'"
  equal((await sandbox.commands.run(program)).stdout, 'ä😀\n')
})

await check('output of a megabyte, in order and complete', async () => {
  const result = await sandbox.commands.run('seq 1 200000', { timeoutMs: 120_000 })
  equal(sha(result.stdout), sha(Array.from({ length: 200_000 }, (_, i) => `${i + 1}\n`).join('')))
})

await check('twenty commands side by side', async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, n) => sandbox.commands.run(`echo ${n}`, { timeoutMs: 120_000 })))
  equal(results.map((r) => r.stdout), Array.from({ length: 20 }, (_, n) => `${n}\n`))
})

await check('a command that is connected to late still tells its end', async () => {
  const handle = await sandbox.commands.run('sleep 1; exit 5', { background: true })
  const again = await sandbox.commands.connect(handle.pid)
  const ends = await Promise.all([handle, again].map((h) => thrown(() => h.wait())))
  equal(ends.map((e) => e.exitCode), [5, 5])
})

await check('a terminal: resize, job control, kill', async () => {
  let text = ''
  const onData = (d) => (text += Buffer.from(d).toString())
  const terminal = await sandbox.pty.create({ cols: 80, rows: 24, onData, timeoutMs: 60_000 })
  await sandbox.pty.resize(terminal.pid, { cols: 22, rows: 11 })
  // The one that is interrupted says itself that it has the terminal: a shell that is caught between two programs waits for the next.
  await sandbox.pty.sendInput(terminal.pid, Buffer.from(`stty size; sh -c 'echo re""ady; exec sleep 100'\n`))
  await within(10_000, (async () => { while (!/11 22[^]*ready/.test(text)) await new Promise((r) => setTimeout(r, 20)) })(), 'the size')
  await sandbox.pty.sendInput(terminal.pid, Buffer.from('\x03'))
  await sandbox.pty.sendInput(terminal.pid, Buffer.from('echo status=$?; exit 6\n'))
  const error = await within(15_000, thrown(() => terminal.wait()), 'the end')
  equal(error.exitCode, 6)
  truthy(text.includes('status=130'), `status 130 in ${JSON.stringify(text)}`)
  const other = await sandbox.pty.create({ cols: 80, rows: 24, onData: () => {} })
  equal(await sandbox.pty.kill(other.pid), true)
})

await check('files as a blob, as a stream, compressed', async () => {
  const bytes = Buffer.concat([randomBytes(300_000), Buffer.alloc(300_000, 'a')])
  await sandbox.files.write('/tmp/blob', new Blob([bytes]))
  equal(sha(Buffer.from(await (await sandbox.files.read('/tmp/blob', { format: 'blob' })).arrayBuffer())), sha(bytes))
  await sandbox.files.write('/tmp/stream', new Blob([bytes]).stream())
  const pieces = []
  for await (const piece of await sandbox.files.read('/tmp/stream', { format: 'stream' })) pieces.push(piece)
  equal(sha(Buffer.concat(pieces)), sha(bytes))
  await sandbox.files.write('/tmp/zipped', buffer(bytes), { gzip: true })
  equal(sha(await sandbox.files.read('/tmp/zipped', { format: 'bytes' })), sha(bytes))
})

await check('metadata stays with the file', async () => {
  await sandbox.files.write('/tmp/marked', 'x', { metadata: { Origin: 'e2e' } })
  equal((await sandbox.files.getInfo('/tmp/marked')).metadata, { origin: 'e2e' })
})

await check('owner, permissions and type of a file', async () => {
  await sandbox.files.write('/home/user/made/for/it.txt', 'x')
  const info = await sandbox.files.getInfo('/home/user/made/for/it.txt')
  equal([info.owner, info.permissions, info.size, info.type], ['user', '-rw-r--r--', 1, 'file'])
})

await check('watching a tree misses nothing that is made at once, and says what it is', async () => {
  await sandbox.files.makeDir('/tmp/tree')
  const seen = []
  const watch = await sandbox.files.watchDir('/tmp/tree', (event) => seen.push(event), { recursive: true, includeEntry: true })
  const types = () => new Set(seen.filter((e) => e.name.startsWith('a/b/c/')).map((e) => e.type))
  const complete = async (kinds) => {
    while (!kinds.every((t) => types().has(t))) await new Promise((r) => setTimeout(r, 20))
  }
  const told = (...kinds) => within(10_000, complete(kinds), () => `${kinds}; seen: ${JSON.stringify(seen.map((e) => [e.type, e.name]))}`)
  await sandbox.commands.run('cd /tmp/tree && mkdir -p a/b/c && echo x > a/b/c/file')
  await told('create') // what is gone again before anybody looked is not missed
  await sandbox.commands.run('cd /tmp/tree/a/b/c && mv file moved && rm moved')
  await told('create', 'rename', 'remove')
  equal(seen.find((e) => e.name === 'a' && e.type === 'create').entry.type, 'dir')
  await watch.stop()
})

// The signed link, as a browser would use it; without a name service, the sandbox is named by headers.
async function follow(link, options = {}) {
  const { pathname, search } = new URL(link)
  const headers = { 'E2b-Sandbox-Id': sandbox.sandboxId, 'E2b-Sandbox-Port': '49983', ...options.headers }
  return fetch(`${process.env.E2B_SANDBOX_URL}${pathname}${search}`, { ...options, headers })
}

await check('a signed link downloads, and only what it names', async () => {
  await sandbox.files.write('/tmp/signed', '0123456789')
  const link = await sandbox.downloadUrl('/tmp/signed', { useSignatureExpiration: 60_000 })
  equal(await (await follow(link)).text(), '0123456789')
  const part = await follow(link, { headers: { Range: 'bytes=2-4' } })
  equal([part.status, await part.text()], [206, '234'])
  equal((await follow(link.replace('signed', 'marked'))).status, 401)
})

await check('a signed link uploads a form', async () => {
  const link = await sandbox.uploadUrl('/tmp/uploaded', { useSignatureExpiration: 60_000 })
  const body = new FormData()
  body.append('file', new Blob(['form']), 'x')
  equal((await follow(link, { method: 'POST', body })).status, 200)
  equal(await sandbox.files.read('/tmp/uploaded'), 'form')
})

await sandbox.kill()
finish()
