package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"magpie/cards"
	"magpie/outbox"
)

// Plain words are what people say who do not know the commands yet: "hello", "how do I send
// something tomorrow?", 怎么发消息. They get the commands that come nearest.

// opening are words that begin a sentence and no command.
var opening = strings.Fields(`hello hi hey hola good thanks thank please how what whats who whom where when why which
	can could may do does is are i im id we you the a my there help-me want need would
	您好 你好 嗨 在吗 请 请问 谢谢 怎么 如何 怎样 什么 谁 哪 哪里 什么时候 为什么 能 能否 可以 可否 我 我要 我想 我们 想 要 帮我 有没有`)

// meaning are words of people's with the commands that they mean, the likeliest first.
var meanings = []struct {
	words string
	paths string
}{
	{"send sending message messages notify push 发送 发消息 发通知 通知 推送 发个 发一 消息", "subscribe send, template send, mass send, custom send"},
	{"subscription subscribe 订阅", "subscribe send, weapp subscribe send"},
	{"template templates 模板", "templates, template send, template add"},
	{"everybody everyone mass broadcast all 群发 所有人 全部", "mass send, audience followers"},
	{"customer chat reply service 客服 回复", "custom send"},
	{"schedule later tomorrow every daily weekly monday remind timed 定时 明天 每天 每周 稍后 以后", "schedule add, schedule once, schedules"},
	{"fires next upcoming 接下来", "schedule next"},
	{"article articles write writing post blog publish 文章 写 推文 图文 发布", "article draft, articles, article publish"},
	{"draft drafts 草稿", "drafts, article draft"},
	{"comment comments 评论 留言", "comments"},
	{"audience audiences people list import csv upload 人群 受众 名单 导入", "audience import, audience list"},
	{"follower followers 粉丝 关注者", "followers, audience followers"},
	{"tag tags 标签", "tags, tag add"},
	{"unsubscribe optout 退订", "unsubscribe add, unsubscribe list"},
	{"approve approval approvals waiting pending decide 审批 批准 待办 等我", "requests waiting-for-me, approve"},
	{"reject refuse deny 驳回 拒绝", "reject"},
	{"withdraw cancel undo revoke 撤回 取消", "withdraw, stop, mass delete"},
	{"stop pause hold halt 停止 暂停", "pause, stop"},
	{"resume continue 继续 恢复", "resume"},
	{"status state happened request requests mine sent 状态 申请 请求 进度 发了", "requests mine, requests, show"},
	{"account accounts 账号 公众号", "accounts"},
	{"quota limit left 额度 配额 次数", "quota"},
	{"qr qrcode code 二维码", "qrcode"},
	{"picture pictures image images photo material 图片 素材", "pictures upload, material list, material upload"},
	{"preview test try 预览 试发", "preview, article preview"},
	{"help commands command 帮助 命令 怎么用", "help"},
}

// nearestShown is how many commands plain words get at most.
const nearestShown = 4

type plainArgs struct {
	Said []string `arg:"" optional:"" name:"WORDS"`
}

// plainWords answers what is no command with those that come nearest.
func plainWords() *Command {
	return &Command{
		Path:    "plain-words",
		Role:    outbox.Everyone,
		Open:    true,
		Hidden:  true,
		grammar: func() any { return new(plainArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			near := b.served.near(strings.Join(args[0].(*plainArgs).Said, " "))
			if len(near) == 0 {
				return b.index.lookup("start").do(ctx, b, call, nil)
			}
			card := cards.Card{Body: []cards.Text{cards.T("plain.near")}, Notes: []cards.Text{cards.T("plain.help", "help", cards.Code(b.index.said("help"))), b.index.inThreads()}}
			for _, line := range near {
				c, rest := b.index.find(wordsOf(line))
				button := cards.Button{Label: cards.T("plain.explain"), Line: "help " + c.Path}
				switch {
				case len(rest) > 0 || !c.needs() && c.Path != "help":
					button = cards.Button{Label: cards.T("plain.say"), Line: line}
				case c.opensForm():
					button = c.formButton()
				}
				card.Rows = append(card.Rows, cards.Row{Text: cards.T("plain.row", "line", cards.Code(b.index.said(line)), "about", cards.T("cmd."+c.dotted())), Buttons: []cards.Button{button}})
			}
			return Answer{Card: card}, nil
		},
	}
}

// plainPlan is a plan to answer plain words; false where a line is rather a slip: it has
// arguments, or begins nearly as a command does. A program says no plain words: it would take
// what comes nearest for what it has done.
func (s *served) plainPlan(call Call, words []Word) (Plan, bool) {
	slip := len(s.index.Suggest(strings.TrimSpace(pathWord(words, 0)+" "+pathWord(words, 1)))) > 0 || slices.ContainsFunc(words, func(w Word) bool { return w.Key != "" })
	if call.Form || call.ByToken || !call.Due.IsZero() || !isSentence(call.Line) && (slip || len(s.near(call.Line)) == 0) {
		return Plan{}, false
	}
	c := s.index.lookup("plain-words")
	return Plan{Command: c.Path, Role: c.Role, command: c, args: []any{&plainArgs{Said: []string{call.Line}}}}, true
}

// isSentence reports whether a line reads as plain words rather than as a command with a slip
// in it: it asks something, begins as no command does, or with a word of a family alone.
func isSentence(line string) bool {
	said := strings.TrimSpace(width.Fold.String(strings.ToLower(line)))
	tokens := tokensOf(said)
	if len(tokens) == 0 {
		return said != "" && !strings.ContainsAny(said, "=")
	}
	first := tokens[0]
	if strings.HasSuffix(said, "?") || slices.Contains(opening, first) {
		return true
	}
	for _, r := range first {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

// tokensOf are the words of a text; Chinese stays in one.
func tokensOf(said string) []string {
	said = strings.NewReplacer("'", "", "’", "").Replace(said)
	return strings.FieldsFunc(said, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' })
}

// wordsOf are the words of a line of ours.
func wordsOf(line string) []Word {
	words, _ := Lex(line)
	return words
}

// near are the lines that come nearest to what somebody says: most of its words mean them.
func (s *served) near(said string) []string {
	said = strings.ToLower(width.Fold.String(said))
	tokens := tokensOf(said)
	type hit struct {
		line   string
		weight int
	}
	var hits []hit
	for _, m := range meanings {
		if !slices.ContainsFunc(strings.Fields(m.words), func(word string) bool {
			return isHan(word) && strings.Contains(said, word) || slices.Contains(tokens, word)
		}) {
			continue
		}
		for i, line := range strings.Split(m.paths, ", ") {
			c, _ := s.index.find(wordsOf(line))
			if c == nil || !s.isOffered(c) {
				continue
			}
			at := slices.IndexFunc(hits, func(h hit) bool { return h.line == line })
			if at < 0 {
				at, hits = len(hits), append(hits, hit{line: line})
			}
			hits[at].weight += 10 - 3*i // of each meaning the likeliest come first
		}
	}
	slices.SortStableFunc(hits, func(x, y hit) int { return cmp.Compare(y.weight, x.weight) })
	var lines []string
	for _, h := range hits[:min(len(hits), nearestShown)] {
		lines = append(lines, h.line)
	}
	return lines
}

func isHan(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
