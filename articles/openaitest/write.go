package openaitest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// write answers a call as its task wants it. Whatever the brief or a source says is
// quoted at most, never followed.
func (s *Server) write(in Request) string {
	zh := strings.Contains(in.Messages[0].Content, "简体中文")
	brief := briefOf(in.Messages)
	given := Text{Title: titleOf(in.Messages, zh), Digest: digest(brief, zh)}
	if s.opt.Article != nil {
		given = s.opt.Article(brief, zh)
		if asked := askedTitle(in.Messages); asked != "" {
			given.Title = asked
		}
	}
	switch in.Task {
	case "outline":
		raw, _ := json.Marshal(map[string]any{
			"title": given.Title, "digest": given.Digest,
			"sections": []any{map[string]any{"heading": pick(zh, "缘起", "How it began"), "points": []string{clip(brief, 40)}}, map[string]any{"heading": pick(zh, "要点", "What matters"), "points": []string{}}},
			"claims":   claims(brief, zh),
		})
		return string(raw)
	case "review":
		return `{"notes": []}`
	case "translate":
		return translated(in.Messages)
	case "revise":
		return revised(in.Messages, zh)
	}
	if given.Body != "" {
		return "# " + given.Title + "\n\n" + strings.TrimSpace(given.Body) + "\n"
	}
	return article(in.Messages, brief, zh)
}

// briefOf finds the brief; without a mark, it is the first thing that the user said.
func briefOf(messages []Message) string {
	first := ""
	for _, m := range messages {
		if m.Role != "user" {
			continue
		}
		if b, ok := strings.CutPrefix(m.Content, "Brief:\n"); ok {
			b, _, _ = strings.Cut(b, "\n\nThe title is to be: ")
			return strings.TrimSpace(b)
		}
		if first == "" {
			first = m.Content
		}
	}
	return strings.TrimSpace(first)
}

func askedTitle(messages []Message) string {
	for _, m := range messages {
		if _, asked, ok := strings.Cut(m.Content, "\n\nThe title is to be: "); ok {
			return strings.TrimSpace(asked)
		}
	}
	return ""
}

func titleOf(messages []Message, zh bool) string {
	if asked := askedTitle(messages); asked != "" {
		return asked
	}
	topic := clip(briefOf(messages), 18)
	return pick(zh, "试写："+topic, "Trial: "+topic)
}

func digest(brief string, zh bool) string {
	return pick(zh, "人工智能占位稿，仅供演示："+clip(brief, 40), "An artificial text, for show only: "+clip(brief, 60))
}

// claims are what the article is to say: what the brief says, and what nobody has said.
func claims(brief string, zh bool) []any {
	all := []any{map[string]string{"claim": clip(brief, 40), "kind": "fact", "source": "brief"}}
	if isUnverified(brief) {
		all = append(all, map[string]string{"claim": pick(zh, "有三百人参加", "300 people came"), "kind": "fact", "source": "none"})
	}
	return all
}

// isUnverified reports that a brief speaks of something unverified, so that marks can
// be tried.
func isUnverified(brief string) bool {
	return strings.Contains(brief, "待核实") || strings.Contains(strings.ToLower(brief), "unverified")
}

// article is plainly artificial, and has a little of everything that an article has.
func article(messages []Message, brief string, zh bool) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n\n", args...) }
	p("# %s", titleOf(messages, zh))
	topic := clip(brief, 60)
	if zh {
		p("这是由模拟写手生成的人工文本，不是真实的文章，仅用于演示与测试。")
		p("## 缘起")
		p("简报里写着：%s。模拟写手把它记了下来，并没有自己的见解。", topic)
		p("## 要点")
		p("- 第一点：按照简报来写\n- 第二点：不加入没有依据的内容\n- 第三点：写完请人复核")
		p("> 这一段引文同样出自模拟写手。")
		p("| 项目 | 内容 |\n| --- | --- |\n| 主题 | %s |\n| 作者 | 模拟写手 |", strings.ReplaceAll(clip(brief, 20), "|", "/"))
		p("## 结语")
		p("以上文字均为人工生成的占位内容。")
	} else {
		p("This text is artificial. It was put together by a pretend writer, for show and for tests.")
		p("## How it began")
		p("The brief says: %s. The pretend writer has written it down and knows nothing of its own.", topic)
		p("## What matters")
		p("- First, to keep to the brief\n- Second, to add nothing without support\n- Third, to have a person read it")
		p("> This quotation is the pretend writer's too.")
		p("| Item | Content |\n| --- | --- |\n| Subject | %s |\n| Written by | the pretend writer |", strings.ReplaceAll(clip(brief, 30), "|", "/"))
		p("## In the end")
		p("Every sentence above is an artificial stand-in.")
	}
	if isUnverified(brief) {
		p("%s", pick(zh, "据说【待核实：有三百人参加】。", "It is said that 【待核实：300 people came】."))
	}
	return strings.TrimSpace(b.String()) + "\n"
}

// revised is the article as it was, with what was wished noted at its end.
func revised(messages []Message, zh bool) string {
	text, notes := "", ""
	for _, m := range messages {
		if a, ok := strings.CutPrefix(m.Content, "The article:\n"); ok {
			text = a
		}
		if n, ok := strings.CutPrefix(m.Content, "Notes:\n"); ok {
			notes = n
		}
	}
	title := titleOf(messages, zh)
	if rest, ok := strings.CutPrefix(text, "---\n"); ok {
		front, body, _ := strings.Cut(rest, "\n---\n")
		for line := range strings.SplitSeq(front, "\n") {
			if v, ok := strings.CutPrefix(line, "title: "); ok {
				title = strings.Trim(v, `"`)
			}
		}
		text = body
	}
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "# ") {
		head, body, _ := strings.Cut(text, "\n")
		title, text = strings.TrimPrefix(head, "# "), strings.TrimSpace(body)
	}
	return fmt.Sprintf("# %s\n\n%s\n\n%s\n", title, text, pick(zh, "（模拟写手已按要求修改："+clip(notes, 60)+"）", "(The pretend writer has been asked to change: "+clip(notes, 80)+")"))
}

// translated is the article with a mark before each word of it that a translation would
// change: its title, digest, headings and paragraphs. Code, tables and images stay.
func translated(messages []Message) string {
	into, _, _ := strings.Cut(messages[0].Content, ". Answer")
	_, into, _ = strings.Cut(into, "into ")
	into, _, _ = strings.Cut(into, " (")
	text := ""
	for _, m := range messages {
		if a, ok := strings.CutPrefix(m.Content, "The article:\n"); ok {
			text = a
		}
	}
	var b strings.Builder
	fenced := false
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		said := strings.TrimLeft(line, "#>-* ")
		head := line[:len(line)-len(said)]
		switch key, value, found := strings.Cut(line, ": \""); {
		case strings.HasPrefix(said, "```"):
			fenced = !fenced
			b.WriteString(line)
		case found && (key == "title" || key == "digest"):
			b.WriteString(key + ": \"[" + into + "] " + value)
		case fenced, said == "", strings.HasPrefix(line, "|"), strings.HasPrefix(line, "!["):
			b.WriteString(line)
		default:
			b.WriteString(head + "[" + into + "] " + said)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func pick(zh bool, chinese, english string) string {
	if zh {
		return chinese
	}
	return english
}

// clip cuts a text to one line of n characters.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(strings.TrimLeft(strings.TrimSpace(s), "-# ")), " ")
	s = strings.TrimRight(s, "。.")
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
