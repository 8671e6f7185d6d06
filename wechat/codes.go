package wechat

import (
	"regexp"
	"slices"
)

// text is the same words in English and Chinese.
type text struct{ en, zh string }

func (t text) in(lang string) string {
	if lang == "zh" {
		return t.zh
	}
	return t.en
}

type words struct{ meaning, advice text }

const (
	codeBusy      = -1
	codeIPRefused = 40164
	codePerMinute = 45011

	codeSentBefore = 45065
	codeNoToken    = 41001
)

var quotedIP = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b`)

// KnownCodes lists, in rising order, every errcode that has words of its own.
func KnownCodes() []int {
	var all []int
	for code := range codes {
		all = append(all, code)
	}
	slices.Sort(all)
	return all
}

// What befell a call that brought no code.
var (
	wordsUnclear = words{
		text{"WeChat gave no whole answer.", "微信没有给出完整的应答。"},
		text{"It may or may not have been carried out. Look in WeChat first; only then send it again or leave it.", "可能已执行，也可能没有。请先在微信里核实，再决定重发或放弃。"},
	}
	wordsNotSent = words{
		text{"WeChat could not be reached; nothing was sent.", "无法连接微信，什么都没有发出。"},
		text{"Check the network, the proxy and WECHAT_API_URL. Sending again is safe.", "请检查网络、代理和 WECHAT_API_URL。可以放心重发。"},
	}
	wordsNoToken = words{
		text{"No access token could be had; the message was not sent.", "拿不到 access_token，消息没有发出。"},
		text{"Check the network and WECHAT_API_URL. Sending again is safe.", "请检查网络和 WECHAT_API_URL。可以放心重发。"},
	}
	wordsHTTPRefused = words{
		text{"The server turned the call away without acting on it.", "服务器拒绝了这次调用，没有执行。"},
		text{"Check that WECHAT_API_URL points at WeChat's API, and any proxy between.", "请确认 WECHAT_API_URL 指向微信接口，并检查中间的代理。"},
	}
	wordsNoAccount = words{
		text{"This magpie does not operate the account; nothing was sent.", "当前的 magpie 没有接入该账号，什么都没有发出。"},
		text{"Name it in ACCOUNTS and restart magpie.", "请将它加入 ACCOUNTS 并重启 magpie。"},
	}
	wordsWay = words{
		text{"WeChat does not offer this API in the way chosen; nothing was sent.", "微信不支持以所选方式调用该接口，什么都没有发出。"},
		text{"Set WECHAT_CALL to https or platform for this account.", "请将该账号的 WECHAT_CALL 设为 https 或 platform。"},
	}
	wordsNoTicket = words{
		text{"WeChat has not pushed a component_verify_ticket yet; nothing was sent.", "尚未收到微信推送的 component_verify_ticket，什么都没有发出。"},
		text{"WeChat pushes it every 10 minutes to the platform's event address. Check that address, its token and its key.", "微信每 10 分钟向第三方平台的授权事件地址推送一次。请检查该地址及其 Token 和密钥。"},
	}
	wordsNotHosted = words{
		text{"WeChat added no credentials to the call.", "微信没有为这次调用补上凭证。"},
		text{"Run magpie in WeChat's cloud hosting, and allow this path under the cloud call permissions of its console.", "请在微信云托管中运行 magpie，并在控制台的云调用权限里加入该接口路径。"},
	}
	wordsUnknownCode = words{
		text{"WeChat refused with a code that has no words here yet.", "微信返回了这里尚无说明的错误码。"},
		text{"Read WeChat's message, and look the code or the rid up in WeChat's console.", "请看微信的原文，并到微信后台查询该错误码或 rid。"},
	}
)

// codes gives every code of the API pages, and those that the live service is
// known to answer, words of our own.
var codes = map[int]words{
	-1:      {text{"WeChat is busy.", "微信系统繁忙。"}, text{"It is tried again by itself; if that does not help, run it later.", "会自动重试；仍不行请稍后再试。"}},
	-501000: {text{"The cloud function or its environment was not found.", "云函数或其环境不存在。"}, text{"Check the environment id and the function's name, and deploy cloud/ there.", "请核对环境 ID 和函数名，并把 cloud/ 部署到该环境。"}},
	-501005: {text{"The cloud environment is wrong.", "云环境不正确。"}, text{"Check the environment id.", "请核对环境 ID。"}},
	-604100: {text{"The cloud knows no such API.", "云调用没有这个接口。"}, text{"Deploy the current cloud/ function.", "请部署当前的 cloud/ 函数。"}},
	-604101: {text{"The cloud function may not call this API.", "云函数没有调用该接口的权限。"}, text{"Add the API to the function's config.json and deploy it again.", "请在函数的 config.json 中加入该接口并重新部署。"}},
	40001:   {text{"The access token is not valid.", "access_token 无效。"}, text{"It was renewed once already. Check the AppSecret, and whether another program fetches tokens for this account.", "已自动刷新过一次。请检查 AppSecret，以及是否另有程序在为该账号获取 token。"}},
	40002:   {text{"The grant type is wrong.", "grant_type 不正确。"}, text{"Check WECHAT_TOKEN_MODE and WECHAT_API_URL.", "请检查 WECHAT_TOKEN_MODE 和 WECHAT_API_URL。"}},
	40003:   {text{"The openid is wrong.", "openid 不正确。"}, text{"It belongs to another account, or the person does not follow this one. Check the recipient.", "它可能属于其他账号，或对方未关注本账号。请核对接收人。"}},
	40004:   {text{"The kind of media is wrong.", "媒体类型不正确。"}, text{"Use image, voice, video or thumb.", "请用 image、voice、video 或 thumb。"}},
	40005:   {text{"The file is of a type that WeChat does not take here.", "文件格式不受支持。"}, text{"Convert it, for an image to JPEG or PNG.", "请转换格式，图片用 JPEG 或 PNG。"}},
	40006:   {text{"The file is too big or too small.", "文件大小不合要求。"}, text{"Shrink it: 1 MB for an image in an article, 64 KB for a thumb, 10 MB for other images.", "请压缩：正文图片 1 MB 以内，缩略图 64 KB 以内，其他图片 10 MB 以内。"}},
	40007:   {text{"The media_id is wrong.", "media_id 不正确。"}, text{"Check that it was uploaded to this account and, if temporary, within the last 3 days.", "请确认它上传在本账号下；临时素材须在 3 天之内。"}},
	40008:   {text{"The kind of message is wrong.", "消息类型不正确。"}, text{"Use mpnews, text, voice, image or mpvideo.", "请用 mpnews、text、voice、image 或 mpvideo。"}},
	40013:   {text{"The AppID is wrong or not bound.", "AppID 不正确或未绑定。"}, text{"Check the AppID, and that the Mini Program and the Official Account are bound and have one owner.", "请核对 AppID，并确认小程序与公众号已绑定且主体相同。"}},
	40014:   {text{"The access token is malformed.", "access_token 格式不合法。"}, text{"It was renewed once already. Check the AppSecret, and whether another program fetches tokens for this account.", "已自动刷新过一次。请检查 AppSecret，以及是否另有程序在为该账号获取 token。"}},
	40033:   {text{"The text has characters that WeChat does not take.", "内容含有微信不接受的字符。"}, text{"Remove control characters from the text.", "请去掉内容中的控制字符。"}},
	40037:   {text{"The template id is wrong.", "模板 ID 不正确。"}, text{"Check that the template was added to this account and has not been deleted.", "请确认模板已添加到本账号且没有被删除。"}},
	40059:   {text{"The msg_id is wrong.", "msg_id 不正确。"}, text{"Check that this account sent it.", "请确认它由本账号发送。"}},
	40097:   {text{"A parameter is wrong.", "参数不正确。"}, text{"See which one WeChat's message names, and correct it.", "请看微信原文指出的参数并改正。"}},
	40114:   {text{"There is no article at this place.", "该位置没有图文。"}, text{"Count the articles of the draft from 0.", "草稿中的图文从 0 数起，请核对。"}},
	40125:   {text{"The AppSecret is wrong.", "AppSecret 不正确。"}, text{"Copy the current secret from WeChat's console into WECHAT_APP_SECRET.", "请从微信后台取当前的密钥，填入 WECHAT_APP_SECRET。"}},
	40130:   {text{"The list of openids is too short or too long.", "openid 数量不合要求。"}, text{"Name 2 to 10,000 people in one mass message.", "一次群发须指定 2 至 10,000 人。"}},
	40164:   {text{"This machine's IP address is not on the allow-list.", "本机 IP 不在白名单内。"}, text{"Add it to the IP allow-list in WeChat's console.", "请在微信后台把它加入 IP 白名单。"}},
	40241:   {text{"Too many messages to this person at once.", "对同一用户发送过于频繁。"}, text{"Send this person one message at a time.", "请对同一用户逐条发送。"}},
	40243:   {text{"The AppSecret is frozen.", "AppSecret 已被冻结。"}, text{"Unfreeze it in WeChat's console.", "请到微信后台解冻。"}},
	41001:   {text{"The access token is missing.", "缺少 access_token。"}, text{"Something between magpie and WeChat drops it. Check WECHAT_API_URL and the proxy.", "中间环节丢了它。请检查 WECHAT_API_URL 和代理。"}},
	41002:   {text{"The AppID is missing.", "缺少 AppID。"}, text{"Set WECHAT_APP_ID.", "请设置 WECHAT_APP_ID。"}},
	41004:   {text{"The AppSecret is missing.", "缺少 AppSecret。"}, text{"Set WECHAT_APP_SECRET.", "请设置 WECHAT_APP_SECRET。"}},
	41005:   {text{"The file did not arrive.", "缺少文件内容。"}, text{"Something between magpie and WeChat drops the form. Check the proxy.", "中间环节丢了表单。请检查代理。"}},
	41028:   {text{"The form_id is wrong or has expired.", "form_id 不正确或已过期。"}, text{"WeChat has given form ids up. Leave the Mini Program half out, or use subscribe send.", "微信已停用 form_id。请去掉小程序部分，或改用 subscribe send。"}},
	41029:   {text{"The form_id has been used.", "form_id 已被使用。"}, text{"Each serves one message. Take another, leave the Mini Program half out, or use subscribe send.", "每个只能用一次。请换一个、去掉小程序部分，或改用 subscribe send。"}},
	41030:   {text{"The page is wrong.", "page 不正确。"}, text{"It must exist in the released version of the Mini Program.", "页面必须存在于已发布的小程序版本中。"}},
	42001:   {text{"The access token has expired.", "access_token 已过期。"}, text{"It was renewed once already. Check this machine's clock, and whether another program fetches tokens for this account.", "已自动刷新过一次。请检查本机时钟，以及是否另有程序在为该账号获取 token。"}},
	43001:   {text{"The API wants GET.", "该接口要求 GET。"}, text{"Something between magpie and WeChat changes the call. Check WECHAT_API_URL and the proxy.", "中间环节改动了请求。请检查 WECHAT_API_URL 和代理。"}},
	43002:   {text{"The API wants POST.", "该接口要求 POST。"}, text{"Something between magpie and WeChat changes the call. Check WECHAT_API_URL and the proxy.", "中间环节改动了请求。请检查 WECHAT_API_URL 和代理。"}},
	43004:   {text{"The person does not follow the account.", "对方未关注本账号。"}, text{"Only followers can be sent this.", "只能发给已关注的用户。"}},
	43101:   {text{"The person has not subscribed, or has used the subscription up.", "用户未订阅，或订阅次数已用完。"}, text{"Do not send again until they subscribe anew.", "对方重新订阅之前不要再发。"}},
	43108:   {text{"Too many messages to this person at once.", "对同一用户并发发送过多。"}, text{"Send this person one message at a time.", "请对同一用户逐条发送。"}},
	43116:   {text{"The template is banned.", "模板已被封禁。"}, text{"See the notice in WeChat's console and use another template.", "请查看微信后台的通知，换用其他模板。"}},
	43117:   {text{"Too many messages to this person in a short time.", "短时间内对同一用户发送过多。"}, text{"Wait, then send this person one message at a time.", "请稍等，再逐条发送。"}},
	44001:   {text{"The file is empty.", "文件为空。"}, text{"Choose the file again.", "请重新选择文件。"}},
	44002:   {text{"The call arrived empty.", "请求内容为空。"}, text{"Something between magpie and WeChat drops the body. Check the proxy.", "中间环节丢了请求内容。请检查代理。"}},
	44003:   {text{"There are no articles.", "图文内容为空。"}, text{"Give 1 to 8 articles.", "请提供 1 至 8 篇图文。"}},
	44004:   {text{"The text is empty.", "文本内容为空。"}, text{"Give the message a text.", "请填写消息内容。"}},
	45001:   {text{"The file is too big.", "文件大小超限。"}, text{"Shrink it.", "请压缩文件。"}},
	45002:   {text{"The content is too long.", "内容超长。"}, text{"Shorten the content.", "请缩短正文。"}},
	45003:   {text{"The title is too long.", "标题超长。"}, text{"Shorten the title.", "请缩短标题。"}},
	45004:   {text{"The digest is too long.", "摘要超长。"}, text{"Shorten the digest.", "请缩短摘要。"}},
	45008:   {text{"There are too many articles.", "图文篇数超限。"}, text{"Give 1 to 8 articles.", "请提供 1 至 8 篇图文。"}},
	45009:   {text{"The quota of calls is used up.", "调用次数已达上限。"}, text{"Wait for the next day, or raise or clear the quota in WeChat's console.", "请等到次日，或在微信后台提升或清零额度。"}},
	45011:   {text{"Too many calls within a minute.", "一分钟内调用过多。"}, text{"It is tried again by itself after a minute.", "一分钟后会自动重试。"}},
	45028:   {text{"The mass sends of this period are used up.", "本期群发次数已用完。"}, text{"Wait for the next period.", "请等到下一周期。"}},
	45065:   {text{"This clientmsgid has been sent already.", "该 clientmsgid 已经发送过。"}, text{"Nothing to do: the first one counts, and WeChat names its msg_id.", "无需处理：以第一次为准，微信会给出它的 msg_id。"}},
	45066:   {text{"The same clientmsgid came again too soon.", "同一 clientmsgid 重试过快。"}, text{"Wait a minute before trying it again.", "请一分钟后再试。"}},
	45067:   {text{"The clientmsgid is too long.", "clientmsgid 过长。"}, text{"Keep it within 32 bytes.", "请控制在 32 字节以内。"}},
	45103:   {text{"WeChat has withdrawn this API.", "微信已下线该接口。"}, text{"Use template send with the service account's own openid, or subscribe send.", "请改用服务号自己的 openid 发模板消息，或用 subscribe send。"}},
	45106:   {text{"WeChat has withdrawn this API.", "微信已下线该接口。"}, text{"Use template send with the service account's own openid, or subscribe send.", "请改用服务号自己的 openid 发模板消息，或用 subscribe send。"}},
	45109:   {text{"WeChat has withdrawn the uniform message.", "微信已下线统一服务消息。"}, text{"Use template send with the service account's own openid, or weapp subscribe send with the Mini Program's.", "请改用 template send（服务号自己的 openid）或 weapp subscribe send（小程序的 openid）。"}},
	45110:   {text{"The author is too long.", "作者名超长。"}, text{"Keep the author within 16 characters.", "请控制在 16 个字以内。"}},
	45159:   {text{"There is no such tag.", "没有这个标签。"}, text{"See the account's tags and choose one of them.", "请查看账号的标签并选择其一。"}},
	45166:   {text{"The content is not acceptable to WeChat.", "正文不符合微信要求。"}, text{"Clean the HTML: no scripts, no foreign images or links.", "请清理 HTML：去掉脚本、外部图片和链接。"}},
	47001:   {text{"The call is malformed or lacks a parameter.", "请求格式有误或缺少参数。"}, text{"See which field WeChat's message names, and give it.", "请看微信原文指出的字段并补上。"}},
	47003:   {text{"A value does not fit its field.", "参数值不符合要求。"}, text{"WeChat's message names the field; correct its value.", "微信原文指出了字段，请改正它的值。"}},
	47501:   {text{"The activity id is wrong.", "activity_id 不正确。"}, text{"Check that this account created it.", "请确认它由本账号创建。"}},
	47502:   {text{"The target state is wrong.", "target_state 不正确。"}, text{"An activity that has started cannot be changed any more.", "已开始的动态消息不能再变更。"}},
	47503:   {text{"The version_type is wrong.", "version_type 不正确。"}, text{"Use develop, trial or release.", "请用 develop、trial 或 release。"}},
	47504:   {text{"The activity has expired.", "activity_id 已过期。"}, text{"Create a new activity; one lives for 24 hours by default.", "请新建动态消息；默认有效 24 小时。"}},
	48001:   {text{"The account has no right to this API.", "该账号没有此接口的权限。"}, text{"Check in WeChat's console that the account is certified and has the permission.", "请在微信后台确认账号已认证并拥有该权限。"}},
	48004:   {text{"The API is blocked for this account.", "该账号的此接口已被封禁。"}, text{"See the notice in WeChat's console.", "请查看微信后台的通知。"}},
	48006:   {text{"The quota may not be cleared again.", "清零次数已达上限。"}, text{"It can be cleared 10 times a month; wait.", "每月可清零 10 次，请等待。"}},
	50002:   {text{"The account is limited.", "账号受限。"}, text{"See the notice in WeChat's console.", "请查看微信后台的通知。"}},
	50004:   {text{"The account is barred.", "账号被禁用。"}, text{"See the notice in WeChat's console.", "请查看微信后台的通知。"}},
	50007:   {text{"The account is frozen.", "账号已冻结。"}, text{"See the notice in WeChat's console.", "请查看微信后台的通知。"}},
	53503:   {text{"The draft did not pass the check before publishing.", "草稿未通过发布检查。"}, text{"Open it in WeChat's console and correct what is marked.", "请在微信后台打开草稿并修正标出的问题。"}},
	53504:   {text{"This draft can only be published in the console.", "该草稿只能在后台发布。"}, text{"Publish it in WeChat's console.", "请到微信后台发布。"}},
	53505:   {text{"The draft must be saved by hand first.", "需先手动保存草稿。"}, text{"Save it in WeChat's console, then publish.", "请在微信后台保存后再发布。"}},
	53600:   {text{"The article or publish id is wrong.", "article_id 或 publish_id 不正确。"}, text{"Check that this account published it and has not deleted it.", "请确认它由本账号发布且没有被删除。"}},
	61003:   {text{"The account has not authorised the platform.", "该账号没有授权给第三方平台。"}, text{"Authorise the platform again in WeChat.", "请重新完成授权。"}},
	61004:   {text{"The platform's IP address is not registered.", "第三方平台的 IP 未登记。"}, text{"Add this machine's address to the platform's allow-list.", "请在开放平台把本机 IP 加入白名单。"}},
	61005:   {text{"The component_verify_ticket has expired.", "component_verify_ticket 已过期。"}, text{"Wait for WeChat's next push, within 10 minutes; check the platform's event address.", "请等待微信下一次推送(10 分钟内)，并检查授权事件地址。"}},
	61006:   {text{"The component_verify_ticket is wrong.", "component_verify_ticket 不正确。"}, text{"Wait for WeChat's next push, within 10 minutes; check that the event address is this platform's.", "请等待微信下一次推送(10 分钟内)，并确认授权事件地址属于该平台。"}},
	61007:   {text{"The account has not granted the platform this permission.", "该账号没有把这项权限授予第三方平台。"}, text{"Authorise the platform again with the permission set that this API belongs to.", "请重新授权，并勾选该接口所属的权限集。"}},
	61010:   {text{"The auth_code is wrong or has expired.", "auth_code 不正确或已过期。"}, text{"Authorise the platform again in WeChat.", "请重新完成授权。"}},
	61023:   {text{"The platform's refresh token is no longer good.", "第三方平台的刷新令牌已失效。"}, text{"Authorise the platform again in WeChat.", "请重新完成授权。"}},
	76001:   {text{"WeChat does not know this rid.", "微信没有这个 rid 的记录。"}, text{"Copy the rid again; WeChat keeps one for 7 days.", "请重新复制 rid；微信只保留 7 天。"}},
	76002:   {text{"The rid is malformed.", "rid 格式不正确。"}, text{"Copy the rid again from the end of the error.", "请从报错末尾重新复制 rid。"}},
	76003:   {text{"The rid belongs to another account.", "该 rid 属于其他账号。"}, text{"Ask with the account that made the call.", "请用发起调用的账号查询。"}},
	76004:   {text{"The rid has expired.", "该 rid 已过期。"}, text{"WeChat keeps one for 7 days; repeat the call and use its rid.", "微信只保留 7 天；请重试并使用新的 rid。"}},
	76021:   {text{"WeChat knows no API of this path.", "微信没有这个接口路径。"}, text{"Give the path as it stands in the address, such as /cgi-bin/message/subscribe/bizsend.", "请填写接口地址中的路径，如 /cgi-bin/message/subscribe/bizsend。"}},
	76022:   {text{"WeChat tells this account no quota of that API.", "微信不提供该账号在此接口上的额度。"}, text{"The API may be for another kind of account; the console shows which this one has.", "该接口可能不适用于此账号类型；账号拥有的接口见微信后台。"}},
	85088:   {text{"The Mini Program has no cloud base.", "该小程序未开通云开发。"}, text{"Turn cloud base on in WeChat DevTools.", "请在微信开发者工具中开通云开发。"}},
	89503:   {text{"This IP address awaits the administrator's word.", "该 IP 待管理员确认。"}, text{"The administrator must confirm it in WeChat.", "请管理员在微信里确认。"}},
	89506:   {text{"The administrator refused this IP address; it is barred for 24 hours.", "管理员拒绝了该 IP,24 小时内不可用。"}, text{"Talk to the administrator and wait.", "请与管理员沟通并等待。"}},
	89507:   {text{"The administrator refused this IP address; it is barred for an hour.", "管理员拒绝了该 IP,1 小时内不可用。"}, text{"Talk to the administrator and wait.", "请与管理员沟通并等待。"}},
}
