// The function on the real wx-server-sdk, against a stand-in for the cloud.
const { test: plain } = require('node:test')
const assert = require('node:assert/strict')

const present = (() => {
  try {
    return Boolean(require.resolve('wx-server-sdk'))
  } catch {
    return false
  }
})()
const test = (name, run) => plain(name, { skip: present ? false : 'wx-server-sdk is not here: run npm ci in cloud/' }, run)

let reply = () => ({})
let cloud
let main

plain.before(async () => {
  if (!present) return
  cloud = await require('./standin').start((api, params) => reply(api, params))
  Object.assign(process.env, cloud.env)
  main = require('../index').main
})
plain.after(() => cloud?.stop())

const call = async (api, params, said) => {
  reply = () => said
  const result = await main({ api, params }, {})
  return { result, sent: cloud.calls.at(-1) }
}

test('the version is the one that was tried', () => {
  assert.equal(require('wx-server-sdk/package.json').version, require('../package.json').dependencies['wx-server-sdk'])
})

test('createActivityId', async () => {
  const { result, sent } = await call('updatableMessage.createActivityId', { openid: 'oA' }, { json: { errcode: 0, errmsg: 'ok', activity_id: '966_A', expiration_time: 1391857799 } })
  assert.deepEqual(sent, { action: 'wx.openApi', api: 'updatableMessage.createActivityId', env: 'magpie-0123456789', params: { openid: 'oA' } })
  assert.deepEqual(result, { activityId: '966_A', expirationTime: 1391857799, errCode: 0, errMsg: 'openapi.updatableMessage.createActivityId:ok' })
})

test('setUpdatableMsg', async () => {
  const { result, sent } = await call('updatableMessage.setUpdatableMsg', {
    activityId: '966_A', targetState: 0, templateInfo: { parameterList: [{ name: 'member_count', value: '2' }, { name: 'room_limit', value: '5' }] }
  }, { json: { errcode: 0, errmsg: 'ok' } })
  assert.deepEqual(sent.params, {
    activity_id: '966_A', target_state: 0, template_info: { parameter_list: [{ name: 'member_count', value: '2' }, { name: 'room_limit', value: '5' }] }
  })
  assert.deepEqual(result, { errCode: 0, errMsg: 'openapi.updatableMessage.setUpdatableMsg:ok' })
})

test('uniformMessage.send, the page\'s example', async () => {
  const example = {
    touser: 'OPENID',
    weappTemplateMsg: { page: 'page/page/index', data: { keyword1: { value: '339208499' } }, templateId: 'TEMPLATE_ID', formId: 'FORMID', emphasisKeyword: 'keyword1.DATA' },
    mpTemplateMsg: {
      appid: 'APPID ', url: 'http://weixin.qq.com/download', miniprogram: { appid: 'xiaochengxuappid12345', pagepath: 'index?foo=bar' },
      data: { first: { value: 'Purchase successful!', color: '#173177' } }, templateId: 'TEMPLATE_ID'
    }
  }
  const { result, sent } = await call('uniformMessage.send', example, { json: { errcode: 0, errmsg: 'ok' } })
  assert.deepEqual(sent.params, {
    touser: 'OPENID',
    weapp_template_msg: { page: 'page/page/index', data: { keyword1: { value: '339208499' } }, template_id: 'TEMPLATE_ID', form_id: 'FORMID', emphasis_keyword: 'keyword1.DATA' },
    mp_template_msg: {
      appid: 'APPID ', url: 'http://weixin.qq.com/download', miniprogram: { appid: 'xiaochengxuappid12345', pagepath: 'index?foo=bar' },
      data: { first: { value: 'Purchase successful!', color: '#173177' } }, template_id: 'TEMPLATE_ID'
    }
  })
  assert.deepEqual(result, { errCode: 0, errMsg: 'openapi.uniformMessage.send:ok' })
})

// The page of bizsend says that its names are those of the HTTPS call, the SDK turns
// camelCase into snake_case: both arrive alike.
for (const [name, params] of Object.entries({
  'as the HTTPS call': { touser: 'oA', template_id: 'T', client_msg_id: 'M', data: { character_string2: { value: '巧克力' } } },
  'in camelCase': { touser: 'oA', templateId: 'T', clientMsgId: 'M', data: { character_string2: { value: '巧克力' } } }
})) {
  test('bizsend, named ' + name, async () => {
    const { result, sent } = await call('subscribeMessage.bizsend', params, { json: { errcode: 0, errmsg: 'ok' } })
    assert.deepEqual(sent.params, { touser: 'oA', template_id: 'T', client_msg_id: 'M', data: { character_string2: { value: '巧克力' } } })
    assert.deepEqual(result, { errCode: 0, errMsg: 'openapi.subscribeMessage.bizsend:ok' })
  })
}

test('what WeChat refuses keeps its code and its words', async () => {
  for (const code of [-1, 42001, 43101, 47003]) {
    const { result } = await call('subscribeMessage.bizsend', { touser: 'oA' }, { json: { errcode: code, errmsg: `no rid: 1-2-${code}` } })
    assert.equal(result.errCode, code)
    assert.match(result.errMsg, new RegExp(`^openapi.subscribeMessage.bizsend:fail no rid: 1-2-${code}`))
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result)
  }
})

test('trouble on the way has a code of the SDK\'s, not of WeChat\'s', async () => {
  for (const [said, code] of [
    [{ errorCode: -604101 }, -604101],
    [{ drop: true }, -501001],
    [{ text: '<html>' }, -601001],
    [{ refused: { code: 'SERVER_TIMEOUT', message: 'timed out' } }, -501002]
  ]) {
    const { result } = await call('subscribeMessage.bizsend', { touser: 'oA' }, said)
    assert.equal(result.errCode, code, JSON.stringify(result))
    assert.ok(result.errMsg)
  }
})

test('an API that config.json does not name is not called', async () => {
  const before = cloud.calls.length
  for (const event of [{ api: 'wxacode.get', params: {} }, { api: '__proto__.x' }, {}, undefined]) {
    assert.equal((await main(event, {})).errCode, -604101)
  }
  assert.equal(cloud.calls.length, before)
})
