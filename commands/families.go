package commands

import (
	"slices"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

// family is commands that belong together, as help tells of them.
type family struct {
	name  string   // help NAME explains them; its title is family.NAME
	words []string // further words of people's that mean it, in both languages
	paths []string // a command's path, or the beginning of several: "article "
}

// families are all of them, in help order. A command belongs to the first that names it.
var families = []family{
	{"send", []string{"sending", "message", "messages", "发送", "发消息", "消息", "群发"}, []string{"subscribe send", "weapp subscribe send", "template send", "uniform send", "custom send", "mass ", "preview", "activity ", "say", "save", "saved", "saved ", "check"}},
	{"schedule", []string{"schedules", "scheduling", "定时", "定时任务", "日程"}, []string{"schedule ", "schedules"}},
	{"article", []string{"articles", "draft", "drafts", "comment", "comments", "writing", "文章", "图文", "草稿", "评论", "留言"}, []string{"article ", "articles", "comments", "comment ", "news ", "drafts", "draft "}},
	{"audience", []string{"audiences", "people", "tag", "tags", "followers", "unsubscribe", "人群", "受众", "标签", "粉丝", "关注者", "退订"}, []string{"audience ", "audiences", "unsubscribe ", "tag ", "tags", "followers", "qrcode"}},
	{"template", []string{"templates", "模板"}, []string{"templates", "weapp templates", "template name", "template categories", "template library", "template add", "template delete"}},
	{"request", []string{"requests", "approval", "approvals", "申请", "请求", "审批", "批准"}, []string{"requests", "show", "details", "reasons", "approve", "reject", "withdraw", "again", "again failed", "leave", "trial", "rows", "pause", "resume", "stop", "pause-all", "resume-all", "change", "ask-changes", "who may", "away", "audit", "forget"}},
	{"account", []string{"accounts", "material", "quota", "账号", "公众号", "素材", "额度"}, []string{"accounts", "account ", "material ", "pictures ", "quota", "rid", "me", "token ", "tokens"}},
	{"help", []string{"帮助"}, []string{"help"}},
}

// has reports whether a command is of the family.
func (f family) has(path string) bool {
	return slices.ContainsFunc(f.paths, func(p string) bool {
		return p == path || strings.HasSuffix(p, " ") && strings.HasPrefix(path, p)
	})
}

func (f family) title() cards.Text { return cards.T("family." + f.name) }

// familyOf is the family that a command belongs to; the last one is for what is new.
func familyOf(path string) family {
	for _, f := range families {
		if f.has(path) {
			return f
		}
	}
	return families[len(families)-1]
}

// familyNamed is the family of a name or of a word that means it.
func familyNamed(word string) (family, bool) {
	at := slices.IndexFunc(families, func(f family) bool { return f.name == word })
	if at < 0 {
		at = slices.IndexFunc(families, func(f family) bool { return slices.Contains(f.words, word) })
	}
	if at < 0 {
		return family{}, false
	}
	return families[at], true
}

// in are the commands of a family that people say themselves.
func (x *index) in(f family) []*Command {
	var found []*Command
	for _, c := range x.commands {
		if !c.Hidden && familyOf(c.Path).name == f.name {
			found = append(found, c)
		}
	}
	return found
}

// helpFamilies is what there is to say, in short.
func (x *index) helpFamilies() cards.Card {
	card := cards.Card{Title: cards.T("help.title"), Body: []cards.Text{cards.T("help.families", "command", cards.Code(x.said("help schedule")), "all", cards.Code(x.said("help all")))}}
	for _, f := range families {
		var paths []string
		for _, c := range x.in(f) {
			paths = append(paths, c.Path)
		}
		card.Rows = append(card.Rows, cards.Row{Text: cards.T("help.family_row", "title", f.title(), "paths", strings.Join(paths, ", "))})
		if f.name != "help" {
			card.Buttons = append(card.Buttons, cards.Button{Label: f.title(), Line: "help " + f.name})
		}
	}
	card.Notes = []cards.Text{x.inThreads()}
	return card
}

// helpFamily explains the commands of a family, and opens their forms.
func (x *index) helpFamily(f family) cards.Card {
	card := cards.Card{Title: f.title(), Body: []cards.Text{cards.T("family." + f.name + ".about")}}
	for _, c := range x.in(f) {
		card.Fields = append(card.Fields, cards.Field{Label: cards.Code(x.said(c.Path)), Value: cards.T("cmd." + c.dotted())})
		if c.opensForm() {
			card.Buttons = append(card.Buttons, c.formButton())
		}
	}
	card.Notes = []cards.Text{cards.T("help.one_note", "command", cards.Code(x.said("help "+x.in(f)[0].Path))), x.inThreads()}
	return card
}

// opensForm reports whether a command said alone opens a form with something to fill in for
// whoever asks something of WeChat, or of the writer.
func (c *Command) opensForm() bool {
	return c.needs() && !c.Hidden && c.Role == outbox.Sender
}

func (c *Command) formButton() cards.Button {
	return cards.Button{Label: cards.T("cmd." + c.dotted() + ".form"), Line: c.Path}
}

// inThreads says how lines are said in threads: Slack takes no slash commands there.
// https://docs.slack.dev/interactivity/implementing-slash-commands
func (x *index) inThreads() cards.Text {
	return cards.T("help.threads", "command", cards.Code(x.command))
}
