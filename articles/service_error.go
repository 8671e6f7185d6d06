package articles

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// serviceError is what a writer's service says has gone wrong. Services put it in many
// forms; services_test.go has them, each with its source.
type serviceError struct {
	Status int    // HTTP's, or one that the body names; 0: none
	Codes  string // the service's own names for it, in small letters
	Said   string // its words, never JSON
	raw    string
}

func (e *serviceError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("the writer's service answered %d %s: %s", e.Status, e.Codes, e.Said))
}

// readFault makes sense of the body of an answer that has an HTTP status of failure.
func readFault(status int, body []byte) *serviceError {
	text := strings.TrimSpace(strings.TrimPrefix(string(body), "\uFEFF"))
	v, ok := decodeAny(text)
	e := faultOf(v)
	switch {
	case e != nil:
	case ok:
		e = describe(v)
	case strings.ContainsAny(text, "<{["):
		e = &serviceError{} // a page of some proxy's
	default:
		e = &serviceError{Said: text}
	}
	e.Status, e.raw = status, text
	return e
}

// faultOf finds an error in what a service sent, or nil: `error` as an object or a text,
// a list of such (Gemini), MiniMax's base_resp, Cloudflare's errors, FastAPI's detail,
// error_code and error_msg (Baidu), and a bare code and message.
func faultOf(v any) *serviceError {
	if list, ok := v.([]any); ok {
		for _, one := range list {
			if e := faultOf(one); e != nil {
				return e
			}
		}
		return nil
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	if base, ok := o["base_resp"].(map[string]any); ok && number(base["status_code"]) != 0 {
		return describe(base)
	}
	for _, key := range []string{"error", "Error"} {
		switch e := o[key].(type) {
		case string:
			if e != "" {
				return describe(o)
			}
		case bool:
			if e {
				return describe(o)
			}
		case map[string]any, []any:
			if found := describe(e); found.Codes != "" || found.Said != "" || found.Status != 0 {
				return found
			}
		}
	}
	if _, answers := o["choices"]; answers {
		return nil // a code and a message beside choices are those of a success
	}
	if e := faultOf(o["Response"]); e != nil { // Tencent's own form
		return e
	}
	errors, _ := o["errors"].([]any)
	coded := o["code"] != nil && !isSuccess(o["code"]) && wordsIn(o) != ""
	if len(errors) > 0 || o["object"] == "error" || o["type"] == "error" || o["success"] == false || o["detail"] != nil ||
		o["error_code"] != nil && !isSuccess(o["error_code"]) || textOf(o["error_msg"]) != "" || textOf(o["error_message"]) != "" || coded {
		return describe(o)
	}
	return nil
}

// isSuccess reports whether a code says that nothing is wrong.
func isSuccess(code any) bool {
	switch strings.ToLower(fmt.Sprint(code)) {
	case "0", "200", "ok", "success":
		return true
	}
	return false
}

// describe gathers codes, status and words from an error, whatever their names.
func describe(v any) *serviceError {
	e := &serviceError{Said: wordsIn(v)}
	var codes []string
	var gather func(v any, depth int)
	gather = func(v any, depth int) {
		switch v := v.(type) {
		case []any:
			if depth > 0 && len(v) > 0 {
				gather(v[0], depth-1)
			}
		case map[string]any:
			for _, key := range []string{"code", "Code", "type", "error_type", "error_code", "status", "status_code", "http_code"} {
				switch code := v[key].(type) {
				case string, json.Number:
					said := strings.ToLower(fmt.Sprint(code))
					codes = append(codes, said)
					if n, err := strconv.Atoi(said); err == nil && n >= 400 && n < 600 && e.Status == 0 {
						e.Status = n
					}
				}
			}
			for _, key := range []string{"error", "errors", "innererror", "metadata"} {
				if depth > 0 {
					gather(v[key], depth-1)
				}
			}
		}
	}
	gather(v, 2)
	e.Codes = strings.Join(codes, " ")
	raw, err := json.Marshal(v)
	if err == nil {
		e.raw = string(raw)
	}
	return e
}

// wordsIn are the words of an error, without the JSON around or inside them.
func wordsIn(v any) string { return wordsWithin(v, 8) }

func wordsWithin(v any, depth int) string {
	if depth == 0 {
		return ""
	}
	switch v := v.(type) {
	case string:
		return wordsOfText(strings.TrimSpace(v), depth)
	case []any:
		var all []string
		for _, one := range v {
			if said := wordsWithin(one, depth-1); said != "" && len(all) < 3 {
				all = append(all, said)
			}
		}
		return strings.Join(all, "; ")
	case map[string]any:
		for _, key := range []string{"message", "Message", "msg", "status_msg", "error_msg", "error_message", "detail", "error", "Error", "errors", "reason", "description", "title"} {
			said := wordsWithin(v[key], depth-1)
			if said == "" {
				continue
			}
			if at, ok := v["loc"].([]any); ok { // pydantic names the field beside its words
				said += strings.TrimRight(" "+strings.Trim(strings.ReplaceAll(fmt.Sprint(at), " ", "."), "[]"), " ")
			}
			return said
		}
	}
	return ""
}

// wordsOfText takes JSON out of words: gateways put a whole answer into the text of another.
func wordsOfText(s string, depth int) string {
	at := strings.IndexAny(s, "{[")
	for at >= 0 && at+1 < len(s) && !strings.ContainsRune("{\"'", rune(s[at+1])) {
		next := strings.IndexAny(s[at+1:], "{[")
		if next < 0 {
			return s
		}
		at += 1 + next
	}
	if at < 0 || at+1 >= len(s) {
		return s
	}
	before, inner := strings.TrimRight(strings.TrimSpace(s[:at]), " -:"), ""
	if end := strings.LastIndexAny(s, "}]"); end > at {
		if v, ok := decodeAny(s[at : end+1]); ok {
			inner = wordsWithin(v, depth-1)
		}
	}
	if before != "" && inner != "" {
		return before + ": " + inner
	}
	return before + inner
}

// decodeAny reads one JSON value, its numbers as they are written.
func decodeAny(s string) (v any, ok bool) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	if s == "" || d.Decode(&v) != nil {
		return nil, false
	}
	return v, !d.More() && d.InputOffset() == int64(len(strings.TrimRight(s, " \t\r\n")))
}

// number reads a number in any type, as a whole one.
func number(v any) int {
	s, ok := v.(string)
	if n, isNumber := v.(json.Number); isNumber {
		s, ok = n.String(), true
	}
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || f < -1e12 || f > 1e12 {
		return 0
	}
	return int(f)
}
