package bot

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"magpie/markdown"
)

// richText is what somebody wrote or pasted with Slack's own formatting, as Markdown; text is
// the message's, which has the names of those whom its blocks mention. It is not ok where a
// message has something else in it: then its text is taken as it was typed.
// Text keeps the signs that were typed into it, so that Markdown stays Markdown.
// Slack: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
func richText(blocks []slack.Block, text string) (markdown string, ok bool) {
	names := namesIn(text)
	var parts []richPart
	for _, b := range blocks {
		block, is := b.(*slack.RichTextBlock)
		if !is {
			return "", false
		}
		for _, e := range block.Elements {
			part, is := readPart(e, names)
			if !is {
				return "", false
			}
			parts = append(parts, part)
		}
	}
	var out strings.Builder
	var in richLists
	for i, p := range parts {
		if p.list == nil {
			in = richLists{}
		}
		text := p.text
		if p.list != nil {
			text = in.items(p)
		}
		if text == "" {
			continue
		}
		if out.Len() > 0 {
			if i > 0 && p.list != nil && parts[i-1].list != nil && (p.list.Indent > 0 || parts[i-1].list.Indent > 0) {
				out.WriteString("\n")
			} else {
				out.WriteString("\n\n")
			}
		}
		out.WriteString(text)
	}
	return out.String(), len(parts) > 0
}

// richPart is a section, a quotation or code, as Markdown; or the items of a list.
type richPart struct {
	text  string
	list  *slack.RichTextList
	lines []string
}

func readPart(e slack.RichTextElement, names mentioned) (richPart, bool) {
	switch e := e.(type) {
	case *slack.RichTextSection:
		text, ok := pieces(e.Elements, names)
		return richPart{text: strings.Trim(text, "\n")}, ok
	case *slack.RichTextQuote:
		text, ok := pieces(e.Elements, names)
		return richPart{text: "> " + strings.ReplaceAll(strings.Trim(text, "\n"), "\n", "\n> ")}, ok
	case *slack.RichTextPreformatted:
		text, ok := bareText(e.Elements)
		fence := "```"
		for strings.Contains(text, fence) {
			fence += "`"
		}
		return richPart{text: fence + "\n" + strings.TrimSuffix(text, "\n") + "\n" + fence}, ok
	case *slack.RichTextList:
		p := richPart{list: e}
		for _, item := range e.Elements {
			within, ok := readPart(item, names)
			if !ok || within.list != nil {
				return p, false
			}
			p.lines = append(p.lines, within.text)
		}
		return p, true
	}
	return richPart{}, false
}

// richLists is how far in the text of an item begins at each depth.
type richLists [10]int

// items writes the items of a list. Slack has what is further in as a list of its own beside
// it, and says in offset how many items stood before.
func (l *richLists) items(p richPart) string {
	depth, indent := max(0, min(p.list.Indent, len(l)-1)), 0
	for _, width := range l[:depth] {
		indent += width
	}
	var lines []string
	for i, text := range p.lines {
		mark := "- "
		if p.list.Style == slack.RTEListOrdered {
			mark = fmt.Sprintf("%d. ", p.list.Offset+i+1)
		}
		l[depth] = len(mark)
		lines = append(lines, strings.Repeat(" ", indent)+mark+strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent+len(mark))))
	}
	return strings.Join(lines, "\n")
}

// pieces writes the pieces of a section; not ok where one of them is of another kind than
// people type.
func pieces(all []slack.RichTextSectionElement, names mentioned) (string, bool) {
	var b strings.Builder
	for i, e := range all {
		switch e := e.(type) {
		case *slack.RichTextSectionTextElement:
			b.WriteString(styled(e.Text, e.Style, isPlain(all, i-1) && isPlain(all, i+1)))
		case *slack.RichTextSectionLinkElement:
			text := first(e.Text, e.URL)
			bare := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(e.URL, "mailto:"), "https://"), "http://")
			if text == e.URL || strings.TrimSuffix(text, "/") == strings.TrimSuffix(bare, "/") {
				b.WriteString(text)
				continue
			}
			b.WriteString("[" + styled(text, e.Style, true) + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E").Replace(e.URL) + ">)")
		case *slack.RichTextSectionEmojiElement:
			b.WriteString(writtenEmoji(e))
		case *slack.RichTextSectionUserElement:
			b.WriteString(first(names["@"+e.UserID], "<@"+e.UserID+">"))
		case *slack.RichTextSectionChannelElement:
			b.WriteString(first(names["#"+e.ChannelID], "<#"+e.ChannelID+">"))
		case *slack.RichTextSectionUserGroupElement:
			b.WriteString(first(names["!subteam^"+e.UsergroupID], "@"+e.UsergroupID))
		case *slack.RichTextSectionBroadcastElement:
			b.WriteString("@" + e.Range)
		default:
			return "", false
		}
	}
	return b.String(), true
}

func writtenEmoji(e *slack.RichTextSectionEmojiElement) string {
	if e.SkinTone > 0 {
		return fmt.Sprintf(":%s::skin-tone-%d:", e.Name, e.SkinTone)
	}
	return ":" + e.Name + ":"
}

// bareText is the text of code, in which nothing is formatted.
func bareText(all []slack.RichTextSectionElement) (string, bool) {
	var b strings.Builder
	for _, e := range all {
		switch e := e.(type) {
		case *slack.RichTextSectionTextElement:
			b.WriteString(e.Text)
		case *slack.RichTextSectionLinkElement:
			b.WriteString(first(e.Text, e.URL))
		case *slack.RichTextSectionEmojiElement:
			b.WriteString(writtenEmoji(e))
		default:
			return "", false
		}
	}
	return b.String(), true
}

// isPlain reports whether there is no formatted text at a place.
func isPlain(all []slack.RichTextSectionElement, i int) bool {
	if i < 0 || i >= len(all) {
		return true
	}
	text, is := all[i].(*slack.RichTextSectionTextElement)
	return !is || text.Style == nil || *text.Style == (slack.RichTextSectionTextStyle{})
}

// styled writes text as it looks: with Markdown's signs where they are sure to be read as
// such, else with tags.
func styled(text string, style *slack.RichTextSectionTextStyle, alone bool) string {
	core := strings.TrimSpace(text)
	if style == nil || core == "" {
		return text
	}
	at := strings.Index(text, core)
	before, after := text[:at], text[at+len(core):]
	if style.Code {
		return before + markdown.Code(core) + after
	}
	look := markdown.Look{Bold: style.Bold, Italic: style.Italic, Strike: style.Strike, Under: style.Underline}
	return before + markdown.Emphasis(core, core, look, alone) + after
}
