package wechat

import "maps"

func init() { maps.Copy(codes, peopleCodes) }

// peopleCodes are those of customer-service messages, tags, QR codes and comments.
// Sources: WeChat's pages of those APIs and its general table of codes, see docs/wechat.md.
var peopleCodes = map[int]words{
	40032: {text{"The list of openids is too short or too long.", "openid 数量不合要求。"}, text{"Tag 1 to 50 people in one call.", "每次标记 1 至 50 人。"}},
	40052: {text{"The kind of QR code is wrong.", "二维码类型不正确。"}, text{"Ask for a temporary or a permanent code with a scene.", "请创建带场景值的临时或永久二维码。"}},
	40053: {text{"The scene of the QR code is wrong.", "二维码的场景值不正确。"}, text{"Give a scene of 1 to 64 characters.", "请填写 1 至 64 个字符的场景值。"}},
	45015: {text{"The person did not write within the last 48 hours, or follows the account no more.", "对方 48 小时内没有发过消息，或已取消关注。"}, text{"Wait until they write again, or use a subscription or template message.", "请等对方再次发来消息，或改用订阅消息、模板消息。"}},
	45047: {text{"The person has been sent as many customer-service messages as WeChat allows.", "发给该用户的客服消息已达上限。"}, text{"WeChat takes 5 after each message of theirs, and 3 within a minute of a click, a follow or a scan. Wait until they write again.", "对方每发一条消息后最多 5 条；点击菜单、关注或扫码后 1 分钟内最多 3 条。请等对方再次发来消息。"}},
	45056: {text{"The account has as many tags as WeChat allows.", "标签数量已达上限。"}, text{"An account has at most 100 tags. Delete one in WeChat's console first.", "每个账号最多 100 个标签，请先在微信后台删除。"}},
	45057: {text{"Too many people have this tag for it to be deleted.", "该标签下用户过多，不能删除。"}, text{"Take the tag from people first until fewer than 100,000 have it.", "请先取消标记，直到不足 10 万人。"}},
	45058: {text{"WeChat's own tags cannot be changed.", "微信自带的标签不能修改。"}, text{"Choose another tag.", "请选择其他标签。"}},
	45059: {text{"The person has as many tags as WeChat allows.", "该用户的标签已达上限。"}, text{"A person has at most 20 tags. Take one away first.", "每人最多 20 个标签，请先去掉一个。"}},
	45157: {text{"The tag's name is not acceptable, or there is one of this name.", "标签名不合要求，或已存在同名标签。"}, text{"See the account's tags, and choose another name.", "请查看账号的标签，换一个名称。"}},
	45158: {text{"The tag's name is too long.", "标签名超长。"}, text{"Keep it within 30 bytes: 10 Chinese characters or 30 letters.", "请控制在 30 字节以内，即 10 个汉字或 30 个字母。"}},
	45169: {text{"Two calls tagged the same person at once.", "同一用户被同时标记。"}, text{"Try it again; nothing was changed.", "请重试；没有任何改动。"}},
	45171: {text{"WeChat did not take some of the people.", "部分用户未能标记。"}, text{"Try those again; the others are done.", "请只重试未成功的用户，其余已完成。"}},
	48002: {text{"The person has turned the account's messages off.", "对方已关闭接收本账号消息。"}, text{"They must turn them on again in the account's settings in WeChat.", "须由对方在微信的账号设置中重新打开。"}},
	48008: {text{"The account may not send this kind of message.", "该账号不能发送这种消息。"}, text{"Send a text or a picture instead.", "请改发文字或图片。"}},
	49003: {text{"The openid is not this account's.", "openid 不属于本账号。"}, text{"Take the openid that the person has with this account.", "请使用该用户在本账号下的 openid。"}},
	50005: {text{"The person does not follow the account.", "对方未关注本账号。"}, text{"Only followers can be tagged.", "只能标记已关注的用户。"}},
	61016: {text{"The account has not granted the platform its followers.", "该账号没有把用户管理权限授予第三方平台。"}, text{"Authorise the platform again with the permission set for followers and tags.", "请重新授权，并勾选用户管理权限集。"}},
	70000: {text{"WeChat protects minors from this message.", "因未成年人保护，微信没有下发该消息。"}, text{"It cannot be sent to this person.", "该消息不能发给此用户。"}},

	87009: {text{"There is no such reply.", "没有这条回复。"}, text{"List the comments anew: somebody may have taken it away.", "请重新查看留言，回复可能已被删除。"}},
	88000: {text{"The account has no comments.", "该账号没有留言功能。"}, text{"WeChat gives the function to some accounts only; see the console.", "微信仅向部分账号开放留言，请查看微信后台。"}},
	88001: {text{"There is no such article.", "没有这篇文章。"}, text{"Check that this account sent or published it.", "请确认它由本账号群发或发布。"}},
	88002: {text{"WeChat lets nobody comment on this article.", "该文章因安全原因不能留言。"}, text{"See the notice in WeChat's console.", "请查看微信后台的通知。"}},
	88003: {text{"The article has as many featured comments as WeChat allows.", "精选留言已达上限。"}, text{"Take another comment out first.", "请先取消其他精选留言。"}},
	88004: {text{"The person has deleted the comment.", "用户已删除该留言。"}, text{"List the comments anew.", "请重新查看留言。"}},
	88005: {text{"The comment has a reply.", "该留言已有回复。"}, text{"Take the reply away first.", "请先删除原回复。"}},
	88007: {text{"The reply is empty or too long.", "回复为空或超长。"}, text{"Shorten the reply.", "请缩短回复。"}},
	88008: {text{"There is no such comment.", "没有这条留言。"}, text{"List the comments anew: it may have been deleted.", "请重新查看留言，它可能已被删除。"}},
	88009: {text{"There is no such reply.", "没有这条回复。"}, text{"List the comments anew: somebody may have taken it away.", "请重新查看留言，回复可能已被删除。"}},
	88010: {text{"Too many comments were asked for at once.", "一次查询的留言过多。"}, text{"Ask for at most 49.", "每次最多 49 条。"}},
}
