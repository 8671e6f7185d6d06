package articles

import (
	"regexp"
	"strings"
)

var keyWords = regexp.MustCompile(`(?i)(incorrect|invalid|expired|missing|wrong|no|not a valid) api[ _-]?key|api[ _-]?key (is )?(not valid|invalid|expired|incorrect|missing)|login fail|unauthori[sz]ed`)

// kind is which of a WriteError's codes it is. HTTP's own statuses count first: 401 is the
// key, 404 the model, 429 that there is too much to do.
func (e *serviceError) kind() string {
	said := strings.ToLower(e.Said)
	code := func(names ...string) bool { return containsAny(e.Codes, names...) }
	words := func(names ...string) bool { return containsAny(said, names...) }
	is := func(numbers ...string) bool {
		for _, one := range strings.Fields(e.Codes) {
			for _, n := range numbers {
				if one == n {
					return true
				}
			}
		}
		return false
	}
	switch {
	case e.Status == 401:
		return "key"
	case e.Status == 404:
		return "model"
	case e.Status == 402 || code("insufficient_quota", "insufficient_balance", "exceeded_current_quota", "billing", "arrearage") || is("1008", "1113") ||
		words("insufficient balance", "insufficient quota", "insufficient credits", "exceeded your current quota", "余额不足", "欠费"):
		return "money"
	case e.Status == 429 || e.Status == 529:
		return "busy"
	// MiniMax's 1026 and 1027, Zhipu's 1301.
	case code("content_filter", "contentfilter", "content_policy", "responsibleai", "data_inspection", "datainspection", "sensitive", "safety", "moderation", "prohibited_content") ||
		is("1026", "1027", "1301") ||
		words("content management policy", "inappropriate content", "sensitive content", "sensitive word", "considered high risk", "moderation", "datainspectionfailed", "敏感", "违规"):
		return "refused"
	case code("rate_limit", "overloaded", "throttling", "too_many_requests", "resource_exhausted") || is("1002", "1302", "1305") || words("overloaded", "rate limit", "too many requests", "request limit reached"):
		return "busy"
	case e.Status == 413 || code("context_length", "context_window", "string_above_max_length", "prompt_too_long") || is("1039") ||
		words("context length", "context size", "context window", "prompt is too long", "too many tokens", "range of input length", "exceed_context"):
		return "length"
	case e.Status == 403 || code("invalid_api_key", "api_key_invalid", "authentication", "authorized_error", "permission_denied", "invalidapikey") || is("1004", "2049", "10000") || keyWords.MatchString(e.Said):
		return "key"
	case code("model_not_found", "model_not_exist", "deploymentnotfound") || words("model not found", "model does not exist", "model not exist", "no such model", "unknown model") ||
		words("model") && words("does not exist", "not found", "not exist"):
		return "model"
	}
	return "service"
}

// isAboutOptions reports whether a service may dislike stream_options alone: it names
// them, or takes nothing that it does not know (422, as Mistral).
func (e *serviceError) isAboutOptions() bool {
	return e.Status == 422 || containsAny(e.raw, "stream_options", "include_usage")
}

func containsAny(s string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
