package wechat

import "maps"

// The codes of mass messages, of taking them back, and of figures. Sources: the pages
// notify/message/api_masssend, api_sendall, api_deletemassmsg, api_massmsgget and
// wedata/news, as read on 2026-11-29; docs/wechat.md has the addresses.
func init() {
	maps.Copy(codes, map[int]words{
		40031: {text{"The list of openids is not acceptable to WeChat.", "openid 列表不正确。"}, text{"Give 2 to 10,000 openids of this account's followers.", "请提供 2 至 10,000 个本账号粉丝的 openid。"}},
		40032: {text{"The list of openids is too long or too short.", "openid 列表长度不正确。"}, text{"Give 2 to 10,000 openids.", "请提供 2 至 10,000 个 openid。"}},
		40059: {text{"WeChat knows no message of this msg_id.", "微信没有这个 msg_id 的群发。"}, text{"It must be the msg_id of a message that this account has sent by its API.", "须为本账号通过接口群发时得到的 msg_id。"}},
		40060: {text{"The message has no article of this number.", "该群发中没有这个序号的文章。"}, text{"Articles count from 1; leave the number out for all of them.", "文章序号从 1 开始；不填则为全部。"}},
		40065: {text{"WeChat does not let this message be deleted as it stands.", "文章状态异常，微信不允许删除。"}, text{"It may be deleted already, not be sent yet, or be neither articles nor a video. Look in WeChat's console.", "可能已被删除、尚未发出，或并非图文、视频。请到微信后台查看。"}},
		40130: {text{"A mass message by openid needs at least two of them.", "按 openid 群发至少需要两个 openid。"}, text{"Name a second person, or use preview for one.", "请再加一人；只发一人可用预览。"}},
		40152: {text{"There is no such tag.", "没有这个标签。"}, text{"See the account's tags and choose one of them.", "请查看账号的标签并选择其一。"}},
		40204: {text{"An article that was found to copy or to spread rumours cannot be deleted.", "被判为洗稿或谣言的文章不能删除。"}, text{"See the notice in WeChat's console.", "请查看微信后台的通知。"}},
		40215: {text{"There are too many images.", "图片过多。"}, text{"Give fewer images.", "请减少图片。"}},
		41040: {text{"The claim of originality does not stand.", "原创声明不符合要求。"}, text{"Change the claim in WeChat's console and send it from there.", "请到微信后台修改原创声明并从后台群发。"}},
		42010: {text{"Mass messages follow each other too fast.", "群发过于频繁。"}, text{"Wait a minute, then send it again.", "请一分钟后重试。"}},
		45062: {text{"An account with advertising contracts may not send by the API.", "已签广告协议的账号不能通过接口群发。"}, text{"Send it from WeChat's console.", "请到微信后台群发。"}},
		45113: {text{"WeChat sends no cards and no goods any more.", "微信已不支持群发卡券和商品消息。"}, text{"Send articles, text, images, voice or video.", "请改发图文、文本、图片、语音或视频。"}},
		45162: {text{"WeChat does not take this type of message.", "消息类型不正确。"}, text{"Send articles, text, images, voice or video.", "请改发图文、文本、图片、语音或视频。"}},
		48003: {text{"The account has not agreed to the terms of mass messages.", "账号尚未同意群发协议。"}, text{"Agree to them in WeChat's console.", "请到微信后台同意群发协议。"}},
		48021: {text{"A draft that WeChat's console saved by itself may not be sent.", "系统自动保存的草稿不能群发。"}, text{"Save it by hand in WeChat's console first.", "请先在微信后台手动保存。"}},
		48022: {text{"A video that was uploaded by the API may not be published by it.", "通过接口上传的视频不能通过接口发表。"}, text{"Publish it from WeChat's console.", "请到微信后台发表。"}},
		61500: {text{"WeChat has no figures of that day.", "日期格式或范围不正确，没有这一天的数据。"}, text{"There are none of before 2025-11-01 and none of today; yesterday's come after 08:00 in China.", "数据始于 2025-11-01；当天没有数据，前一天的数据在北京时间 8 点后可查。"}},
		61501: {text{"The figures of so many days cannot be asked for at once.", "日期跨度过大。"}, text{"Ask for one day.", "请按单日查询。"}},
		61503: {text{"The figures are not ready yet.", "数据尚未就绪。"}, text{"Yesterday's come after 08:00 in China.", "前一天的数据在北京时间 8 点后可查。"}},
		89504: {text{"The account's administrator has been asked and has not confirmed yet.", "正在等待管理员确认。"}, text{"The administrator must confirm it in WeChat within 30 minutes.", "请管理员在 30 分钟内到微信确认。"}},
		89505: {text{"The account's administrator is being asked to confirm it.", "已进入管理员确认流程。"}, text{"The administrator must confirm it in WeChat within 30 minutes.", "请管理员在 30 分钟内到微信确认。"}},
	})
}
