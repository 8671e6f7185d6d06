package bot

import (
	"strings"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// fit takes from the front of blocks what stays within both limits. It takes at
// least one where there is room for any, so that a queue of blocks always drains.
func fit(blocks []block, limit, count int) (taken, rest []block) {
	used := 0
	for i, b := range blocks {
		if used += b.chars; i >= count || used > limit {
			return blocks[:i:i], blocks[i:]
		}
	}
	return blocks[:len(blocks):len(blocks)], nil
}

// section is a paragraph, cut where it is longer than Slack allows.
func section(said string) []block {
	var blocks []block
	for _, piece := range splitMrkdwn(said, maxSection) {
		if strings.TrimSpace(piece) != "" {
			blocks = append(blocks, block{slack.NewSectionBlock(mrkdwn(piece), nil, nil), size(piece)})
		}
	}
	return blocks
}

// mrkdwn is drawn verbatim: Slack makes no links of its own.
func mrkdwn(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, s, false, true)
}

func plainText(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, shown(s), false, false)
}

// shortenMrkdwn keeps the first limit bytes or fewer, whole tokens only.
func shortenMrkdwn(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	var b strings.Builder
	for s != "" {
		token := nextToken(s)
		if b.Len()+len(token) > limit-len("…") {
			break
		}
		b.WriteString(token)
		s = s[len(token):]
	}
	return b.String() + "…"
}

// mentions reports whether t holds something only mrkdwn can show: a header shows
// plain text.
func mentions(t cards.Text) bool {
	for _, a := range t.Args {
		if argMentions(a) {
			return true
		}
	}
	return t.Code
}

func argMentions(a cards.Arg) bool {
	for _, b := range a.List {
		if argMentions(b) {
			return true
		}
	}
	return a.User != "" || a.Channel != "" || a.Time != nil || a.Text != nil && mentions(*a.Text)
}

func chars(blocks []block) int {
	n := 0
	for _, b := range blocks {
		n += b.chars
	}
	return n
}

func bare(blocks []block) []slack.Block {
	out := make([]slack.Block, len(blocks))
	for i, b := range blocks {
		out[i] = b.Block
	}
	return out
}
