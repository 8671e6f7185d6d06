package playground

import "strings"

// example is a line to begin with, offered in the message box under its caption.
type example struct {
	Group string `json:"group"` // one of the page's own words: group_GROUP
	Line  string `json:"line"`
	EN    string `json:"en"`
	ZH    string `json:"zh"`
}

// examples are the lines as they can be said now: DRAFT is the newest draft, ACTIVITY
// the newest activity.
func (w *World) examples() []example {
	draft, activity := "MEDIA_ID", "ACTIVITY_ID"
	if drafts := w.accounts[0].wechat.Console().Drafts; len(drafts) > 0 {
		draft = drafts[len(drafts)-1].MediaID
	}
	for _, a := range w.accounts {
		if all := a.wechat.Phone().Activities; len(all) > 0 {
			activity = all[len(all)-1].ID
		}
	}
	fill := strings.NewReplacer("DRAFT", draft, "ACTIVITY", activity)
	all := make([]example, len(examples))
	for i, e := range examples {
		e.Line = slashCommand + fill.Replace(e.Line)
		all[i] = e
	}
	return all
}

var examples = []example{
	{"begin", ``, "What can be done, with a button each", "可以做什么，各有一个按钮"},
	{"begin", ` help`, "All commands, by family", "全部命令，按类别"},
	{"begin", ` accounts`, "The WeChat accounts, and what is left of their quotas", "微信账号及剩余额度"},
	{"message", ` subscribe send tpl_tea to=oAlice thing1="Longjing" time2="15:00"`, "A message to one person; Bob approves it", "发给一个人的消息；由 Bob 批准"},
	{"message", ` subscribe send`, "The same, as a form", "同一命令，以表单填写"},
	{"message", ` check subscribe send tpl_tea to=oAlice thing1="Longjing" time2="15:00"`, "What a line would meet; nothing is asked", "看看一行命令会遇到什么；不会发起申请"},
	{"message", ` weapp subscribe send tpl_order to=oAlice thing1="Spring tea, a box" time2="15:00" page=pages/order`, "From the shop's Mini Program", "由商店的小程序发出"},
	{"message", ` activity create`, "An activity to share in a chat; needs no approval", "可在聊天中分享的活动；无需审批"},
	{"message", ` activity update ACTIVITY member_count=2 room_limit=5`, "Change what the newest activity shows", "更新最新活动的显示"},
	{"template", ` templates account=main`, "The templates of the tea house, with their fields", "茶馆的模板及其字段"},
	{"template", ` template name tpl_tea tea`, "Give a template a name to call it by (as Carol)", "给模板起一个别名（以 Carol 的身份）"},
	{"template", ` template library account=main`, "WeChat's own templates, to add one", "微信的公共模板库，可选用其中一个"},
	{"schedule", ` schedule add tea "every weekday at 9" -- subscribe send tpl_tea to=oAlice thing1="Morning tea" time2="09:00"`, "Every weekday at nine; step the clock to see it fire", "每周一至周五九点；拨动时钟即可看到执行"},
	{"schedule", ` schedule once party "tomorrow 18:30" -- subscribe send tpl_tea to=oAlice thing1="Tea party" time2="18:30"`, "Once, tomorrow evening", "明天傍晚，仅一次"},
	{"schedule", ` schedules`, "All schedules, and when each fires next", "全部定时任务及下次执行时间"},
	{"many", ` audience import guests account=main`, "A list of people from a file", "从文件导入名单"},
	{"many", ` audience tag vip vip`, "Everybody with the tag vip, as an audience", "把带有 vip 标签的粉丝存为受众"},
	{"many", ` subscribe send tpl_tea to=@vip thing1="For you: Longjing" time2="15:00"`, "One message to each of an audience", "给受众里的每个人各发一条"},
	{"mass", ` drafts`, "What stands in the draft box", "草稿箱里有什么"},
	{"mass", ` preview DRAFT to=oAlice`, "Show the newest draft to one person first", "先把最新草稿给一个人预览"},
	{"mass", ` mass send DRAFT tag=vip`, "Send it to all followers with a tag", "群发给带有某标签的粉丝"},
	{"mass", ` mass send DRAFT all=yes`, "Send it to all followers", "群发给全部粉丝"},
	{"article", ` article draft "Our autumn teas: three kinds, where they grow, how to brew them" lang=en words=300`, "Have an article written from a brief", "按简报撰写一篇英文文章"},
	{"article", ` article draft "秋季新茶：三款茶的产地与冲泡" lang=zh style=festive`, "The same in Chinese", "撰写一篇中文文章"},
	{"article", ` article import`, "Make an article of a file", "把文件导入为文章"},
	{"article", ` article upload A1`, "File the first article in the draft box", "把第一篇文章上传到草稿箱"},
	{"article", ` articles`, "The newest articles", "最近的文章"},
	{"look", ` requests waiting-for-me`, "What waits for you", "等待你处理的申请"},
	{"look", ` requests`, "All requests", "全部申请"},
	{"look", ` show 1`, "One request, with everything done to it", "一个申请及其全部经过"},
}
