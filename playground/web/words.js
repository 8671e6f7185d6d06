// The page's own words. What the bot says comes from the bot.

const words = {
  en: {
    banner: 'A pretend world: nothing here reaches Slack or WeChat. Only the bot is real.',
    other: '中文', title: 'magpie playground',
    bot_here: 'bot connected', bot_gone: 'bot not connected', page_gone: 'the playground has ended',
    phone: 'Phone', you_are: 'You are', sender: 'may ask', approver: 'may approve', admin: 'admin', guest: 'guest',
    channels: 'Channels', dm: 'Direct message', private: 'private, magpie is not here', public: 'magpie is here', alone: 'with magpie alone',
    empty: 'Nothing has been said here yet. Try an example below.',
    only_you: 'Only visible to you', edited: '(edited)', app: 'APP', reply: 'Reply', replying: 'Replying in the thread of', cancel: 'Cancel',
    replies: n => `${n} ${n === 1 ? 'reply' : 'replies'}`, earlier: n => `Show ${n} earlier`,
    write: name => `Message ${name}, or /wechat …`, examples: 'Examples', enter: 'Enter sends', send: 'Send',
    no_thread: 'Slack takes no slash commands in threads. Mention @magpie there, or say the line in the channel.',
    optional: 'optional', close: 'Close',
    service: 'Service Messages', no_message: 'Nothing has reached this phone yet.',
    to: 'to', mini: 'Mini Program', kind_service: 'service account', kind_miniprogram: 'Mini Program', activity: 'Shared activity',
    activity_new: 'Created; not updated yet.', members: 'members', expires: 'Can be updated until', by: 'by', article_n: n => `${n} article${n === 1 ? '' : 's'} in the material`,
    mass: 'mass message', preview: 'preview', deleted: 'The publisher has deleted this.', picture: 'a picture', file_image: 'image', file_voice: 'voice', file_mpvideo: 'video', file_mpnews: 'articles',
    to_one: who => `for ${who} alone`, to_all: 'to all followers', to_tag: tag => `to the followers with tag ${tag}`, to_many: n => `to ${n} followers`,
    untitled: 'cover', troubles: 'Troubles', calls: 'What arrived', no_call: 'No call has arrived yet.',
    next_call: 'For the next call each; press again for one more:', until_off: 'Until switched off:', at_once: 'At once:',
    busy: 'Busy (−1)', drop_before: 'Drop before acting', drop_after: 'Drop after acting', garbage: 'Answer garbage',
    http_error: 'HTTP 502', cut_body: 'Cut the answer', slow: 'Slow (4 s)', down: 'Down', uncertified: 'Not certified',
    expire_tokens: 'Expire tokens', clear: 'All well again',
    home_tab: 'Home', messages_tab: 'Messages', no_home: 'The bot draws your Home.', ask_wechat: '⚡ Ask WeChat…', waiting_for_me: '⚡ Waiting for me',
    at_slack: 'Slack, for the next message:', slack_limited: 'Too many (5 s)', slack_blocks: 'Refuse the blocks', slack_away: 'Away for 8 s',
    at_writer: 'The writer:', writer_error: 'Fail (500)', writer_refuses: 'Refuse an article', writer_slow: 'Slow',
    at_bot: 'How the bot is set up; it starts again with it:', set_chinese: 'Channels in Chinese', set_two: 'Two must approve', set_second: 'Second account',
    group_begin: 'To begin', group_message: 'Messages', group_template: 'Templates', group_schedule: 'Schedules', group_many: 'To many people', group_mass: 'Mass messages', group_article: 'Articles', group_look: 'Looking',
    acted: 'acted', not_acted: 'did not act', unanswered: 'no answer went out',
    send_this: 'Send this text', article_import: 'Import as an article', audience_import: 'Import as an audience', library: 'Draft box', no_draft: 'The draft box is empty, and nothing is published.', in_draft_box: 'draft', published: 'published',
    calendar: 'Calendar', clock: 'The clock of this world', plus_minute: '+1 min', plus_ten: '+10 min', plus_hour: '+1 h', plus_day: '+1 day',
    next_fire: 'To the next fire', no_next: 'No fire is to come: nothing that was approved is scheduled.', real: 'Real time again', ahead: d => `${d} ahead`, earlier_month: 'The month before', later_month: 'The month after',
    fires: n => `${n} fire${n === 1 ? '' : 's'}`, none_that_day: 'Nothing fires on this day.', none_to_come: 'Nothing is scheduled here. Schedule a line and have it approved:',
    make_one: 'Put an example into the message box',
    fire_upcoming: 'to come', fire_ahead: 'asked ahead', fire_waiting: 'waits for approval', fire_firing: 'firing', fire_asked: 'missed: a person decides', fire_open: 'under way', fire_skipped: 'skipped',
    fire_approved: 'approved', fire_sending: 'sending', fire_done: 'done', fire_partly: 'partly', fire_failed: 'failed', fire_unclear: 'unclear', fire_rejected: 'rejected', fire_expired: 'expired', fire_withdrawn: 'withdrawn',
  },
  zh: {
    banner: '这是一个模拟世界：这里的一切都不会到达 Slack 或微信，只有机器人是真的。',
    other: 'English', title: 'magpie 游乐场',
    bot_here: '机器人已连接', bot_gone: '机器人未连接', page_gone: '游乐场已结束',
    phone: '手机', you_are: '你是', sender: '可发起', approver: '可审批', admin: '管理员', guest: '访客',
    channels: '频道', dm: '私信', private: '私密，magpie 不在此处', public: 'magpie 在此频道', alone: '与 magpie 单独对话',
    empty: '这里还没有人说话。可以试试下面的示例。',
    only_you: '仅你可见', edited: '（已编辑）', app: '应用', reply: '回复', replying: '在此消息列中回复：', cancel: '取消',
    replies: n => `${n} 条回复`, earlier: n => `显示更早的 ${n} 条`,
    write: name => `给 ${name} 发消息，或输入 /wechat …`, examples: '示例', enter: '回车发送', send: '发送',
    no_thread: 'Slack 的消息列不支持斜杠命令。请在那里提及 @magpie，或在频道里说。',
    optional: '选填', close: '关闭',
    service: '服务通知', no_message: '这部手机还没有收到任何消息。',
    to: '发给', mini: '小程序', kind_service: '服务号', kind_miniprogram: '小程序', activity: '分享的活动',
    activity_new: '已创建，尚未更新。', members: '成员', expires: '可更新至', by: '作者', article_n: n => `素材库：${n} 篇文章`,
    mass: '群发', preview: '预览', deleted: '该内容已被发布者删除', picture: '图片', file_image: '图片', file_voice: '语音', file_mpvideo: '视频', file_mpnews: '图文',
    to_one: who => `仅发给 ${who}`, to_all: '发给全部粉丝', to_tag: tag => `发给标签 ${tag} 的粉丝`, to_many: n => `发给 ${n} 位粉丝`,
    untitled: '封面', troubles: '故障与设置', calls: '收到的调用', no_call: '还没有收到调用。',
    next_call: '只对下一次调用；再按一次则多一次：', until_off: '直到关闭：', at_once: '立即：',
    busy: '系统繁忙（−1）', drop_before: '处理前断开', drop_after: '处理后断开', garbage: '返回乱码',
    http_error: 'HTTP 502', cut_body: '回答被截断', slow: '缓慢（4 秒）', down: '无法连接', uncertified: '未认证',
    expire_tokens: 'token 过期', clear: '全部恢复',
    home_tab: '首页', messages_tab: '消息', no_home: '机器人正在绘制您的首页。', ask_wechat: '⚡ 发起…', waiting_for_me: '⚡ 等我处理',
    at_slack: 'Slack（对下一条消息）：', slack_limited: '过于频繁（5 秒）', slack_blocks: '拒收卡片', slack_away: '离线 8 秒',
    at_writer: '写手：', writer_error: '出错（500）', writer_refuses: '拒绝撰写', writer_slow: '缓慢',
    at_bot: '机器人的设置；更改后会重新启动：', set_chinese: '频道使用中文', set_two: '须两人批准', set_second: '第二个账号',
    group_begin: '开始', group_message: '消息', group_template: '模板', group_schedule: '定时', group_many: '发给多人', group_mass: '群发', group_article: '文章', group_look: '查看',
    acted: '已处理', not_acted: '未处理', unanswered: '未返回',
    send_this: '发送这段文字', article_import: '导入为文章', audience_import: '导入为受众', library: '草稿箱', no_draft: '草稿箱是空的，也没有已发布的文章。', in_draft_box: '草稿', published: '已发布',
    calendar: '日历', clock: '这个世界的时钟', plus_minute: '+1 分钟', plus_ten: '+10 分钟', plus_hour: '+1 小时', plus_day: '+1 天',
    next_fire: '到下一次执行', no_next: '没有待执行的任务：还没有获批的定时任务。', real: '回到真实时间', ahead: d => `快了 ${d}`, earlier_month: '上个月', later_month: '下个月',
    fires: n => `${n} 次执行`, none_that_day: '这一天没有任务执行。', none_to_come: '这里还没有定时任务。设定一条定时命令并获得批准即可：',
    make_one: '把示例放进输入框',
    fire_upcoming: '待执行', fire_ahead: '已提前发起审批', fire_waiting: '等待审批', fire_firing: '正在执行', fire_asked: '已错过，等待决定', fire_open: '进行中', fire_skipped: '已跳过',
    fire_approved: '已批准', fire_sending: '发送中', fire_done: '已完成', fire_partly: '部分完成', fire_failed: '失败', fire_unclear: '结果不明', fire_rejected: '已驳回', fire_expired: '已过期', fire_withdrawn: '已撤回',
  },
}

let lang = 'en'
try {
  lang = localStorage.getItem('lang') === 'zh' ? 'zh' : 'en'
} catch { /* a browser that remembers nothing */ }

export const language = () => lang

// t is one of the page's words.
export const t = (key, ...args) => typeof words[lang][key] === 'function' ? words[lang][key](...args) : words[lang][key]

// toggle speaks the other language from now on.
export function toggle() {
  lang = lang === 'en' ? 'zh' : 'en'
  try {
    localStorage.setItem('lang', lang)
  } catch { /* then only until the page is loaded again */ }
}

// speak puts the words into the parts of the page that never change.
export function speak() {
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
  document.title = t('title')
  for (const node of document.querySelectorAll('[data-word]')) node.textContent = t(node.dataset.word)
  document.getElementById('lang').textContent = t('other')
}
