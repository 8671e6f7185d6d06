// Runs the function on the real SDK for a caller that speaks in lines: an event on
// each line in, its result on each line out. What the SDK calls goes on to the WeChat
// whose address is given, as from inside cloud hosting: without a token.
const readline = require('node:readline')
const { start } = require('./standin')

const base = process.argv[2]
const paths = {
  'updatableMessage.createActivityId': ['GET', '/cgi-bin/message/wxopen/activityid/create'],
  'updatableMessage.setUpdatableMsg': ['POST', '/cgi-bin/message/wxopen/updatablemsg/send'],
  'uniformMessage.send': ['POST', '/cgi-bin/message/wxopen/template/uniform_send'],
  'subscribeMessage.bizsend': ['POST', '/cgi-bin/message/subscribe/bizsend']
}

const forward = async (api, params) => {
  const [method, path] = paths[api]
  const query = method === 'GET' ? '?' + new URLSearchParams(params) : ''
  try {
    const said = await fetch(base + path + query, { method, body: method === 'POST' ? JSON.stringify(params) : undefined })
    return { text: await said.text() }
  } catch {
    return { drop: true } // no answer, so none to the SDK either
  }
}

start(forward).then(async (cloud) => {
  Object.assign(process.env, cloud.env)
  const { main } = require('../index')
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await main(JSON.parse(line), {})) + '\n')
  }
  cloud.stop()
})
