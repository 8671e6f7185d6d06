package wechat

import "maps"

func init() { maps.Copy(codes, templateCodes) }

// templateCodes are the codes of Mini Programs' subscription messages and of the
// template library. Some pages write one code with five digits and others the
// same with six.
var templateCodes = map[int]words{
	404:    wordsWrongMethod,
	20001:  wordsLibraryBusy,
	20002:  wordsLibraryInput,
	40400:  wordsWrongMethod,
	43102:  {text{"The template is not one of subscription messages.", "该模板不是订阅消息模板。"}, text{"Take one of those that the account lists.", "请换用账号已有的订阅消息模板。"}},
	43104:  {text{"The account may not send subscription messages.", "该账号没有发送订阅消息的权限。"}, text{"Turn subscription messages on in WeChat's console.", "请在微信后台开通订阅消息。"}},
	43107:  {text{"Subscription messages are banned, for the account or for this template.", "账号或该模板的订阅消息能力已被封禁。"}, text{"See the notice in WeChat's console.", "请查看微信后台的通知。"}},
	45168:  {text{"The message has a word that WeChat does not let through.", "消息内容命中敏感词。"}, text{"Change the wording of its fields.", "请修改各字段的内容。"}},
	200001: wordsLibraryBusy,
	200002: wordsLibraryInput,
	200011: {text{"The account is banned from templates.", "该账号的模板功能已被封禁。"}, text{"See the notice in WeChat's console.", "请查看微信后台的通知。"}},
	200012: {text{"The account has as many templates as it may have.", "账号的模板数量已达上限。"}, text{"Delete one that nobody uses, then add this one.", "请先删除不用的模板，再添加。"}},
	200013: {text{"This template of the library is banned.", "该模板已被封禁。"}, text{"Take another one.", "请换用其他模板。"}},
	200014: {text{"The template's number is wrong.", "模板编号不正确。"}, text{"Take it from the template library; for a deletion, from the account's templates.", "请从模板库中取编号；删除时请从账号的模板列表中取模板 ID。"}},
	200016: {text{"The start of the page is wrong.", "start 参数不正确。"}, text{"Begin at 0.", "请从 0 开始。"}},
	200017: {text{"The length of the page is wrong.", "limit 参数不正确。"}, text{"Ask for at most 30 titles at once.", "每次最多 30 个。"}},
	200018: {text{"The categories are missing.", "缺少类目。"}, text{"Name one of the account's categories.", "请指定账号的类目。"}},
	200019: {text{"A category is not one of the account's.", "类目不合法。"}, text{"Take one of those that template categories lists.", "请使用 template categories 列出的类目。"}},
	200020: {text{"The choice of keywords is wrong.", "关键词列表不正确。"}, text{"Choose 2 to 5 of the keywords that the template has.", "请在该模板的关键词中选 2 至 5 个。"}},
	200021: {text{"The description of the scene is wrong.", "场景描述不正确。"}, text{"Say in 1 to 15 characters what the template is for.", "请用 1 至 15 个字说明用途。"}},
	200022: {text{"The account has a template with this title and these keywords.", "已有标题和关键词都相同的模板。"}, text{"Use that one, or choose other keywords.", "请使用已有的模板，或另选关键词。"}},
	200100: {text{"The account is of a kind that has no template library.", "该账号类型没有模板库。"}, text{"Use a Mini Program, or a verified Official Account.", "请使用小程序，或已认证的公众号、服务号。"}},
}

var (
	wordsWrongMethod = words{
		text{"The API was called in a wrong way.", "接口的调用方法不正确。"},
		text{"Something between magpie and WeChat changes the call. Check WECHAT_API_URL and the proxy.", "中间环节改动了请求。请检查 WECHAT_API_URL 和代理。"},
	}
	wordsLibraryBusy = words{
		text{"WeChat's template library failed.", "微信模板库系统错误。"},
		text{"Try it again later.", "请稍后再试。"},
	}
	wordsLibraryInput = words{
		text{"A parameter is wrong.", "参数不正确。"},
		text{"Check the template's number or id.", "请核对模板编号或模板 ID。"},
	}
)
