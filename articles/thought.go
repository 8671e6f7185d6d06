package articles

import (
	"regexp"
	"strings"
)

// Models that think aloud do it before their answer, in tags of many names. Where the
// opening tag stands in the model's template, only the closing one is in the answer
// (deepseek-ai/DeepSeek-R1 issue 506); gpt-oss writes channels
// (github.com/openai/harmony), of which servers leave the words without the signs
// (oobabooga/textgen issue 7374).
var (
	thoughtTag = regexp.MustCompile(`(?i)<(/?)(?:think|thinking|thought|reasoning|seed:think)>|\[(/?)THINK\]|◁(/?)think▷`)
	finalMark  = regexp.MustCompile(`<\|channel\|>final[^<\n]*(?:<\|constrain\|>[^<\n]*)?<\|message\|>`)
	channel    = regexp.MustCompile(`<\|channel\|>|<\|channel>|<channel\|>`)
	lastSigns  = regexp.MustCompile(`(?:\s*<\|(?:end|return|call)\|>)+\s*$`)
	answerTag  = regexp.MustCompile(`(?is)^\s*<answer>(.*?)(?:</answer>\s*)?$`)
)

// withoutThought is an answer without what the model thought aloud before it. It is "" where
// all of it is thought as yet.
func withoutThought(answer string) string {
	return answerTag.ReplaceAllString(withoutTags(withoutChannels(answer)), "$1")
}

// withoutChannels keeps the channel that is meant for people.
func withoutChannels(s string) string {
	marks := finalMark.FindAllStringIndex(s, -1)
	for i := len(marks) - 1; i >= 0; i-- {
		if endsThought(s, marks[i][0], marks[i][1]) {
			return lastSigns.ReplaceAllString(s[marks[i][1]:], "")
		}
	}
	if strings.HasPrefix(strings.TrimSpace(s), "analysis") {
		if _, final, ok := strings.Cut(s, "assistantfinal"); ok {
			return final
		}
	}
	if marks = channel.FindAllStringIndex(s, -1); marks == nil {
		return s
	}
	if last := marks[len(marks)-1]; s[last[0]:last[1]] == "<channel|>" && endsThought(s, last[0], last[1]) { // Gemma closes a channel so
		return s[last[1]:]
	}
	if strings.HasPrefix(strings.TrimSpace(s), "<") || !isArticle(s) && !isInCode(s, marks[0][0], marks[0][1]) {
		return "" // it thinks as yet
	}
	return s
}

// withoutTags takes away all before the last closing tag.
func withoutTags(s string) string {
	tags := thoughtTag.FindAllStringSubmatchIndex(s, -1)
	closes := func(t []int) bool { return t[3] > t[2] || t[5] > t[4] || t[7] > t[6] }
	for i := len(tags) - 1; i >= 0; i-- {
		if t := tags[i]; closes(t) && endsThought(s, t[0], t[1]) {
			return s[t[1]:]
		}
	}
	if len(tags) > 0 && !closes(tags[0]) && strings.TrimSpace(s[:tags[0][0]]) == "" {
		return "" // it thinks as yet
	}
	return s
}

// endsThought reports whether a mark ends what the model thought, and is no word of the
// article's: in code it is none, and in a text that begins as an article it is one alone
// where another article follows it.
func endsThought(s string, from, to int) bool {
	if isInCode(s, from, to) {
		return false
	}
	if !isArticle(s) {
		return true
	}
	line := strings.TrimSpace(s[strings.LastIndex(s[:from], "\n")+1 : from])
	next, _, _ := strings.Cut(s[to:], "\n")
	return (line == "" || strings.TrimSpace(next) == "") && holdsArticle(s[to:])
}

// isArticle reports whether a text begins as an article does.
func isArticle(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "# ") || strings.HasPrefix(s, "---\n") || strings.HasPrefix(s, "{")
}

// holdsArticle reports whether an article begins in a text, after few words.
func holdsArticle(s string) bool {
	_, ok := articleIn(strings.TrimSpace(s))
	return ok
}

// isInCode reports whether what stands between two places of a text is set in code.
func isInCode(s string, from, to int) bool {
	if from > 0 && s[from-1] == '`' || to < len(s) && s[to] == '`' {
		return true
	}
	fenced := false
	for line := range strings.SplitSeq(s[:from], "\n") {
		if isFence(line) {
			fenced = !fenced
		}
	}
	return fenced && isArticle(s)
}

func isFence(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~")
}
