// A stand-in for WeChat's cloud, on loopback: the far end of the real SDK. It takes
// the SDK's call apart (a form that holds a protobuf CommApiData), lets answer(api,
// params) say what WeChat says, and packs that as the cloud does.
const http = require('node:http')
const protobuf = require('protobufjs/minimal')

const OPEN_API = 0

exports.start = async (answer) => {
  const calls = []
  const server = http.createServer(async (req, res) => {
    const chunks = []
    for await (const chunk of req) chunks.push(chunk)
    const form = readForm(req.headers['content-type'], Buffer.concat(chunks))
    const params = readCall(form.requestData)
    const call = { action: String(form.action), api: String(form.apiName), env: String(form.envName), params }
    calls.push(call)
    const said = await answer(call.api, params)
    if (said.drop) return res.destroy()
    if (said.refused) {
      res.setHeader('Content-Type', 'application/json; charset=utf-8')
      return res.end(JSON.stringify(said.refused))
    }
    res.setHeader('Content-Type', 'application/octet-stream')
    res.end(writeAnswer(said))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${server.address().port}/admin`
  return { url, calls, env: environment(url), stop: () => { server.closeAllConnections(); server.close() } }
}

// environment is what the cloud sets around a function. RUNENV keeps the SDK from
// asking the machine's surroundings where it is.
const environment = (url) => ({
  TENCENTCLOUD_RUNENV: 'SCF',
  TENCENTCLOUD_REGION: 'ap-shanghai',
  TENCENTCLOUD_SECRETID: 'pretended-id',
  TENCENTCLOUD_SECRETKEY: 'pretended-key',
  SCF_NAMESPACE: 'magpie-0123456789',
  TCB_ENV: 'magpie-0123456789',
  TCB_CONTEXT_KEYS: 'TCB_CONTEXT_CNFG',
  TCB_CONTEXT_CNFG: JSON.stringify({ URL: url })
})

function readForm(type, body) {
  const boundary = Buffer.from('--' + /boundary=(.+)$/.exec(type)[1])
  const form = {}
  for (let from = body.indexOf(boundary); ;) {
    const to = body.indexOf(boundary, from + boundary.length)
    if (to < 0) return form
    const part = body.subarray(from + boundary.length + 2, to - 2)
    const split = part.indexOf('\r\n\r\n')
    form[/name="([^"]+)"/.exec(part.subarray(0, split).toString())[1]] = part.subarray(split + 4)
    from = to
  }
}

function fields(bytes) {
  const reader = protobuf.Reader.create(bytes)
  const all = []
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    all.push({ id: tag >>> 3, value: (tag & 7) === 0 ? reader.int32() : reader.bytes() })
  }
  return all
}

// readCall reads CommApiData: api_type 1, openapi_data 2 of pairs 1 of key 1, value 2.
function readCall(bytes) {
  const message = fields(bytes)
  const type = message.find((f) => f.id === 1)
  if (type && type.value !== OPEN_API) throw new Error('not an OPEN_API call')
  const params = {}
  const open = message.find((f) => f.id === 2)
  for (const pair of open ? fields(open.value) : []) {
    const inside = fields(pair.value)
    const part = (id) => Buffer.from(inside.find((f) => f.id === id).value).toString()
    params[part(1)] = JSON.parse(part(2))
  }
  return params
}

// writeAnswer writes CommOpenApiResp: resp_data 1, content_type 2, error_code 3.
function writeAnswer({ json, text, errorCode }) {
  const w = protobuf.Writer.create()
  w.uint32(10).bytes(Buffer.from(text ?? JSON.stringify(json ?? {})))
  w.uint32(18).string('application/json')
  if (errorCode) w.uint32(24).int32(errorCode)
  return w.finish()
}
