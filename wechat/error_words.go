package wechat

import (
	"fmt"
	"strings"
)

// In says everything that there is to say, in "zh" or else English: the meaning, WeChat's own
// words with code and request id, the advice.
func (e *Error) In(lang string) string {
	parts := []string{sentence(e.Meaning(lang), lang)}
	if e.Code != 0 {
		own := fmt.Sprintf("WeChat: %d %s", e.Code, e.Msg)
		if lang == "zh" {
			own = fmt.Sprintf("微信返回：%d %s", e.Code, e.Msg)
		}
		own = strings.TrimSpace(own)
		if e.RID != "" {
			own += " (rid " + e.RID + ")"
		}
		parts = append(parts, sentence(own, lang))
	}
	parts = append(parts, sentence(e.Advice(lang), lang))
	return strings.TrimSpace(strings.Join(parts, " "))
}

// sentence ends s with a full stop where it has no end.
func sentence(s, lang string) string {
	switch {
	case s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "。"):
		return s
	case lang == "zh":
		return s + "。"
	}
	return s + "."
}
